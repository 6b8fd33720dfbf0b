"""Second-hand cars: this site has none for sale, and says so."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp import clock
from webapp.assistant.answering import figures_said as said_of
from webapp.assistant.answering.cues import row_for
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.looking_up import compose_lookup
from webapp.assistant.answering.nearest import standing_for
from webapp.assistant.answering.own_pages import link_to, section_of
from webapp.assistant.answering.parts import DraftBlock, bound, paragraph, say, words
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.knowledge import queries as knowledge
from webapp.knowledge.shipped import PAGES_COLLECTION
from webapp.search.understanding.result import Intent

_OFFERED: Final = re.compile(
    "(?:有|卖|找|推荐|看看|搜).{0,8}二手|二手.{0,10}(?:有吗|有没有|有么|有哪些|有卖|卖吗|多少钱|几万|"
    "报价|什么价|推荐|车源|频道|专区|在哪(?:里|儿)?[看买找])|在哪.{0,4}[买看找].{0,4}二手|"
    "(?:想|要|打算|准备|考虑|预算).{0,6}二手|[买入淘整搞].{0,3}二手"
)
_TO_SELL: Final = re.compile(
    "(?:发布?|挂|上架|登记?|刊登|出售|卖掉?).{0,4}(?:二手|旧车|我的(?:二手)?车)|"
    "二手.{0,4}(?:怎么|如何|在哪|哪里).{0,3}(?:发|挂|卖|上架|出售)|(?:把)?我的车.{0,4}(?:挂|卖)"
)
_ADVICE: Final = re.compile(
    "注意|检[查测]|怎么[看查选挑买]|如何[看查选挑买]|过户|手续|合同|保值|靠谱|值得|划算|还是|坑|泡水|事故|"
    "鉴定|电池|区别|风险|里程|调表|税|贷款|质保|方式|要不要|能不能买|有(?:什么|哪些|啥)(?:要|问题|毛病)"
)
_WORDS: Final = (
    "车知现在没有二手车源，也不能发布二手车，这里只有新车，没有二手车的价格。"
    "在别处看中了，先查事故、泡水、里程和电池，再办过户，下面几篇写了怎么查。"
)
LACKING: Final = "lacking.csv"
_PRICE: Final = "二手价"
_HOW: Final = ("money-resale", "折旧怎么估")
_PRICES: Final = (
    "什么价",
    "多少钱",
    "值多少",
    "值几",
    "卖几",
    "卖多少",
    "几个钱",
    "能卖",
    "行情",
    "值钱",
)
_PAID: Final = ("报废", "补贴", "能补", "补多少", "补几", "以旧换新", "置换")
"""Who asks what the state or a maker pays for an old car asks for no price of it."""
_AGES: Final = ("老", "旧", "老款", "旧款", "二手", "二手的")
_LONG_AGO: Final = ("零几年", "一几年", "十几年", "年代", "多年前")
_NEW: Final = 2
"""Years for which a car is still offered new."""
_TOPIC: Final = "used-"
"""How the names of our pages on second-hand cars begin."""


def compose_used(task: Task) -> Draft | None:
    """That there are none, our pages on them, and the guide price of a car that is named; None
    where no second-hand car is asked for, nor how to sell one."""
    sells = _TO_SELL.search(task.text) is not None
    offered = sells or _OFFERED.search(task.text) is not None
    if _ADVICE.search(task.text) or not (offered or _is_old(task)):
        return None
    lead: list[DraftBlock] = [paragraph(words(_WORDS))]
    if offered:
        links = _pages()
    else:
        row, here = row_for(LACKING, _PRICE), [words("这里只有新车的指导价，没有二手车的价格。")]
        if task.absent:
            names = bound("、".join(task.absent), "question")
            here.append(say("新车里也没有“{names}”。", names=names))
        where = bound(row["where"] if row else "", "computed:where to look")
        lead = [paragraph(*here, say("可以{where}。", where=where)), *section_of(*_HOW)]
        links = [*link_to(_HOW[0])]
    if task.selection.conditions:
        links.insert(0, ("看符合条件的新车", task.selection.url()))
    tail: tuple[DraftBlock, ...] = (Links(tuple(links)),) if links else ()
    asks = Asks(("旧车怎么卖", "买二手车要看哪些手续"))
    if not (task.series or task.trims):
        absent = standing_for(task, task.absent)
        intent: Intent = "consult" if absent else "other"
        return Draft(intent, lead=tuple(lead), tail=(*tail, asks), absent=absent)
    new = compose_lookup(replace(task, field="price_wan", wanted=(), conditions=(), asked=()))
    return replace(new, lead=(*lead, *new.lead), tail=(*tail, *new.tail))


def _is_old(task: Task) -> bool:
    """“2018款的思域什么价”, “老捷达还能卖几个钱”: the price of a car that has had its time."""
    if not any(word in task.text for word in _PRICES) or any(w in task.text for w in _PAID):
        return False
    newest = clock.today_in_china().year - _NEW
    years = said_of.model_years(task.text)
    names = (*task.absent, *task.series, *task.brands)
    old = any(f"{age}{name}" in task.text for age in _AGES for name in names)
    long_ago = any(word in task.text for word in _LONG_AGO) and bool(names)
    return old or long_ago or any(year <= newest for year in years)


def _pages() -> list[tuple[str, str]]:
    found = []
    for document in knowledge.documents_of(PAGES_COLLECTION):
        if (document.external_id or "").startswith(_TOPIC):
            first = knowledge.passages_of(document.id)[:1]
            found += [(document.title, f"/knowledge/passages/{p.id}") for p in first]
    return found
