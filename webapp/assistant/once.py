"""Rows of the catalogue, each read once for an answer: whoever composes asks for what it needs."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from flask import g

from webapp.catalogue import queries
from webapp.catalogue.filters import Selection
from webapp.catalogue.queries import Spec, TrimRow

Kept = TypeVar("Kept")
Groups = list[tuple[int, list[int]]]
_NAME: Final = "assistant_rows"


@dataclass
class _Read:
    """What was read so far; None for a trim that does not exist."""

    trims: dict[int, TrimRow | None] = field(default_factory=dict)
    orders: dict[Selection, Groups] = field(default_factory=dict)
    specs: dict[int, list[Spec]] = field(default_factory=dict)
    others: dict[Hashable, Any] = field(default_factory=dict)


def begin() -> None:
    """From here on rows are kept, and those of the answer before are forgotten."""
    setattr(g, _NAME, _Read())


def trims_by_id(trim_ids: Iterable[int]) -> list[TrimRow]:
    """Those of these trims that exist, newest and cheapest first."""
    ids, read = list(dict.fromkeys(trim_ids)), _kept()
    if unread := [trim_id for trim_id in ids if trim_id not in read.trims]:
        read.trims |= dict.fromkeys(unread)
        read.trims |= {trim.id: trim for trim in queries.trims_by_id(unread)}
    return sorted((trim for i in ids if (trim := read.trims[i]) is not None), key=_place)


def series_in_order(selection: Selection) -> Groups:
    """As `queries.series_in_order`; the lists are the caller's to read, not to change."""
    read = _kept()
    if selection not in read.orders:
        read.orders[selection] = queries.series_in_order(selection)
    return read.orders[selection]


def specs_of(trim_ids: Iterable[int]) -> list[Spec]:
    """All current values of these trims, of one trim after the other."""
    ids, read = list(dict.fromkeys(trim_ids)), _kept()
    if unread := [trim_id for trim_id in ids if trim_id not in read.specs]:
        found: dict[int, list[Spec]] = {trim_id: [] for trim_id in unread}
        for spec in queries.specs_of(unread):
            found[spec.trim_id].append(spec)
        read.specs |= found
    return [spec for trim_id in ids for spec in read.specs[trim_id]]


def remembered(key: Hashable, read: Callable[[], Kept]) -> Kept:
    """What `read` gives, read once for an answer under this key."""
    others = _kept().others
    if key not in others:
        others[key] = read()
    kept: Kept = others[key]
    return kept


def _kept() -> _Read:
    """What is kept for the answer; outside of one, nothing is."""
    read: _Read = g.get(_NAME) or _Read()
    return read


def _place(trim: TrimRow) -> tuple[bool, int, bool, int, int]:
    """Its place as the catalogue orders trims."""
    year, price = trim.model_year, trim.price_fen
    return (year is None, -(year or 0), price is None, price or 0, trim.id)
