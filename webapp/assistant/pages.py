"""The pages a question can be asked from: what is on them, and how they are called."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from werkzeug.datastructures import MultiDict

from webapp.assistant.events import PageContext
from webapp.catalogue import queries
from webapp.catalogue.filters import Selection, UnreadableSelection, read_selection
from webapp.catalogue.filters.words import sentence
from webapp.catalogue.vocabulary import PLUG_IN_ENERGIES

NAMED: Final = 3
"""Cars of a comparison that are called by name."""


class About(NamedTuple):
    """A page by its name for visitors and its address; `field` and `value` are how a question
    says that it is asked from there; `charges` where it is of a car that is charged."""

    label: str
    address: str
    field: str
    value: str
    charges: bool = False


def about(page: PageContext | None) -> About | None:
    """None where there is no such page, or nothing on it that a question could be about."""
    if page is None:
        return None
    if page.trim_id is not None:
        for trim in queries.trims_by_id([page.trim_id]):
            charges = trim.energy == "BEV" or trim.energy in PLUG_IN_ENERGIES
            address = f"/cars/trims/{trim.id}"
            return About(trim.full_name, address, "trim", str(trim.id), charges)
    if page.series_id is not None and (head := queries.series_head(page.series_id)) is not None:
        name = f"{head.brand} {head.name}"
        return About(name, f"/cars/series/{head.id}", "series", str(head.id))
    if page.compare:
        return _comparison(page.compare)
    selection = selection_of(page)
    if page.address is None or selection is None or not selection.conditions:
        return None
    label = f"列表（{sentence(selection.without_text())}）"
    return About(label, page.address, "list", page.address)


def _comparison(ids: tuple[int, ...]) -> About | None:
    found = {trim.id: trim for trim in queries.trims_by_id(ids)}
    there = [trim_id for trim_id in ids if trim_id in found]
    names = list(dict.fromkeys(found[trim_id].series for trim_id in there))
    if not there:
        return None
    some = "、".join(names[:NAMED]) + (" 等" if len(names) > NAMED else "")
    joined = ",".join(map(str, there))
    label = f"{some} {len(there)} 款的对比" if len(there) > 1 else found[there[0]].full_name
    return About(label, f"/cars/compare?ids={joined}", "compare", joined)


def selection_of(page: PageContext) -> Selection | None:
    """What the list on this page asks for; None where the page is no list that can be read."""
    if page.address is None:
        return None
    try:
        return read_selection(MultiDict(parse_qsl(urlsplit(page.address).query)))
    except (UnreadableSelection, ValueError):
        return None
