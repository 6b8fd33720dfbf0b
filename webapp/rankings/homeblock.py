"""What the rankings show on the home page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from webapp.rankings import queries
from webapp.rankings.methods import HEADLINE
from webapp.registry import HomeBlock

ROWS: Final = 5
BESIDE: Final = 2
OTHERS: Final = ("price-drop", "views", "range-per-price-cltc", "fuel-wltc")
"""What may stand beside the list of sales, what changes most first."""


def short_lists() -> Sequence[queries.Short] | None:
    """The first rows of the best known list of sales and of some others, without lists too short
    to rank anything; None where nothing is published."""
    lists = [one for one in queries.top((*HEADLINE, *OTHERS), ROWS) if one.total >= ROWS]
    sales = [one for one in lists if one.method.name in HEADLINE]
    others = [one for one in lists if one.method.name in OTHERS]
    return [*sales[:1], *others[:BESIDE]] or None


BLOCK: Final = HomeBlock(
    "rankings", 30, "rankings/_home.html", short_lists, style="css/rankings.css"
)
