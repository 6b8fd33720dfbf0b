"""Which of the nearest cars are shown: not too many of a series or a brand, and one that is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

from webapp.catalogue.queries import Priced, TrimRow

SHOWN: Final = 8
MOST_OF_SERIES: Final = 2
MOST_OF_BRAND: Final = 3
"""Of SHOWN, which makes at least three brands."""
NEW_MONTHS: Final = 6


def pick(ranked: Sequence[TrimRow], *, today: date, size: int = SHOWN) -> list[TrimRow]:
    """The first `size` in order that keep to the limits, one of each series as long as there are
    enough; of eight places the last is for the first new car, where none stands among the others.
    Fewer where the limits leave fewer."""
    chosen = _within_limits(ranked, size)
    if len(chosen) < size or size < SHOWN or any(is_new(trim, today) for trim in chosen):
        return chosen
    for new in ranked:
        if is_new(new, today):
            found = _within_limits([*chosen[:-1], new], size)
            if len(found) == size:
                return found
    return chosen


def is_new(trim: TrimRow, today: date) -> bool:
    """Whether it was launched within NEW_MONTHS."""
    if not trim.launch:
        return False
    year, month = map(int, trim.launch.split("-"))
    return 0 <= (today.year - year) * 12 + today.month - month < NEW_MONTHS


def nearest_in_price(trims: Collection[Priced], price_fen: int | None) -> list[Priced]:
    """Of each series the MOST_OF_SERIES trims nearest to a price; without one the cheapest."""
    of_series: Counter[int] = Counter()
    found = []
    for trim in sorted(trims, key=lambda trim: (_price_apart(trim, price_fen), trim.id)):
        if of_series[trim.series_id] < MOST_OF_SERIES:
            of_series[trim.series_id] += 1
            found.append(trim)
    return found


def _price_apart(trim: Priced, price_fen: int | None) -> int:
    return abs(trim.price_fen - (price_fen or 0))


def _within_limits(ranked: Sequence[TrimRow], size: int) -> list[TrimRow]:
    for most_of_series in range(1, MOST_OF_SERIES + 1):
        series: Counter[int] = Counter()
        brands: Counter[str] = Counter()
        chosen: list[TrimRow] = []
        for trim in ranked:
            if len(chosen) == size:
                break
            if series[trim.series_id] < most_of_series and brands[trim.brand] < MOST_OF_BRAND:
                series[trim.series_id] += 1
                brands[trim.brand] += 1
                chosen.append(trim)
        if len(chosen) == size:
            break
    return chosen
