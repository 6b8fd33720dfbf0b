"""Rows of the word tables that a question's own words point at."""

from __future__ import annotations

from functools import cache
from typing import Final

from webapp.assistant.calls import ON
from webapp.search.understanding.normalise import normalise
from webapp.search.understanding.tables import rows, words_of

TOGETHER: Final = "+"
"""Joins words in a table that must all stand in the question, wherever they stand."""
EITHER: Final = "|"
"""Between words of which one must stand there: 方向盘+抖|震."""


def row_for(table: str, text: str) -> dict[str, str] | None:
    """The first row one of whose words stands in the text, and none of what it has in `unless`."""
    return next(iter(rows_for(table, text)), None)


def rows_for(table: str, text: str) -> list[dict[str, str]]:
    """Every such row, in the order of the table; of a topic and what is asked on it the latter
    alone must be without what a row has in `unless`."""
    plain = normalise(text).text.replace(" ", "")
    last = normalise(text.rpartition(ON)[2]).text.replace(" ", "")
    return [
        row
        for row in _rows(table)
        if any(_stands(word, plain) for word in words_of(row))
        and not any(_stands(word, last) for word in row.get("unless", "").split())
    ]


def says(text: str, name: str) -> bool:
    """Whether words that `phrasing.csv` has under this name stand in the text."""
    plain = normalise(text).text.replace(" ", "")
    row = _phrasing()[name]
    return any(_stands(word, plain) for word in words_of(row)) and not any(
        _stands(word, plain) for word in row["unless"].split()
    )


@cache
def _phrasing() -> dict[str, dict[str, str]]:
    return {row["name"]: row for row in rows("phrasing.csv")}


def stands_in(words: str, text: str) -> bool:
    """Whether one of these words, with blanks between, stands in the text."""
    plain = normalise(text).text.replace(" ", "")
    return any(_stands(word, plain) for word in words.split())


def _stands(word: str, plain: str) -> bool:
    return all(any(one in plain for one in piece.split(EITHER)) for piece in word.split(TOGETHER))


@cache
def _rows(table: str) -> tuple[dict[str, str], ...]:
    return tuple(rows(table))
