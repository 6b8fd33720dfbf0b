"""What the assistant can quote: pages of our own writing and facts of each series."""
