"""What stands on the pages of cars: others of the class, and what is looked at as well.

It is the same for everyone and stands in cached pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from flask import render_template
from markupsafe import Markup

from webapp.basket import MAX_TRIMS
from webapp.cars.pages.figures import drawing_of
from webapp.catalogue.queries import TrimRow
from webapp.clock import today_in_china
from webapp.recommend import picking, queries, reasons
from webapp.recommend.nearness import nearness
from webapp.recommend.pages import Card, ranked
from webapp.registry import OfCar

SHOWN: Final = 6
NOTHING: Final = OfCar(Markup(), {})


def of_class(series_id: int, trim_id: int | None, _keys: Sequence[str]) -> OfCar:
    """Cars of the same class, body and energy, the nearest first, each with how it differs."""
    near = nearness().to({series_id: 1.0})
    own = _own(series_id, trim_id) if near else None
    if own is None or not all(own.class_key):
        return NOTHING
    rows = [trim for trim in ranked(near, own.price_fen) if trim.class_key == own.class_key]
    cards = _cards(rows, {trim.id: reasons.compared(trim, own) for trim in rows})
    return _section(cards, own, "recommend/_class.html")


def looked_at_too(series_id: int, trim_id: int | None, _keys: Sequence[str]) -> OfCar:
    """Cars that many visitors looked at as well, or that are often compared with this one."""
    counts = nearness().together.get(series_id)
    own = _own(series_id, trim_id) if counts else None
    if not counts or own is None:
        return NOTHING
    most = max(counts.values())
    rows = ranked({id: round(times / most, 4) for id, times in counts.items()}, own.price_fen)
    cards = _cards(rows, {trim.id: reasons.compared(trim, own) for trim in rows})
    return _section(cards, own, "recommend/_also.html")


def _own(series_id: int, trim_id: int | None) -> TrimRow | None:
    """The trim that others are compared with: of a series its newest and cheapest."""
    if trim_id is not None:
        return queries.trims([trim_id]).get(trim_id)
    return next(iter(queries.trims_of([series_id])), None)


def _cards(rows: Sequence[TrimRow], said: Mapping[int, str]) -> list[Card]:
    today = today_in_china()
    # One of a series: here others are looked for, not versions.
    first = {trim.series_id: trim for trim in reversed(rows)}
    kept = {trim.id for trim in first.values()}
    chosen = picking.pick([trim for trim in rows if trim.id in kept], today=today, size=SHOWN)
    return [
        Card(trim, drawing_of(trim), said[trim.id], is_new=picking.is_new(trim, today))
        for trim in chosen
    ]


def _section(cards: Sequence[Card], own: TrimRow, template: str) -> OfCar:
    if not cards:
        return NOTHING
    together = [own.id, *(card.trim.id for card in cards)][:MAX_TRIMS]
    html = render_template(template, cards=cards, own=own, together=together)
    return OfCar(Markup(html), {})  # noqa: S704  (our own template, which escapes)
