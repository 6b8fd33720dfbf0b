"""Sums a question asks for, worked out by `webapp.costs`: which one, and of which cars."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Final

from webapp import clock, costs
from webapp.assistant import once
from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering import (
    quantities,
    sums_of_budget,
    sums_of_buying,
    sums_of_figures,
    sums_of_rules,
    sums_of_use,
)
from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.choosing import trims_of
from webapp.assistant.answering.cues import rows_for
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.pairing import fairly
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    bound,
    paragraph,
    say,
)
from webapp.assistant.answering.stated import stated
from webapp.assistant.answering.sum_parts import Sum
from webapp.assistant.answering.task import Task
from webapp.assistant.answering.versions import not_found, said_near, versions_called, without_name
from webapp.assistant.calls import Reckoned
from webapp.assistant.events import Asks, Figures, Links
from webapp.catalogue import queries
from webapp.catalogue.queries import TrimRow
from webapp.costs.parts import plain

TABLE: Final = "sums.csv"
CARS: Final = 3
VERSIONS: Final = 2
QUESTION_AT_MOST: Final = 200
OF_A_ROW: Final = ("tank", "reach", "charge")
WHOLE: Final = ("onroad", "insurance", "loan", "within")
"""Told of all versions of a series, from the cheapest to the dearest."""
OF_CARS: Final = (*WHOLE[:3], "years", "energyyears", "energymonth", "reach", "chargecost")
_ON_POWER: Final = {f"纯电{word}": word for word in ("能跑", "能开", "续航", "跑", "里程", "还能")}
_OF_USE: Final = ("km", "fuel_price", "power_price")
FORMS: Final = {
    "years": ("km", "years", "fuel_price", "power_price"),
    "energyyears": _OF_USE,
    "energymonth": _OF_USE,
    "loan": ("down_yuan", "months", "rate"),
}
"""By kind of sum the figures of its form."""


def compose_sum(task: Task) -> Draft | None:
    """None where no sum is asked for, or too little is known for it."""
    for mode, plain_ in _ON_POWER.items():  # 纯电能跑多远 of a plug-in names no version
        task = replace(task, text=task.text.replace(mode, plain_))
    kinds = [task.sum] if task.sum else [row["kind"] for row in rows_for(TABLE, task.text)]
    if not (task.sum or task.series or task.trims):
        own = sums_of_figures.asked_of(task.text, stated(task.text))
        kinds = [sums_of_figures.KIND, *kinds] if own else kinds
        unit = quantities.asked_of(task.text) if task.intent == "consult" else ""
        if unit in ("years", "lasts") or (unit and not own):
            kinds = [quantities.KIND, *kinds]
    # Who asks for several values gets them from the rows.
    if kinds and len(task.asked) > 1 and kinds[0] in OF_A_ROW:
        return None
    return next((draft for kind in kinds if (draft := _of_kind(task, kind)) is not None), None)


def _kept(sum_: Sum) -> Part:
    """“轩逸没有找到这种版本，仍按原来那款算。”"""
    names = [t.series for t in sum_.trims if t.id in sum_.task.trims]
    kept = bound("、".join(dict.fromkeys(names)), "question")
    return say("{kept}没有找到这种版本，仍按原来那款算。", kept=kept)


def asks_sum(text: str) -> bool:
    """Whether a sentence asks for a sum of cars that it may not name itself."""
    found = (row["kind"] for row in rows_for(TABLE, text))
    return next((kind in OF_CARS for kind in found), False)


def _of_kind(task: Task, kind: str) -> Draft | None:
    trims, missing = _trims(task, one=kind not in WHOLE)
    if missing:
        return not_found(*missing, "有哪些版本")
    year = said_of.calendar_year(task.text)
    today = clock.today_in_china()
    day = today if year in (None, today.year) else date(year or today.year, 1, 1)
    sum_ = Sum(task, trims, Garage([trim.id for trim in trims]), day)
    if not trims and (lists := _LISTS.get(kind)) is not None:
        return lists(sum_)
    try:
        blocks = _SUMS[kind](sum_)
    except costs.OutOfBounds as error:
        return _draft(sum_, [paragraph(bound(f"{error}。", "computed:bounds of the sum"))], kind)
    figures = tuple((name, str(value)) for name, value in sum_.said.items())
    if blocks and task.trims and task.series and task.conditions and task.sum:
        blocks.append(paragraph(_kept(sum_)))
    reckoned = Reckoned(kind, task.text[:QUESTION_AT_MOST], figures)
    return replace(_draft(sum_, blocks, kind), sum=reckoned) if blocks else None


def _trims(task: Task, *, one: bool) -> tuple[list[TrimRow], tuple[str, str] | None]:
    """The versions a sum is of: those that are named, else one of each series; and series and
    word of a version that is named and that there is not."""
    groups = []
    if task.trims:
        pointed = once.trims_by_id(task.trims)
        found, lacking = _pointed(task, pointed)
        if lacking:
            return [], lacking
        if not task.sum or not task.series or set(task.series) <= {t.series for t in pointed}:
            return (_each(found) if one else found), None
        groups = [[trim] for trim in found]
    for name in task.series[:CARS]:
        own, missing = _versions(task, name)
        if missing:
            return [], (name, missing)
        groups += [own] if own else []
    if not one and len(groups) == 1:
        return groups[0], None
    return (fairly(groups) if groups else []), None


def _pointed(task: Task, pointed: list[TrimRow]) -> tuple[list[TrimRow], tuple[str, str] | None]:
    """Of the cars in talk those whose version is named; of one series it may be another one."""
    found = said_of.versions_said(task.text, pointed)
    names = {trim.series for trim in pointed}
    if not found and not task.sum and len(names) == 1 and task.intent != "compare":
        name = names.pop()
        found, missing = versions_called(task.text, name)
        if missing:
            return [], (name, missing)
        every = trims_of(name, ())
        numbered = said_of.versions_said(without_name(task.text, name), every)
        found = numbered or (found if len(found) < len(every) else [])
    return found or pointed, None


def _each(trims: list[TrimRow]) -> list[TrimRow]:
    """Two versions of a series are weighed; of more the one in the middle stands for it."""
    groups: dict[str, list[TrimRow]] = {}
    for trim in trims:
        groups.setdefault(trim.series, []).append(trim)
    if all(len(own) <= VERSIONS for own in groups.values()):
        return trims[:CARS]
    return fairly(list(groups.values()))[:CARS]


def _versions(task: Task, series: str) -> tuple[list[TrimRow], str]:
    """The versions of a series that are named, of whatever year; else those of the newest."""
    if not task.sum:
        part = said_near(task.text, series, task.series)
        found, missing = versions_called(part, series)
        if missing:
            return [], missing
        if len(found) < len(trims_of(series, ())):
            return said_of.versions_said(task.text, found) or found, ""
    own = trims_of(series, task.conditions)
    if not own or (named := said_of.versions_said(task.text, own)):
        return (named if own else own), ""
    return (said_of.versions_said(task.text, queries.series_trims(own[0].series_id)) or own), ""


def _form(sum_: Sum, kind: str) -> tuple[DraftBlock, ...]:
    """What this kind of sum takes, as a form with what was said of it."""
    energies = {trim.energy for trim in sum_.trims}
    idle = set()
    if energies <= {"BEV"}:
        idle.add("fuel_price")
    if energies <= {"ICE", "HEV", "MHEV"}:
        idle.add("power_price")
    names = [name for name in FORMS.get(kind, ()) if name not in idle]
    said = {name: plain(value).replace(",", "") for name, value in sum_.said.items()}
    return (Figures(tuple((name, said.get(name, "")) for name in names)),) if names else ()


def _draft(sum_: Sum, blocks: list[DraftBlock], kind: str) -> Draft:
    links = tuple((f"{t.full_name} 的全部参数", f"/cars/trims/{t.id}") for t in sum_.trims[:2])
    tail: list[DraftBlock] = [*sum_.assumed(), *_form(sum_, kind)]
    tail += [Links(links)] if links else []
    tail.append(Asks(("落地价包含哪些钱", "一年养车要花多少钱")))
    return Draft(
        "lookup", lead=tuple(blocks), tail=tuple(tail), trims=tuple(t.id for t in sum_.trims)
    )


_LISTS: Final[dict[str, Callable[[Sum], Draft | None]]] = {
    "within": sums_of_budget.list_within,
    "income": sums_of_budget.list_for_income,
}
"""Of no car: what an amount buys."""
_SUMS: Final[dict[str, Callable[[Sum], list[DraftBlock]]]] = {
    sums_of_figures.KIND: sums_of_figures.of_figures,
    quantities.KIND: quantities.of_quantities,
    "onroad": lambda sum_: (
        sums_of_buying.on_road(sum_) if sum_.trims else sums_of_rules.on_road_described(sum_)
    ),
    "subsidy": sums_of_rules.subsidy_of,
    "vessel": sums_of_rules.vessel_of,
    "within": sums_of_budget.enough_for,
    "income": lambda _: [],
    "insurance": sums_of_buying.insurance_of,
    "loan": sums_of_buying.loan_of,
    "budget": sums_of_buying.price_of_payment,
    "years": sums_of_use.years_of,
    "energymonth": sums_of_use.energy_of_month,
    "energyyears": sums_of_use.energy_of_years,
    "commute": sums_of_use.commute_of,
    "tankcost": sums_of_use.tank_cost,
    "tank": sums_of_use.tank,
    "reach": sums_of_use.reach,
    "charge": sums_of_use.charge,
    "chargecost": sums_of_use.charge_cost,
}
