"""Watching videos: pages and player, captions, chapters, moments that prove something of a car."""
