"""A page that is opened is spoken of, as if the visitor had asked about what is on it.

So a conversation and a page are understood alike: “它” on a car's page is that car, “续航呢” on a
comparison is of the cars compared, “再便宜点的” on a list moves the bound of the list.
"""

from __future__ import annotations

from typing import Final

from webapp.assistant.answering.choosing import trims_of
from webapp.assistant.events import PageContext, PastTurn
from webapp.assistant.pages import selection_of
from webapp.cars.pages.listing import first_trims
from webapp.catalogue import queries
from webapp.search.understanding.result import Intent, ReadCondition

VERSIONS: Final = 6
"""Of a series; as many as an answer on all of them goes on with."""


def with_visits(history: tuple[PastTurn, ...], page: PageContext | None) -> tuple[PastTurn, ...]:
    """The history with each page that was gone to, before the first question asked from it; `page`
    is where the visitor is now."""
    woven: list[PastTurn] = []
    shown = None
    for turn in history:
        woven += [*_visit(turn.page, shown), turn]
        shown = turn.page
    return (*woven, *_visit(page, shown))


def cars_visited(page: PageContext | None) -> tuple[PastTurn, ...]:
    """Nothing but the cars of the page: what is left of it where the visitor starts anew."""
    return tuple(turn for turn in with_visits((), page) if turn.intent != "search")


def cars_on(page: PageContext | None, history: tuple[PastTurn, ...]) -> tuple[int, ...]:
    """The car of this page, or the versions of its series, where it is the page of one."""
    if page is None or (page.trim_id is None and page.series_id is None):
        return ()
    visits = (turn for turn in reversed(history) if turn.visited and turn.page == page)
    return next((turn.trims for turn in visits), ())


def asked(history: tuple[PastTurn, ...]) -> tuple[PastTurn, ...]:
    """What was really asked."""
    return tuple(turn for turn in history if not turn.visited)


def _visit(page: PageContext | None, before: PageContext | None) -> tuple[PastTurn, ...]:
    if page is None or page == before:
        return ()
    visit = _of_cars(page) or _of_list(page)
    return (visit,) if visit else ()


def _of_cars(page: PageContext) -> PastTurn | None:
    trims = page.compare
    if page.trim_id is not None:
        trims = (page.trim_id,)
    elif page.series_id is not None and (head := queries.series_head(page.series_id)) is not None:
        trims = tuple(trim.id for trim in trims_of(head.name, ())[:VERSIONS])
    there = {trim.id for trim in queries.trims_by_id(trims)}
    kept = tuple(trim_id for trim_id in trims if trim_id in there)
    if not kept:
        return None
    intent: Intent = "compare" if len(kept) > 1 and page.compare else "lookup"
    return PastTurn("", intent, trims=kept, page=page, visited=True)


def _of_list(page: PageContext) -> PastTurn | None:
    selection = selection_of(page)
    if selection is None:
        return None
    conditions = (ReadCondition(c, False, ()).as_dict() for c in selection.conditions)
    return PastTurn(
        "",
        "search",
        conditions=tuple(conditions),
        sort=selection.sort,
        trims=first_trims(selection),
        page=page,
        visited=True,
    )
