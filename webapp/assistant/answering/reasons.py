"""Why a car stands where it does in the list it was shown in: its conditions and its order."""

from __future__ import annotations

import re
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.cars import Garage, known_facts
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import Part, bound, count, join, paragraph, say, words
from webapp.assistant.answering.phrases import spoken_all
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.catalogue.filters import SORTS
from webapp.catalogue.wording import asked_fields

ASKS_WHY: Final = re.compile(
    "为(?:什么|啥|何).{0,8}(?:推荐|排(?!量|放|水|气)|选|列|是(?:它|这|第))|推荐.{0,4}(?:理由|原因|依据)|"
    "凭(?:什么|啥)(?:推荐|排|选)"
)


def compose_reasons(task: Task) -> Draft:
    """`task.trims[0]` in the list that `task.conditions` and `task.sort` give. Where it stands in
    none, only that nothing was recommended."""
    garage = Garage(task.trims[:1])
    trim = garage.trims[0]
    order = [series_id for series_id, _ in once.series_in_order(task.selection)]
    listed = bool(task.conditions or task.sort) and trim.series_id in order
    car = garage.name(trim)
    said = (
        _place(task, car, order.index(trim.series_id), len(order))
        if listed
        else [say("我没有专门推荐{car}，它只是刚才说到的车。", car=car)]
    )
    fields = (
        "price_wan",
        *asked_fields(task.selection),
        *(c.field for c in task.selection.conditions),
    )
    facts = known_facts(garage, trim, tuple(dict.fromkeys(fields)), 5)
    if facts:
        said.append(say("它的{facts}。", facts=join(facts, "，")))
    said.append(words("排序只看数据，没有付费的位置；合不合适，还要看你的用途。"))
    links = [(f"{trim.full_name} 的全部参数", f"/cars/trims/{trim.id}")]
    if listed:
        links.insert(0, ("打开这个列表", task.selection.url()))
    return Draft(
        "lookup",
        lead=(paragraph(*said),),
        tail=(Links(tuple(links)), Asks(("它的优缺点是什么", "同价位还有什么车"))),
        trims=task.trims[:1],
    )


def _place(task: Task, car: Part, place: int, total: int) -> list[Part]:
    where = bound(f"第 {place + 1} 位", "computed:place in the list")
    if task.conditions:
        asked = spoken_all(task.conditions, task.said)
        first = say("{car}符合“{asked}”，", car=car, asked=asked)
    else:
        first = join([car])
    sentence = say(
        "{first}在这个列表的 {n} 个车系里排{where}。", first=first, n=count(total), where=where
    )
    order = (
        say("列表按{sort}排。", sort=SORTS[task.sort])
        if task.sort
        else words("列表按综合排序，近期销量高的在前。")
    )
    return [sentence, order]
