"""What each page shows, worked out from rows without Flask: figures, facets, comparisons."""
