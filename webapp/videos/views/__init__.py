"""Uploads over HTTP, the author's pages."""
