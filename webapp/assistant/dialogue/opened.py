"""A page that is opened is spoken of, as if the visitor had asked about what is on it.

So a conversation and a page are understood alike: “它” on a car's page is that car, “续航呢” on a
comparison is of the cars compared, “再便宜点的” on a list moves the bound of the list.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.choosing import trims_of
from webapp.assistant.calls import Want
from webapp.assistant.dialogue.situation import Situation, Told
from webapp.assistant.events import PageContext
from webapp.assistant.pages import selection_of
from webapp.cars.pages.listing import first_trims
from webapp.catalogue import queries
from webapp.search.understanding.result import Intent

VERSIONS: Final = 6
"""Of a series; as many as an answer on all of them goes on with."""


def at_page(known: Situation, page: PageContext | None) -> Situation:
    """The situation once the visitor has gone to `page`; the same where they are there still."""
    if page is None or page == known.page:
        return replace(known, page=page)
    opened = _of_cars(page) or _of_list(page)
    there = replace(known, page=page)
    return there.hearing(opened) if opened else there


def only_cars(page: PageContext | None) -> tuple[Told, ...]:
    """What is left of a page where the visitor starts anew: its cars, not its list."""
    opened = _of_cars(page) if page is not None else None
    return (opened,) if opened else ()


def cars_on(page: PageContext | None) -> tuple[int, ...]:
    """The car of this page, or the versions of its series, where it is the page of one."""
    if page is None or (page.trim_id is None and page.series_id is None):
        return ()
    opened = _of_cars(page)
    return opened.trims if opened else ()


def _of_cars(page: PageContext) -> Told | None:
    trims = page.compare
    if page.trim_id is not None:
        trims = (page.trim_id,)
    elif page.series_id is not None and (head := queries.series_head(page.series_id)) is not None:
        trims = tuple(trim.id for trim in trims_of(head.name, ())[:VERSIONS])
    there = {trim.id for trim in once.trims_by_id(trims)}
    kept = tuple(trim_id for trim_id in trims if trim_id in there)
    if not kept:
        return None
    intent: Intent = "compare" if len(kept) > 1 and page.compare else "lookup"
    return Told(0, intent, trims=kept, visited=True)


def _of_list(page: PageContext) -> Told | None:
    selection = selection_of(page)
    if selection is None:
        return None
    return Told(
        0,
        "search",
        trims=first_trims(selection),
        wants=tuple(Want.of(condition) for condition in selection.conditions),
        sort=selection.sort,
        visited=True,
    )
