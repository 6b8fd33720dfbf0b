"""Dated facts: what a rule says, from which day to which, and in which document it stands.

Nothing is computed outside the validity of a row: `rules.at` then says why there is none.
"""

from __future__ import annotations

from flask import Flask

from webapp.rules.book import Book, Unknown
from webapp.rules.queries import at, book, observed, vehicles
from webapp.rules.records import Observation, Rule, Term, Vehicle

__all__ = [
    "Book",
    "Observation",
    "Rule",
    "Term",
    "Unknown",
    "Vehicle",
    "at",
    "book",
    "init_app",
    "observed",
    "vehicles",
]


def init_app(app: Flask) -> None:
    from webapp.rules import cli

    app.cli.add_command(cli.rules)
