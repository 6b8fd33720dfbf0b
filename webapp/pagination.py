"""Pages of a long list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Generic, TypeVar

Item = TypeVar("Item")

GAP = 0
"""Stands between page numbers where some are left out."""


@dataclass(frozen=True)
class Page(Generic[Item]):
    """Items of page `number` (from 1) out of `total` items, `size` a page."""

    items: list[Item]
    number: int
    size: int
    total: int
    url: Callable[[int], str]

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))

    @property
    def first(self) -> int:
        """Position of the first item shown, from 1; 0 in an empty list."""
        return (self.number - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def numbers(self) -> list[int]:
        """Page numbers to offer: the ends, the neighbours, and GAP where some are left out."""
        near = {1, self.pages, *range(self.number - 1, self.number + 2)}
        shown: list[int] = []
        for number in sorted(n for n in near if 1 <= n <= self.pages):
            if shown and number - shown[-1] > 1:
                shown.append(GAP)
            shown.append(number)
        return shown
