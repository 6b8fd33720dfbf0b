"""Titles as the vector index holds them: each title of a document, and each of the other words it
is asked for in, is a record of its own beside the passages.

A question is often a title in other words. Only documents that are not about one series have
such records: the title of a review says less than its series does.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

SEPARATOR: Final = "；"
"""Between further titles, in `also`."""
MOST: Final = 64
"""Titles of one document that are compared; the others count as words only."""
FIRST: Final = 1 << 40
"""The first id of a title's record. Passages have ids below it."""


@dataclass(frozen=True)
class Title:
    """`number` counts the titles of a document, from 0 for its own."""

    document: int
    number: int
    text: str
    collection: str

    @property
    def record(self) -> int:
        """Its id in the vector index."""
        return FIRST + self.document * MOST + self.number

    @property
    def digest(self) -> str:
        """Of what is embedded for it."""
        return digest_of(self.text)


def titles_of(title: str, also: str) -> tuple[str, ...]:
    """The title, then the other words it is asked for in, of "大电池有没有必要；长续航值不值"."""
    return (title, *filter(None, (text.strip() for text in also.split(SEPARATOR))))


def digest_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def document_of(record: int) -> int:
    """The document whose title has this record."""
    return (record - FIRST) // MOST
