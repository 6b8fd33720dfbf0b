"""The word tables: CSV files of `webapp/search/words`, read strictly.

The first column holds the words of a row with spaces between; words are written as
`normalise` leaves them: lower-case, half-width, simplified, without spaces or hyphens inside.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "words"


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one table by column. Raises ValueError on a row that is too short or long."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        for row in reader:
            if None in row or None in row.values():
                raise ValueError(f"{name}, line {reader.line_num}: wrong number of columns")
            yield row


def words_of(row: dict[str, str]) -> list[str]:
    return row["words"].split()
