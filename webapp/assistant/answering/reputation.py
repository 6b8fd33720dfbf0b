"""What no row of the catalogue tells: whether a car gives trouble, whether its price has moved,
which of several makers is better. Said is that it is not known here, and what is."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp.assistant.answering.choosing import representative, trims_of
from webapp.assistant.answering.cues import says
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.looking_up import compose_lookup
from webapp.assistant.answering.parts import DraftBlock, paragraph, words
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.catalogue import queries
from webapp.catalogue.filters import Condition, Selection

WHERE_TO_LOOK: Final = "一款车有没有毛病，质量和口碑怎么查"
WHICH_BRAND: Final = "品牌重要吗，国产、合资和进口车怎么选"
"""What our pages on the matter are looked up by."""
NO_REPORTS: Final = (
    "这款车的故障、投诉统计和车主口碑，这里没有收录，所以不能说它有没有毛病、质量好不好。"
    "查得到的是参数："
)
_NO_SCORES: Final = (
    "牌子好不好，没有公认的尺子，这里也不给品牌打分。"
    "能比的是具体的车：价格、续航、尺寸、配置和销量都有出处。"
)
_NO_CHANGES: Final = (
    "各家店最近降没降价、降了多少，这里没有记录，也不作任何承诺。查得到的是厂商指导价和它的月份："
)
BRANDS: Final = 4

_TROUBLE: Final = re.compile(
    "毛病|故障|通病|投诉|质量(?!保)|口碑|槽点|吐槽|翻车|可靠|耐用|皮实|靠谱|小问题|"
    "问题[多大]|容易坏|爱坏"
)
_OF_A_PART: Final = re.compile("怎么(?!样)|如何|咋(?!样)|灯|报警|提示|处理|维修|为什么")
"""Who asks what to do about a fault asks nothing about how good the car is."""
_MOVES: Final = re.compile("(?:降|涨|跌)(?:过|了|没)*价|[降涨跌]了(?:吗|没|多少|几)")


def asks_trouble(task: Task) -> bool:
    return bool(_TROUBLE.search(task.text)) and not _OF_A_PART.search(task.text)


def asks_price_moves(task: Task) -> bool:
    """“Model Y降价了吗”: how it was, not what to do about it."""
    named = task.series or task.trims
    return bool(named and _MOVES.search(task.text) and not says(task.text, "ahead"))


def is_of_repute(task: Task) -> bool:
    """The rules read a list or a figure where a car's faults, or how its price went, is asked."""
    if asks_price_moves(task):
        return True
    return len(task.series) == 1 and task.field is None and asks_trouble(task)


def weighs_brands(task: Task) -> bool:
    """“特斯拉和小米哪个牌子好”, and nothing else is wanted of their cars."""
    fields = {read.condition.field for read in task.conditions}
    several = len(task.brands) > 1 and not task.series and fields <= {"brand"}
    return bool(several and says(task.text, "which_brand") and says(task.text, "standing"))


def compose_price_moves(task: Task) -> Draft:
    known = compose_lookup(
        replace(task, intent="lookup", field="price_wan", wanted=(), conditions=())
    )
    if not known.trims:
        return known
    lead = (paragraph(words(_NO_CHANGES)), *known.lead)
    return replace(known, intent="consult", lead=lead, refused=True)


def compose_brands(task: Task, told: list[DraftBlock]) -> Draft:
    """No brand is said to be better: `told` of our page, and cars of both side by side."""
    cars = _rivals(task.brands)
    trims = tuple(t.id for name in cars if (t := representative(trims_of(name, ()))) is not None)
    links = [(f"{name} 的全部车型", _of_brand(name)) for name in task.brands[:BRANDS]]
    asks: tuple[DraftBlock, ...] = ()
    if len(trims) > 1:
        ids = ",".join(map(str, trims))
        links.insert(0, (f"对比 {' 和 '.join(cars)}", f"/cars/compare?ids={ids}"))
        asks = (Asks((f"{' 和 '.join(cars)} 对比",)),)
    return Draft(
        "consult",
        lead=(paragraph(words(_NO_SCORES)), *told),
        tail=(Links(tuple(links)), *asks),
        trims=trims,
    )


def _rivals(brands: tuple[str, ...]) -> list[str]:
    """The best-selling series of each brand; of the same body as the first brand's, where
    there is one."""
    entries = {entry.name: entry.series for entry in queries.brands_with_series()}
    chosen: list[str] = []
    body = None
    for name in brands[:BRANDS]:
        series = entries.get(name, [])
        alike = next((one for one in series if body is None or one.body == body), None)
        if (one := alike or next(iter(series), None)) is not None:
            body = body or one.body
            chosen.append(one.name)
    return chosen


def _of_brand(name: str) -> str:
    return Selection((Condition("brand", "==", name),)).url()
