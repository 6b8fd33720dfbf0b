"""What the knowledge base asks of a vector index, in words that belong to no engine.

The vectors themselves are kept in the database; an index may be thrown away at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Filters = Mapping[str, Any]
"""Haystack's: {"field": "meta.NAME", "operator": "==" | "!=" | "in" | "not in", "value": ...},
joined by {"operator": "AND" | "OR" | "NOT", "conditions": [...]}."""


class VectorsError(Exception):
    """The index cannot answer. `retry`: whether the same call may work in a moment."""

    def __init__(self, message: str, *, retry: bool) -> None:
        super().__init__(message)
        self.retry = retry


@dataclass(frozen=True)
class Record:
    """`vector` is of length one; `meta` holds what can be filtered by."""

    id: int
    vector: Sequence[float]
    meta: Mapping[str, str]


@dataclass(frozen=True)
class Hit:
    """`score` is the cosine of the angle to the question."""

    id: int
    score: float


@dataclass(frozen=True)
class State:
    """`version` is what `rebuild` was told, `records` how many the index holds."""

    version: int
    records: int


class VectorIndex(Protocol):
    """Raises VectorsError. Making one connects to nothing; safe to share between threads."""

    def search(
        self, vector: Sequence[float], *, limit: int, filters: Filters | None = None
    ) -> list[Hit]:
        """The nearest records, nearest first; none where nothing was ever built."""
        ...

    def state(self) -> State | None:
        """Of the index in use; None where nothing was ever built for this layout."""
        ...

    def rebuild(self, records: Iterable[Record], *, version: int) -> int:
        """A new index beside the one in use, then in its place; returns how many it holds."""
        ...
