"""What the rankings show on the home page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from webapp.rankings import queries
from webapp.rankings.methods import HEADLINE
from webapp.registry import HomeBlock

ROWS: Final = 5
BESIDE: Final = ("range-per-price-cltc", "price-drop", "views")
"""The lists behind the one of sales."""


def short_lists() -> Sequence[queries.Short] | None:
    """The first rows of the best known list of sales and of some others, without lists too short
    to rank anything; None where nothing is published."""
    lists = [one for one in queries.top((*HEADLINE, *BESIDE), ROWS) if one.total >= ROWS]
    sales = [one for one in lists if one.method.name in HEADLINE]
    return [*sales[:1], *(one for one in lists if one not in sales)] or None


BLOCK: Final = HomeBlock(
    "rankings", 30, "rankings/_home.html", short_lists, style="css/rankings.css"
)
