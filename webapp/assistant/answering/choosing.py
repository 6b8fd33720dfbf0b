"""Which trims stand for a named series, by one stated rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from webapp.assistant import once
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.queries import TrimRow
from webapp.search.understanding.result import ReadCondition

RULE = "在售最新年款里价格居中的一款"


def trims_of(series: str, qualifiers: Iterable[ReadCondition]) -> list[TrimRow]:
    """Trims of a series that satisfy the qualifiers; of the newest year on sale unless a year
    is asked for. Where the qualifiers leave nothing, all of that year."""
    asked = tuple(
        read.condition for read in qualifiers if read.condition.field not in ("series", "brand")
    )
    own = Condition("series", "==", series)
    found = _matching(own, asked)
    if asked and not found:
        found, asked = _matching(own, ()), ()
    if any(condition.field == "model_year" for condition in asked):
        return found
    return newest_on_sale(found)


def all_trims_of(series: str) -> list[TrimRow]:
    """Trims of a series of every year, on sale or not."""
    return _matching(Condition("series", "==", series), ())


def _matching(own: Condition, asked: tuple[Condition, ...]) -> list[TrimRow]:
    groups = once.series_in_order(Selection((own, *asked)))
    return once.trims_by_id([trim_id for _, ids in groups for trim_id in ids])


def newest_on_sale(trims: Sequence[TrimRow]) -> list[TrimRow]:
    on_sale = [trim for trim in trims if trim.status == "在售"] or list(trims)
    newest = max((trim.model_year or 0 for trim in on_sale), default=0)
    return [trim for trim in on_sale if (trim.model_year or 0) == newest]


def representative(trims: Sequence[TrimRow]) -> TrimRow | None:
    """The trim in the middle by price; of an even number the cheaper of the two."""
    priced = sorted(
        (trim for trim in trims if trim.price_fen is not None), key=lambda t: (t.price_fen, t.id)
    )
    if priced:
        return priced[(len(priced) - 1) // 2]
    return min(trims, key=lambda trim: trim.id, default=None)
