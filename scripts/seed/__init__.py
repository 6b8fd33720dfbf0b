"""What the seed is made of and how it was tabulated; see README.md."""
