"""A selection of trims."""

from __future__ import annotations

from dataclasses import dataclass

from webapp import filtering
from webapp.catalogue.filters.fields import TABLE


@dataclass(frozen=True)
class Selection(filtering.Selection):
    """What a visitor asks of the list of cars; `view` "trims" is one row a trim instead of one a
    series."""

    table = TABLE
