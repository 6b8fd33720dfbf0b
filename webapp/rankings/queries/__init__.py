"""Reads of the rankings: what is published, and what the next publication is computed from."""

from __future__ import annotations

from webapp.rankings.queries.gathering import due_periods, gather
from webapp.rankings.queries.published import (
    Place,
    Published,
    Short,
    all_current,
    current,
    headline,
    inputs_of,
    listed,
    newest_by_name,
    periods_of,
    places_of,
    rankings_version,
    recent,
    top,
)
from webapp.rankings.queries.runs import Freshness, freshness, runs

__all__ = [
    "Freshness",
    "Place",
    "Published",
    "Short",
    "all_current",
    "current",
    "due_periods",
    "freshness",
    "gather",
    "headline",
    "inputs_of",
    "listed",
    "newest_by_name",
    "periods_of",
    "places_of",
    "rankings_version",
    "recent",
    "runs",
    "top",
]
