"""The staff's side: figures, catalogue, words, indexes, people, tasks, audit log."""
