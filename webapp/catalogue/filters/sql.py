"""Conditions as SQL over Trim joined to Series and Brand."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, or_

from webapp.catalogue.filters.fields import TABLE
from webapp.catalogue.measures import RANKED_CYCLE, energies_with
from webapp.catalogue.models import Brand, Series, Trim
from webapp.filtering.selection import Condition
from webapp.filtering.sql import Bits, SqlColumns

FEN_PER_WAN: Final = 1_000_000


def _possible(name: str) -> Condition | None:
    """No engine in an electric car: such a figure is not unknown of it."""
    energies = energies_with(name)
    return None if energies is None else Condition("energy", "in", tuple(sorted(energies)))


def _drawn(name: str) -> Condition | None:
    """A range only where it was measured as most are."""
    return Condition("range_cycle", "==", RANKED_CYCLE) if name == "range_km" else None


COLUMNS: Final = SqlColumns(
    TABLE,
    Trim,
    columns={
        "price_wan": Trim.price_fen,
        "dealer_price_wan": Trim.dealer_price_fen,
        "brand": Brand.name,
        "origin": Brand.origin,
        "series": Series.name,
    },
    scales={"price_wan": FEN_PER_WAN, "dealer_price_wan": FEN_PER_WAN},
    bits={"features": Bits(Trim.features, Trim.features_known)},
    drawn=_drawn,
    possible=_possible,
)

column_of = COLUMNS.column_of
where = COLUMNS.where


def names_contain(text: str) -> list[ColumnElement[bool]]:
    """One expression per word of `text`: it stands in a name, alias or pinyin."""
    columns = (Brand.name, Brand.aliases, Series.name, Series.aliases, Series.pinyin, Trim.name)
    return [
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in text.split()
    ]
