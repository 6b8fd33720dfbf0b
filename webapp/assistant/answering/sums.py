"""Sums a question asks for, worked out by `webapp.costs`: which one, and of which cars."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from webapp import clock, costs
from webapp.assistant import once
from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering import sums_of_buying, sums_of_rules, sums_of_use
from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.choosing import trims_of
from webapp.assistant.answering.cues import row_for
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.pairing import fairly
from webapp.assistant.answering.parts import (
    DraftBlock,
    bound,
    paragraph,
)
from webapp.assistant.answering.sum_parts import Sum
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.catalogue import queries
from webapp.catalogue.queries import TrimRow

TABLE: Final = "sums.csv"
CARS: Final = 3
OF_A_ROW: Final = ("tank", "reach", "charge")
WHOLE: Final = ("onroad", "loan")
"""Told of all versions of a series, from the cheapest to the dearest."""


def compose_sum(task: Task) -> Draft | None:
    """None where no sum is asked for, or too little is known for it."""
    row = row_for(TABLE, task.text)
    # Who asks for several values gets them from the rows.
    if row is None or (len(task.asked) > 1 and row["kind"] in OF_A_ROW):
        return None
    trims = _trims(task, one=row["kind"] not in WHOLE)
    year = said_of.calendar_year(task.text)
    today = clock.today_in_china()
    day = today if year in (None, today.year) else date(year or today.year, 1, 1)
    sum_ = Sum(task, trims, Garage([trim.id for trim in trims]), day)
    try:
        blocks = _SUMS[row["kind"]](sum_)
    except costs.OutOfBounds as error:
        return _draft(sum_, [paragraph(bound(f"{error}。", "computed:bounds of the sum"))])
    return _draft(sum_, blocks) if blocks else None


def _trims(task: Task, *, one: bool) -> list[TrimRow]:
    """The versions a sum is of: those that are named, else one of each series."""
    if task.trims:
        pointed = once.trims_by_id(task.trims)
        found = said_of.versions_said(task.text, pointed) or pointed
        return found[:CARS] if one else found
    groups = [own for name in task.series[:CARS] if (own := _versions(task, name))]
    if not one and len(groups) == 1:
        return groups[0]
    return fairly(groups) if groups else []


def _versions(task: Task, series: str) -> list[TrimRow]:
    """The versions of a series that are named, of whatever year; else those of the newest."""
    own = trims_of(series, task.conditions)
    if not own or (named := said_of.versions_said(task.text, own)):
        return named if own else own
    return said_of.versions_said(task.text, queries.series_trims(own[0].series_id)) or own


def _draft(sum_: Sum, blocks: list[DraftBlock]) -> Draft:
    links = tuple((f"{t.full_name} 的全部参数", f"/cars/trims/{t.id}") for t in sum_.trims[:2])
    tail: list[DraftBlock] = [*sum_.assumed(), *((Links(links),) if links else ())]
    tail.append(Asks(("落地价包含哪些钱", "一年养车要花多少钱")))
    return Draft(
        "lookup", lead=tuple(blocks), tail=tuple(tail), trims=tuple(t.id for t in sum_.trims)
    )


_SUMS: Final[dict[str, Callable[[Sum], list[DraftBlock]]]] = {
    "onroad": lambda sum_: (
        sums_of_buying.on_road(sum_) if sum_.trims else sums_of_rules.on_road_described(sum_)
    ),
    "subsidy": sums_of_rules.subsidy_of,
    "vessel": sums_of_rules.vessel_of,
    "loan": sums_of_buying.loan_of,
    "budget": sums_of_buying.price_of_payment,
    "years": sums_of_use.years_of,
    "energyyears": sums_of_use.energy_of_years,
    "tank": sums_of_use.tank,
    "reach": sums_of_use.reach,
    "charge": sums_of_use.charge,
    "chargecost": sums_of_use.charge_cost,
}
