"""How a series is called together with its brand."""

from __future__ import annotations

from typing import Final

TELLING: Final = 2
"""So many characters, not all of them Latin, tell a brand."""
COMPANY: Final = "汽车"
"""Ends the names of brands, and is not said where a series follows."""


def with_brand(brand: str, series: str) -> str:
    """Brand and series as spoken, no word twice: “比亚迪秦L”, “吉利帝豪” of 吉利汽车, “理想L6” of
    理想汽车, “吉利银河E5” of 吉利银河 and 银河E5."""
    if len(brand) >= len(COMPANY) + TELLING:
        brand = brand.removesuffix(COMPANY)
    if brand.casefold() in series.casefold():
        return series
    for at in range(len(brand) - TELLING + 1):
        shared = brand[at : at + TELLING]
        if not shared.isascii() and series.startswith(shared):
            return brand[:at] + series
    spaced = brand[-1:].isascii() and series[:1].isascii()
    return f"{brand} {series}" if spaced else f"{brand}{series}"
