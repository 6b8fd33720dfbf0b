"""How a car stands beside the others it is weighed against, by their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from webapp.assistant.answering.cars import Garage, known_facts
from webapp.assistant.answering.comparing import extreme_of
from webapp.assistant.answering.draft import Draft, Material
from webapp.assistant.answering.extracting import opinions
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Remark,
    bound,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.quoting import paragraphs, ref_of, source
from webapp.assistant.events import Links
from webapp.catalogue.measures import KEY_FIELDS, MEASURES, ORDER
from webapp.catalogue.queries import TrimRow
from webapp.knowledge.found import FoundPassage

NO_OWNERS: Final = "没有查到车主对它的评价。"
ONLY_SOURCED: Final = "合不合适要看用途和预算，这里只说有出处的。"
VOICES: Final = 2
"""Sentences of owners told of each series."""
_CALLED: Final = {"便宜": "低", "贵": "高"}


def compose_each(cars: Sequence[TrimRow], told: Mapping[str, list[FoundPassage]]) -> Draft:
    """Strong and weak points of several cars: main figures of each, how it stands beside the
    others, and what owners say of its series (`told`) or that none does."""
    garage, material = Garage([trim.id for trim in cars]), Material()
    lead: list[DraftBlock] = []
    prose: list[DraftBlock] = []
    for trim in garage.trims:
        facts = known_facts(garage, trim, KEY_FIELDS, len(KEY_FIELDS))
        said = [say("{car}：{facts}。", car=garage.name(trim), facts=join(facts, "，"))]
        said += standing(garage, trim)
        if not opinions(told[trim.series]):
            said.append(words(NO_OWNERS))
        lead.append(paragraph(*said))
    for own in told.values():
        prose += paragraphs(opinions(own)[:VOICES], own)
        for passage in own[:VOICES]:
            material.passage(passage.title, bound(passage.text, source(passage), ref_of(passage)))
    address = f"/cars/compare?ids={','.join(str(trim.id) for trim in garage.trims)}"
    return Draft(
        "consult",
        lead=tuple(lead),
        prose=tuple(prose),
        tail=(Remark(words(ONLY_SOURCED)), Links((("逐项对比全部参数", address),))),
        material=tuple(material.items),
        trims=tuple(trim.id for trim in garage.trims),
    )


def standing(garage: Garage, trim: TrimRow) -> list[Part]:
    """“比起来，指导价更低、加速更快；纯电续航更短。”, each with the row it rests on; nothing where
    the cars differ in no figure that is better high or low."""
    ahead, behind = [_where(garage, trim, best=best) for best in (True, False)]
    if ahead and behind:
        return [
            say(
                "比起来，占优的是{ahead}；不如的是{behind}。",
                ahead=join(ahead, "、"),
                behind=join(behind, "、"),
            )
        ]
    if ahead:
        return [say("比起来，占优的是{ahead}。", ahead=join(ahead, "、"))]
    return [say("比起来，不如的是{behind}。", behind=join(behind, "、"))] if behind else []


def _where(garage: Garage, trim: TrimRow, *, best: bool) -> list[Part]:
    """The figures in which the car is the best of all, or the worst."""
    found = []
    for key in (key for key in ORDER if key in MEASURES):
        measure, figure = MEASURES[key], garage.number_of(trim, key)
        if figure is None or figure != extreme_of(garage, key, best=best):
            continue
        low = measure.low_is_better is best
        word = measure.less if low else measure.more
        how = ("更" if len(garage.trims) == 2 else "最") + _CALLED.get(word, word)
        rests_on = Part("", (), (garage.ref(trim, key),))
        found.append(say("{label}{how}{on}", label=garage.label_part(key), how=how, on=rests_on))
    return found
