"""Addresses of the catalogue's pages, for links in lists and for code without a request.

`url_for` takes some ten microseconds, and a list has ten links a row. The routes themselves stand
in `webapp/cars` and `webapp/search/views.py`. Templates know this module as `addresses`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

LISTING: Final = "/cars/"


def listing(**query: str | int | None) -> str:
    """The list of trims, with conditions in the grammar of `webapp/filtering/address.py`.

    A condition that is None is left out.
    """
    query = {name: value for name, value in query.items() if value is not None}
    return f"{LISTING}?{urlencode(query)}" if query else LISTING


def brands() -> str:
    return "/cars/brands"


def brands_panel() -> str:
    """The fragment with the way to brands that unfolds below the bar."""
    return "/cars/_brands"


def series(series_id: int) -> str:
    return f"/cars/series/{series_id}"


def more_of(series_id: int, query: str) -> str:
    """The fragment with the further trims of a series that a list has; `query` is the list's."""
    return f"/cars/series/{series_id}/_more?{query}"


def trim(trim_id: int, part: str = "") -> str:
    """The page of a trim, at the element whose id is `part`."""
    return f"/cars/trims/{trim_id}#{part}" if part else f"/cars/trims/{trim_id}"


def trim_cost(trim_id: int) -> str:
    return f"/cars/trims/{trim_id}/cost"


def cost(ids: Iterable[int] = ()) -> str:
    """The costs of several trims beside each other; without trims, what a monthly payment buys."""
    return _of_trims("/cars/cost", ids)


def compare(ids: Iterable[int] = (), *, only_differences: bool = False) -> str:
    """The comparison of these trims; without trims, of those in the basket."""
    address = _of_trims("/cars/compare", ids)
    return f"{address}&only=diff" if only_differences and "?" in address else address


def series_card(series_id: int) -> str:
    """The picture beside a shared link to a series."""
    return f"/cars/series/{series_id}/card.png"


def trim_card(trim_id: int) -> str:
    return f"/cars/trims/{trim_id}/card.png"


def compare_card(ids: Iterable[int]) -> str:
    return _of_trims("/cars/compare.png", ids)


def compare_csv(ids: Iterable[int]) -> str:
    return _of_trims("/cars/compare.csv", ids)


def compare_json(ids: Iterable[int]) -> str:
    return _of_trims("/cars/compare.json", ids)


def basket() -> str:
    """Where trims are put into the comparison, by POST."""
    return "/cars/basket"


def basket_link() -> str:
    """The fragment that says how many trims are in the comparison."""
    return "/cars/_basket"


def guide() -> str:
    """The guided choice: five questions that end in the list."""
    return "/cars/guide"


def suggest() -> str:
    """The fragment of suggestions below a search box."""
    return "/cars/suggest"


def _of_trims(path: str, ids: Iterable[int]) -> str:
    joined = ",".join(map(str, ids))
    return f"{path}?ids={joined}" if joined else path
