"""What the specification tables do not state: said in the first sentence, with what comes nearest
to it, where to look, and what our page on it says."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.called import called
from webapp.assistant.answering.cars import Garage, known_facts
from webapp.assistant.answering.choosing import representative, trims_of
from webapp.assistant.answering.cues import row_for
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.looking_up import feature_said
from webapp.assistant.answering.own_pages import link_to, section_of
from webapp.assistant.answering.parts import Part, bound, join, paragraph, say, words
from webapp.assistant.answering.recommending import compose_recommendation
from webapp.assistant.answering.searching import compose_search
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Links
from webapp.catalogue import queries
from webapp.search.service import parse_sentence
from webapp.search.understanding.reading import interpret

TABLE: Final = "lacking.csv"
CARS: Final = 3
_WHICH: Final = ("哪些车", "哪款", "哪个车", "什么车", "哪辆", "推荐", "有哪些", "车有")
"""Asked of no car in particular, the figure is wanted of all."""


def compose_lacking(task: Task) -> Draft | None:
    """None where nothing is asked that the tables leave out, or a list can be made all the same."""
    row = row_for(TABLE, task.text)
    if row is None or task.intent == "compare":
        return None
    garage = Garage(trim.id for name in (task.series or ("",)) for trim in _trims(task, name))
    if any(garage.number_of(trim, key) for trim in garage.trims for key in row["keys"].split()):
        return None
    listed = task.conditions or task.sort
    if not garage.trims and listed:
        return _listed(task, row) if task.intent == "search" and not task.changes else None
    if not garage.trims and not any(w in task.text for w in _WHICH):
        return None
    said = [*_features(task), _lack(garage, row["called"])]
    said += _nearest(garage, row["near"].split())
    said.append(say("可以{where}。", where=bound(row["where"], "computed:where to look")))
    links = [(f"{trim.full_name} 的全部参数", f"/cars/trims/{trim.id}") for trim in garage.trims]
    return Draft(
        "consult",
        lead=(paragraph(*said), *(section_of(row["page"], row["heading"]) if row["page"] else ())),
        tail=(Links((*link_to(row["page"]), *links[:1])),),
        trims=task.trims or tuple(trim.id for trim in garage.trims),
        refused=True,
    )


def _listed(task: Task, row: dict[str, str]) -> Draft:
    """The list that can be made without it, and that it was."""
    found = compose_recommendation(task) or compose_search(task)
    said = [_lack(Garage(()), row["called"])]
    said.append(say("可以{where}。", where=bound(row["where"], "computed:where to look")))
    links = Links(link_to(row["page"]))
    return replace(found, lead=(paragraph(*said), *found.lead), tail=(*found.tail, links))


def _features(task: Task) -> list[Part]:
    """What is known of the equipment that is asked for in the same breath."""
    read = interpret(parse_sentence(task.text), expecting="search").conditions
    named = [str(v) for r in read if r.condition.field == "features" for v in r.condition.values]
    trims = task.trims or tuple(t.id for name in task.series for t in trims_of(name, ()))
    garage = Garage(trims)
    if not garage.trims:
        return []
    return [part for one in dict.fromkeys(named) for part in feature_said(garage, one)]


def _trims(task: Task, name: str) -> list[queries.TrimRow]:
    """The versions pointed at, or the one that stands for a series that is named."""
    if task.trims:
        return once.trims_by_id(task.trims)[:CARS]
    one = representative(trims_of(name, task.conditions)) if name else None
    return [one] if one else []


def _lack(garage: Garage, what: str) -> Part:
    label = bound(what, "computed:label of what is lacking")
    if not garage.trims:
        return say("车库里的参数表没有列出{what}，所以不能按它挑车。", what=label)
    return say("{car}的参数表没有列出{what}。", car=called(garage), what=label)


def _nearest(garage: Garage, keys: list[str]) -> list[Part]:
    said = []
    for trim in garage.trims[:CARS]:
        if facts := known_facts(garage, trim, keys, len(keys)):
            car = garage.name(trim) if len(garage.trims) > 1 else words("")
            said.append(say("{car}查得到的是{facts}。", car=car, facts=join(facts, "、")))
    return said
