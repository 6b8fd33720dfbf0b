"""What is neither a search, a comparison, a value nor advice: what the assistant can do."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp.assistant.answering.cues import row_for
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.looking_up import compose_lookup
from webapp.assistant.answering.own_pages import link_to, section_of
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    bound,
    count,
    join,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.smalltalk import talk_of
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.backends import llm
from webapp.catalogue import queries
from webapp.catalogue.vocabulary import ENERGY_LABELS
from webapp.search.understanding.result import Intent

EXAMPLES: Final = ("20 万以内的插混 SUV", "Model 3 和小米SU7 对比", "冬天纯电车续航会短多少")
_CAN: Final = (
    "我可以按条件找车、并排对比、查某款车的参数，也能根据知识库回答选车用车的问题，"
    "每个数字和说法都附出处。"
)
COUNTS: Final = re.compile(
    "(?:多少|几)(?:个|款|辆|种|家|台)?(?:品牌|牌子|车系|车型|车)(?![贷险位税漆主])"
)
"""How much there is in all."""
SHOWN_AT_MOST: Final = 20
"""Characters of what was not understood that are repeated."""


def compose_other(task: Task) -> Draft:
    talk = talk_of(task.text, with_model=llm.is_configured())
    if task.options:
        pointing = bound(task.missing, "question")
        unsure = say("前面说到好几款车，分不清“{what}”是哪几款。", what=pointing)
        return Draft("other", lead=(paragraph(unsure), Asks(task.options, "要比的是这里面的吗？")))
    if task.missing:
        sentences = [_missing(task.missing)]
    elif COUNTS.search(task.text):
        sentences = _totals()
    elif talk is not None:
        said = (talk.answer, _CAN if talk.introduces else "")
        sentences = [words(text) for text in said if text]
    else:
        sentences = [_not_understood(task.text), words(_CAN)]
    return Draft("other", lead=(paragraph(*sentences), Asks(EXAMPLES)))


def says_itself(text: str) -> bool:
    """Small talk, and how much there is of everything: nothing to look up in pages."""
    return bool(COUNTS.search(text)) or talk_of(text, with_model=False) is not None


def _totals() -> list[Part]:
    """How many brands, series and versions there are, and of which energy."""
    whole = queries.overview()
    energies = [
        say("{name} {n} 款", name=ENERGY_LABELS[energy], n=count(total))
        for energy, total in sorted(whole.by_energy.items(), key=lambda pair: -pair[1])
        if energy in ENERGY_LABELS
    ]
    return [
        say(
            "车库里有 {b} 个品牌、{s} 个车系、{t} 款车型。",
            b=count(whole.brands),
            s=count(whole.series),
            t=count(whole.trims),
        ),
        say("按能源分：{energies}。", energies=join(energies, "，")),
    ]


def _missing(words_: str) -> Part:
    pointing = bound(words_, "question")
    if words_.startswith(("第", "中间", "居中", "当中")):
        return say("前面没有列出这么多车，“{what}”指的是哪款？写上车名再问一次。", what=pointing)
    return say("“{what}”指的是哪款车？前面没有说到车，写上车名再问一次。", what=pointing)


def _not_understood(text: str) -> Part:
    if len(text) > SHOWN_AT_MOST:
        return words("没看懂这一句想查什么。")
    return say("没看懂“{what}”想查什么。", what=bound(text, "question"))


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


def refuse_promise(task: Task) -> Draft:
    """No promise of price, stock, delivery or credit; the guide price of a car that is named."""
    known = _guide_prices(task) if task.series or task.trims else None
    blocks: list[DraftBlock] = [paragraph(words(_NO_PROMISE))]
    row = row_for("promises.csv", task.text)
    if row is not None:
        blocks.append(paragraph(bound(row["says"], "computed:where to ask")))
        blocks += section_of(row["page"], row["heading"]) if row["heading"] else ()
    pages = link_to(row["page"]) if row is not None else ()
    if task.intent == "lookup" and task.unread and not (task.series or task.trims):
        missing = compose_lookup(task)
        return replace(missing, lead=(*missing.lead, *blocks))
    if known is None:
        if task.brands and task.conditions:
            blocks.append(Links((("在列表里看相关车型和指导价", task.selection.url()),)))
        blocks += [Links(pages)] if pages else []
        return Draft("other", lead=(*blocks, Asks(EXAMPLES)), refused=True)
    offered = words("能查到的是厂商指导价：")
    return Draft(
        known.intent,
        lead=(*blocks, paragraph(offered), *known.lead),
        tail=(*((Links(pages),) if pages else ()), *known.tail),
        trims=known.trims,
        refused=True,
    )


def _guide_prices(task: Task) -> Draft | None:
    asked = replace(task, intent="lookup", field="price_wan", wanted=(), conditions=())
    known = compose_lookup(asked)
    return known if known.trims else None
