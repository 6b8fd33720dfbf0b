"""How a series is called together with its brand."""

from __future__ import annotations

from typing import Final

TELLING: Final = 2
"""So many characters of a Chinese brand at the front of its series name the brand."""


def with_brand(brand: str, series: str) -> str:
    """Brand and series as spoken, no word twice: “比亚迪秦L”, “理想L6” of 理想汽车, “吉利银河E5”
    of 吉利银河 and 银河E5."""
    if brand.casefold() in series.casefold():
        return series
    if not brand[:TELLING].isascii() and series.startswith(brand[:TELLING]):
        return series
    for length in range(len(brand) - 1, TELLING - 1, -1):
        shared = brand[-length:]
        if not shared.isascii() and series.startswith(shared):
            return brand + series[length:]
    spaced = brand[-1:].isascii() and series[:1].isascii()
    return f"{brand} {series}" if spaced else f"{brand}{series}"
