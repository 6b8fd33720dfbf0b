"""Where an empty result can go on: the smallest change first, each with what it would give."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import combinations
from typing import Final

from webapp.catalogue import addresses, queries
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.filters.words import phrase

MAX_WAYS_OUT: Final = 6
NEAR_NAMES: Final = 3
MAX_PAIRED: Final = 9
"""Conditions of which two at a time are tried; 36 pairs are still one statement."""


def ways_out(
    selection: Selection, found: queries.Listing, inferred: Collection[Condition]
) -> list[tuple[str, str]]:
    """(label, address). What was only inferred goes first, then a bound moved to the nearest
    value there is, then a field dropped, the one with most trims first; where no single change
    helps, two conditions together or one alone."""
    ways = [
        *_near_names(selection),
        *_single(selection, found, inferred),
        *_without_text(selection),
    ]
    ways = ways or _double(selection) or _alone(selection)
    return [*dict.fromkeys(ways[:MAX_WAYS_OUT]), ("看全部车型", addresses.listing())]


def _near_names(selection: Selection) -> Iterable[tuple[str, str]]:
    """Words alone that stand nowhere may be a name with a slip."""
    if selection.text and not selection.conditions:
        for name in queries.near_names(selection.text, limit=NEAR_NAMES):
            field = "brand" if name.series_id is None else "series"
            found = Selection(conditions=(Condition(field, "==", name.text),))
            yield f"是不是“{name.text}”", found.url()


def _single(
    selection: Selection, found: queries.Listing, inferred: Collection[Condition]
) -> Iterable[tuple[str, str]]:
    for condition in selection.conditions:
        if condition in inferred and (count := found.dropping[condition]):
            yield _dropping(selection, (condition,), count)
    for condition, widened, count in queries.nearest_values(selection):
        label = f"放宽到“{phrase(widened)}”：{count:,} 款"
        yield label, selection.widening(condition, widened).url()
    for field, count in sorted(found.without.items(), key=lambda item: -item[1]):
        dropped = tuple(c for c in selection.conditions if c.field == field)
        if count and not set(dropped) <= set(inferred):
            yield _dropping(selection, dropped, count)


def _without_text(selection: Selection) -> Iterable[tuple[str, str]]:
    without = selection.without_text()
    if selection.text and (count := queries.counts_without(without, [()])[0]):
        yield f"去掉“{selection.text}”：{count:,} 款", without.url()


def _double(selection: Selection) -> list[tuple[str, str]]:
    pairs = list(combinations(selection.conditions[:MAX_PAIRED], 2))
    counted = zip(pairs, queries.counts_without(selection, pairs), strict=True)
    useful = sorted((item for item in counted if item[1]), key=lambda item: -item[1])
    return [_dropping(selection, pair, count) for pair, count in useful]


def _alone(selection: Selection) -> list[tuple[str, str]]:
    bare = selection.without_text()
    each = [tuple(c for c in selection.conditions if c != kept) for kept in selection.conditions]
    counts = queries.counts_without(bare, each)
    return [
        (f"只看“{phrase(kept)}”：{count:,} 款", Selection(conditions=(kept,)).url())
        for kept, count in zip(selection.conditions, counts, strict=True)
        if count
    ]


def _dropping(selection: Selection, dropped: tuple[Condition, ...], count: int) -> tuple[str, str]:
    label = "、".join(phrase(condition) for condition in dropped)
    return f"去掉“{label}”：{count:,} 款", selection.without(*dropped).url()
