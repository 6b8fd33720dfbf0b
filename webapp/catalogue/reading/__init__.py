"""Reads import files and cells into rows; knows nothing of the database."""
