"""What is neither a search, a comparison, a value nor advice: what the assistant can do."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.looking_up import compose_lookup
from webapp.assistant.answering.parts import DraftBlock, paragraph, words
from webapp.assistant.answering.router import task_of
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links, Question
from webapp.search.understanding.result import Intent

EXAMPLES: Final = ("20 万以内的插混 SUV", "Model 3 和小米SU7 对比", "冬天纯电车续航会短多少")
_CAN: Final = (
    "我可以按条件找车、并排对比、查某款车的参数，也能根据知识库回答选车用车的问题，"
    "每个数字和说法都附出处。"
)


def compose_other() -> Draft:
    return Draft("other", lead=(paragraph(words(_CAN)), Asks(EXAMPLES)))


def refuse(reason: str, intent: Intent = "other", *links: tuple[str, str]) -> Draft:
    """Say no in one sentence and what there is instead."""
    blocks = (paragraph(words(reason), words(_CAN)),)
    return Draft(
        intent,
        lead=blocks,
        tail=(*((Links(links),) if links else ()), Asks(EXAMPLES)),
        refused=True,
    )


_NO_PROMISE: Final = (
    "优惠、成交价、现车、提车时间和贷款审批由经销商和金融机构决定，我不掌握，也不作任何承诺。"
)


def refuse_promise(question: Question) -> Draft:
    """No promise of price, stock, delivery or credit; the guide price of a car that is named."""
    task = task_of(question)
    known = _guide_prices(task) if task.series or task.trims else None
    blocks: list[DraftBlock] = [paragraph(words(_NO_PROMISE))]
    if known is None:
        if task.brands and task.conditions:
            blocks.append(Links((("在列表里看相关车型和指导价", task.selection.url()),)))
        return Draft("other", lead=(*blocks, Asks(EXAMPLES)), refused=True)
    offered = words("能查到的是厂商指导价：")
    return Draft(
        known.intent,
        lead=(*blocks, paragraph(offered), *known.lead),
        tail=known.tail,
        trims=known.trims,
        refused=True,
    )


def _guide_prices(task: Task) -> Draft | None:
    asked = replace(task, intent="lookup", field="price_wan", wanted=(), conditions=())
    known = compose_lookup(asked)
    return known if known.trims else None
