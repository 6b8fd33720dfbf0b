"""Questions no passage answers: said so, with what comes nearest; what rows say of the cars that
a question of advice names."""

from __future__ import annotations

import re
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.choosing import representative, trims_of
from webapp.assistant.answering.draft import Draft, Material
from webapp.assistant.answering.extracting import sentences_of
from webapp.assistant.answering.paging import shares_subject
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Remark,
    bound,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.quoting import ref_of, source, verbatim
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.measures import applies
from webapp.knowledge.found import FoundPassage
from webapp.knowledge.shipped import PAGES_COLLECTION

NEAREST: Final = 3
PASSAGE: Final = 4
"""Sentences told of a page that may be related."""
_TOPICS: Final = (
    ("冬|低温|续航|跑多远|掉电", "range_km"),
    ("油耗|费油|省油", "fuel_l_100km"),
    ("加速|动力", "accel_0_100_s"),
    ("空间|后排|宽敞", "wheelbase_mm"),
    ("价|贵|值不值|划算|保值", "price_wan"),
)


def facts_of(task: Task, material: Material) -> tuple[list[Part], tuple[int, ...]]:
    """What rows say of the cars named, where the question touches one of their figures."""
    trims = list(once.trims_by_id(task.trims))
    for name in task.series:
        if all(trim.series != name for trim in trims):
            one = representative(trims_of(name, task.conditions))
            trims += [one] if one else []
    garage = Garage([trim.id for trim in trims[:2]])
    keys = [key for pattern, key in _TOPICS if re.search(pattern, task.text)][:1]
    facts = []
    for trim in garage.trims:
        for key in keys:
            fact = garage.fact(trim, key, own_ref=True)
            if applies(key, trim.energy) and fact is not None:
                label = garage.label(key)
                car = garage.name(trim)
                facts.append(say("{car}标称的{label}是 {fact}。", car=car, label=label, fact=fact))
                material.row(trim.id, f"{trim.full_name} 的{label}", fact, trim.series)
    return facts, tuple(trim.id for trim in trims)


def _of_brand(name: str) -> Selection:
    return Selection((Condition("brand", "==", name),))


def _near(task: Task, passages: list[FoundPassage]) -> tuple[FoundPassage, list[DraftBlock]] | None:
    """The page of our own that was found first, where it shares its subject with the question, and
    the part of it that was found."""
    first = next(iter(passages), None)
    if first is None or first.collection != PAGES_COLLECTION or task.series or task.brands:
        return None
    told = [verbatim(first, text) for text in sentences_of(first.text)][:PASSAGE]
    return (first, [paragraph(*told)]) if told and shares_subject(task.text, first) else None


def unanswered(
    task: Task,
    passages: list[FoundPassage],
    facts: list[Part],
    trims: tuple[int, ...],
) -> Draft:
    """It is not known; what there is instead."""
    sentences = [words("没有找到能直接回答这个问题的资料，我不猜。")]
    sentences += facts
    blocks: list[DraftBlock] = []
    near = _near(task, passages)
    if near is not None:
        page, told = near
        title = bound(page.title, source(page), ref_of(page))
        sentences.append(say("可能相关的是《{title}》：", title=title))
        blocks += told
    links = [(p.title, f"/knowledge/passages/{p.id}") for p in passages[:NEAREST]]
    if links and near is None:
        blocks.append(Remark(words("下面是最接近的资料，不一定对题。"), weak=True))
    links += [
        (f"{t.full_name} 的全部参数", f"/cars/trims/{t.id}") for t in once.trims_by_id(trims[:2])
    ]
    if task.conditions:
        links.append(("在列表里看符合条件的车", task.selection.url()))
    links += [(f"{name} 的全部车型", _of_brand(name).url()) for name in task.brands]
    if links:
        blocks.append(Links(tuple(links)))
    blocks.append(Asks(("冬天纯电车续航会短多少", "插混和增程有什么区别")))
    return Draft("consult", lead=(paragraph(*sentences), *blocks), trims=trims, refused=True)
