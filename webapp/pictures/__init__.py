"""Pictures of cars, as operators add them, and the makers' own pages."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.pictures import cli  # noqa: F401  (it adds its command to those of the cars)
