"""The cars that the last answers showed, or were about."""

from __future__ import annotations

from webapp.assistant import once
from webapp.assistant.dialogue.cast import Cast
from webapp.assistant.dialogue.situation import Situation, Told
from webapp.catalogue.filters import Selection


def spoken_of(told: tuple[Told, ...], cast: Cast) -> tuple[int, ...]:
    """Where the last answers were about one series each: one trim of each, in that order."""
    found: dict[str, int] = {}
    for one in told:
        series = set(cast.names(one.trims))
        if one.intent not in ("lookup", "consult") or len(series) != 1:
            break
        found.setdefault(series.pop(), one.trims[0])
    return tuple(found.values())[::-1] if len(found) > 1 else ()


def cars_spoken_of(told: tuple[Told, ...]) -> tuple[int, ...]:
    """The cars last spoken of; those on a list or a comparison that was only opened were not."""
    spoken = (
        one
        for one in told
        if (one.trims or one.absent) and (not one.visited or one.intent == "lookup")
    )
    return next((one.trims for one in spoken), ())


def last_list(told: tuple[Told, ...], cast: Cast) -> tuple[int, ...]:
    """The cars last shown together; the versions of one car are not, but where they were
    compared."""
    for one in told:
        together = one.intent in ("compare", "search") or len(cast.names(one.trims)) > 1
        if together and len(one.trims) > 1:
            return one.trims
    return ()


def in_order(known: Situation, sort: str, most: int) -> tuple[int, ...]:
    """The first cars of the last list in another order, sought among all that match."""
    base = next((one for one in known.told if one.intent == "search"), None)
    if base is None:
        return ()
    wants = base.wants if base.visited else known.wants
    groups = once.series_in_order(Selection(tuple(w.condition for w in wants), sort))
    return tuple(ids[0] for _, ids in groups[:most])
