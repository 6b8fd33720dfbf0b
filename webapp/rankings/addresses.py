"""Addresses of the rankings, for links in pages and answers without a request."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from webapp.catalogue import addresses
from webapp.rankings.lists import Entry
from webapp.rankings.methods import PRICE_BANDS

OVERVIEW = "/rankings/"
_STEP = 0.01
"""万元: a band ends below its upper end, a filter at it."""


def ranking(name: str, period: str, slices: Mapping[str, str] | None = None, page: int = 1) -> str:
    query = dict(slices or {}) | ({"page": str(page)} if page > 1 else {})
    address = f"{OVERVIEW}{name}/{period}"
    return f"{address}?{urlencode(query)}" if query else address


def ranking_csv(name: str, period: str, slices: Mapping[str, str] | None = None) -> str:
    address, _, query = ranking(name, period, slices).partition("?")
    return f"{address}.csv?{query}" if query else f"{address}.csv"


def listing(slices: Mapping[str, str]) -> str:
    """The list of cars with the same conditions."""
    query: dict[str, str | float] = {n: v for n, v in slices.items() if n != "price"}
    if "price" in slices:
        _, low, high = PRICE_BANDS[slices["price"]]
        if low is not None:
            query["price_wan_min"] = f"{low:g}"
        if high is not None:
            query["price_wan_max"] = f"{high - _STEP:g}"
    return f"{addresses.LISTING}?{urlencode(query)}" if query else addresses.listing()


def of_entry(entry: Entry) -> list[tuple[str, str | None]]:
    """What a row names, each name with the page it leads to, None where there is none."""
    if entry.series_id is not None and entry.other_series_id is not None:
        one, _, other = entry.name.partition(" 对比 ")
        return [
            (one, addresses.series(entry.series_id)),
            (other, addresses.series(entry.other_series_id)),
        ]
    if entry.trim_id is not None and entry.series_id is not None:
        return [(entry.name, addresses.trim(entry.trim_id))]
    if entry.series_id is not None:
        return [(entry.name, addresses.series(entry.series_id))]
    return [(entry.name, addresses.listing(brand=entry.brand) if entry.brand else None)]
