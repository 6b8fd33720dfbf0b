"""Which versions of several series are compared: alike in energy and drive where they can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from webapp.assistant.answering.choosing import representative
from webapp.catalogue.queries import TrimRow

ALIKE: Final = ("energy", "drive", "seats")
"""What versions should have in common, first things first."""


def fairly(groups: Sequence[Sequence[TrimRow]]) -> list[TrimRow]:
    """One version of each group, the one in the middle by price: of those that have energy, drive
    and seats in common with the other groups, where all groups have such. Where no energy is
    common the cars differ in kind, whatever else they have."""
    left = [list(group) for group in groups]
    for field in ALIKE:
        shared = set.intersection(*({getattr(trim, field) for trim in group} for group in left))
        if shared := shared - {None}:
            common = _most_usual(left, field, shared)
            left = [[trim for trim in group if getattr(trim, field) == common] for group in left]
        elif field == "energy":
            break
    return _middle(left)


def _most_usual(groups: list[list[TrimRow]], field: str, shared: set[object]) -> object:
    """Of the shared values the one most of the middle versions have."""
    found = Counter(v for trim in _middle(groups) if (v := getattr(trim, field)) in shared)
    return found.most_common(1)[0][0] if found else min(shared, key=str)


def _middle(groups: list[list[TrimRow]]) -> list[TrimRow]:
    return [one for group in groups if (one := representative(group)) is not None]
