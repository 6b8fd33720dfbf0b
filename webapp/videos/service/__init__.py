"""Decisions and writes of videos."""
