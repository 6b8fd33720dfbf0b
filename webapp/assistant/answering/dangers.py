"""Brakes, coolant, warning lamps, tyres, fire, people hurt: what to do first, before all else."""

from __future__ import annotations

from typing import Final

from webapp.assistant.answering.cues import row_for
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.extracting import content_of, pairs_of
from webapp.assistant.answering.own_pages import link_to, section_of
from webapp.assistant.answering.parts import bound, paragraph
from webapp.assistant.answering.task import Task
from webapp.assistant.calls import ON
from webapp.assistant.events import Links
from webapp.search.service import parse_sentence

TABLE: Final = "dangers.csv"
_BUYS: Final = ("想买", "要买", "打算买", "准备买", "买个", "买台", "买辆", "选车", "推荐")
"""Who is about to buy fears what may happen: nothing is wrong with a car on the road."""
_SOURCE: Final = "computed:first steps and emergency numbers"


def danger_in(text: str) -> dict[str, str] | None:
    """The row of what a text tells of; None where nothing is wrong with a car on the road, and
    where what goes on with it asks more than that row was told for."""
    row = None if any(word in text for word in _BUYS) else row_for(TABLE, text)
    begun, _, last = text.rpartition(ON)
    if row is None or not begun or row is not row_for(TABLE, begun):
        return row
    again = row_for(TABLE, last) is row or not pairs_of(content_of(last))
    return row if again or any(cue.has("drives") for cue in parse_sentence(last).cues) else None


def compose_danger(task: Task) -> Draft | None:
    """What to do first, then what our page on it says; None where nothing is wrong with a car on
    the road."""
    row = danger_in(task.text)
    if row is None:
        return None
    name = row["page"]
    links = link_to(name) if name else ()
    return Draft(
        "other",  # said by the site itself, and no passage of its pages
        lead=(
            paragraph(bound(row["says"], _SOURCE)),
            *(section_of(name, row["heading"]) if name else ()),
        ),
        tail=(Links(links),) if links else (),
        trims=task.trims,
        goes_on=True,
    )
