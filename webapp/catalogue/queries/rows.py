"""The catalogue in memory: what lists count and order, read once per version in each process."""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from flask import current_app
from sqlalchemy import Select, select

from webapp.catalogue.filters import Selection
from webapp.catalogue.filters.sql import COLUMNS, names_contain
from webapp.catalogue.models import Brand, Series, Trim
from webapp.catalogue.queries.orders import order_of
from webapp.catalogue.queries.version import catalogue_version
from webapp.catalogue.vocabulary import ON_SALE
from webapp.extensions import db
from webapp.filtering.rows import Mask, Rows
from webapp.transactions import is_open

MORE: Final[dict[str, Any]] = {
    "series_id": Trim.series_id,
    "dealer_price_wan": Trim.dealer_price_fen,
    "launch": Trim.launch,
    "sales_recent": Series.sales_recent,
}
"""What orders and views need beside the fields one can filter by."""

Places = npt.NDArray[np.intp]
"""Places of rows, in an order."""


@dataclass
class Catalogue:
    """All trims of one version."""

    rows: Rows
    _orders: dict[str | None, Places] = field(default_factory=dict)

    def matching(self, selection: Selection) -> Mask:
        """Where everything holds that the selection asks."""
        return self.rows.all_of(selection.conditions) & self.with_words(selection)

    def with_words(self, selection: Selection) -> Mask:
        """Where the words of its text stand, as a search engine found, or in names."""
        if not selection.text:
            return self.rows.everything()
        if selection.found is not None:
            return self.rows.among(selection.found)
        in_names = over_trims(Trim.id).where(*names_contain(selection.text))
        return self.rows.among(db.session.scalars(in_names).all())

    def in_order(self, selection: Selection) -> Places:
        """The places of all that match: in the order of the words where no other is asked for."""
        matching = self.matching(selection)
        if selection.found is None or selection.sort is not None:
            order = self._order(selection.sort)
            return order[matching[order]]
        found = np.array(selection.found, dtype=np.int64)
        places = np.searchsorted(self.rows.ids, found)
        places[places == len(matching)] = 0  # of no trim, as the next line sees
        places = places[self.rows.ids[places] == found] if len(matching) else places[:0]
        return places[matching[places]]

    def _order(self, sort: str | None) -> Places:
        if sort not in self._orders:
            self._orders[sort] = order_of(self.rows, sort)
        return self._orders[sort]


class Priced(NamedTuple):
    """A trim that can be bought, and the maker's price in fen."""

    id: int
    series_id: int
    price_fen: int


def priced_trims(series_ids: Collection[int]) -> list[Priced]:
    """Trims of these series with a price that are on sale, as far as that is known."""
    rows = catalogue().rows
    series, status, price = rows["series_id"].values, rows["status"], rows["price_wan"]
    on_sale = ~status.known | status.equal([ON_SALE])
    places = np.flatnonzero(np.isin(series, list(series_ids)) & price.known & on_sale)
    columns = (rows.ids[places], series[places], price.values[places].astype(np.int64))
    return [Priced(*found) for found in zip(*(one.tolist() for one in columns), strict=True)]


@dataclass(slots=True)
class _State:
    version: int = 0
    catalogue: Catalogue | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


def catalogue() -> Catalogue:
    """All trims as they are now. One statement, two after a change."""
    state: _State = current_app.extensions.setdefault("catalogue_rows", _State())
    version = catalogue_version()
    if not version or is_open():  # nothing to tell one state from another by
        return _read()
    kept = state.catalogue
    if kept is not None and state.version == version:
        return kept
    with state.lock:  # others wait rather than read the same
        if state.catalogue is None or state.version != version:
            state.catalogue, state.version = _read(), version
        return state.catalogue


def _read() -> Catalogue:
    return Catalogue(Rows.read(COLUMNS, over_trims, MORE))


def over_trims(*columns: Any) -> Select[Any]:
    """Select over Trim joined to Series and Brand, which is what conditions are said of."""
    return (
        select(*columns)
        .select_from(Trim)
        .join(Series, Trim.series_id == Series.id)
        .join(Brand, Series.brand_id == Brand.id)
    )
