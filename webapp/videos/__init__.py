"""Videos: uploads in pieces, their merge and processing, the author's pages."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Its tables are found by their name; there is nothing else yet."""
