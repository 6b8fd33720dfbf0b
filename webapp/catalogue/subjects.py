"""What pages show of the catalogue, by the names under which changes are told."""

from __future__ import annotations

from typing import Final

LISTS: Final = "lists"
"""What any trim or series is listed, counted or sorted by."""
TRIMS: Final = "trims"
"""Which trims there are, and what they are called; told as well where nobody knows in which lists
a change may be seen."""
NAMES: Final = "names"
"""What words mean: names of cars and synonyms."""
RULES: Final = "rules"


def series(series_id: int) -> str:
    """A series, its trims and everything that is said of these."""
    return f"series:{series_id}"


def of_class(size: str | None, body: str | None, energy: str | None) -> str:
    """The figures of a class: of which median and spread are shown beside a trim's own."""
    return f"class:{size}/{body}/{energy}"
