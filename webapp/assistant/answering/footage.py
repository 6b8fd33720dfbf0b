"""A link to the second of a video that shows what an answer says of a car."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import all_parts
from webapp.assistant.events import Links
from webapp.videos.watching import queries
from webapp.videos.watching.topics import parameters_of

FROM_ROWS: Final = frozenset({"compare", "lookup"})
MOST: Final = 2
_PARAMETERS: Final = {
    "range_km": ("range_cltc_km", "range_wltc_km", "range_nedc_km"),
    "fuel_l_100km": ("fuel_wltc_l_100km", "fuel_depleted_l_100km"),
}
"""Fields that stand for one of several parameters."""


def with_footage(draft: Draft) -> Draft:
    """The draft with links to moments that show a value it states of a trim, two at most."""
    if draft.intent not in FROM_ROWS or draft.refused:
        return draft
    stated = _stated(draft)
    points = queries.points_of_trims(sorted({trim_id for trim_id, _ in stated}))
    shown = [
        (f"{point.invitation}：{point.car} {point.label}", point.address)
        for point in points
        if any((point.trim_id, key) in stated for key in parameters_of(point.subject))
    ]
    if not shown:
        return draft
    return replace(draft, tail=(Links(tuple(shown[:MOST])), *draft.tail))


def _stated(draft: Draft) -> set[tuple[int, str]]:
    """Trims and parameters whose rows numerals and citations of the draft come from."""
    parts = all_parts((*draft.lead, *draft.prose))
    sources = [number.source.split(":") for part in parts for number in part.numbers]
    rows = {(int(of[1]), of[2]) for of in sources if of[0] == "trim" and len(of) == 3}
    refs = (ref for part in parts for ref in part.refs)
    rows |= {(ref.trim_id, ref.field) for ref in refs if ref.trim_id and ref.field}
    return {(trim_id, key) for trim_id, field in rows for key in _PARAMETERS.get(field, (field,))}
