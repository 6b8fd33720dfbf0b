"""A sentence that goes on with what was asked before it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp.assistant.answering import followups
from webapp.assistant.answering.choosing import newest_on_sale, trims_of
from webapp.assistant.answering.pointing import (
    Pointed,
    cars_spoken_of,
    spoken_of,
    without_pointing,
)
from webapp.assistant.answering.ranking import ranking_before
from webapp.assistant.answering.rereading import (
    any_series,
    field_asked,
    values_named,
    wanted_before,
)
from webapp.assistant.answering.same_cars import BARE, by_how_much, version_of_the_same
from webapp.assistant.answering.task import Task
from webapp.assistant.answering.visiting import asked
from webapp.assistant.events import PastTurn
from webapp.basket import MAX_TRIMS
from webapp.catalogue import queries
from webapp.catalogue.filters import Condition, Selection
from webapp.search.service import read_sentence
from webapp.search.understanding.result import ReadCondition, Understanding

COMPARES: Final = re.compile(
    "(?:[贵便宜差长短高低快慢大小省重轻]|便宜)多少|多了?(?:什么|哪些|啥)|对比|比较|比一比|哪个|哪款|哪辆|谁更|区别|差别|差多少|PK|pk|相比|比呢|"
    "(?:和|跟|与|同)[^，。；？！]{1,14}比(?!亚迪|如|例|方)|选谁"
)
_FULL_SEARCH: Final = re.compile(
    "推荐|想买|想要|帮我|给我|找|有哪些|有什么|有没有|买什么|看看|预算.+的|列"
)
COLOUR: Final = re.compile("颜色|[红白黑灰蓝绿银黄紫橙粉棕金]色")
COLOUR_LABEL: Final = "外观颜色"
_EXTREME: Final = re.compile(
    "最[^，。；？！]{1,4}?的?(?:那|这)(?:一)?(?:个|款|辆|台|部)(?:车型|车)?"
)
_WHICH: Final = re.compile("(?:是|有)?哪(?:一)?(?:个|款|辆|台|部|种)(?:车型|车)?")
_ONE_OF_THEM: Final = re.compile(
    "^(?:那|所以|到底|究竟)*(?:你)?(?:推荐|选|买|挑|要)(?:买|选|要)?哪"
)
_MORE: Final = re.compile(
    "换(?:一)?(?:批|些|组|几[个款辆台])|还有(?:没有)?(?:别的|其他|其它|吗|么|更多)|下一[批页组]|"
    "^(?:那)?再(?:来|推荐|给|看|找)(?:我)?(?:一些|几[个款辆台])|都不(?:喜欢|合适|行|想要|满意|好看)|"
    "^更多|^继续|^下一个"
)
PUTS_IN: Final = re.compile("加(?:上|入|个|进)")
_OF_ONE: Final = re.compile("版本|配置|版|款型")
_ONE_THAT: Final = re.compile("的(?:有吗|有没有|[吧吗呢])?[?？。]?$")
_LEVEL: Final = re.compile(
    "(?P<low>最低配|最?低配|入门[版款])|(?P<high>最高配|顶配|最?高配|旗舰[版款])"
)
_OF_ADVICE: Final = re.compile("包含|包括|哪些钱|套路")
"""“落地价包含哪些钱” asks for no value of a car."""
_AS_WELL: Final = re.compile("也(?:行|可以|成|要|ok|能接受|考虑|算)", re.IGNORECASE)
_WEIGHS: Final = re.compile("还是|[和跟与比].{0,4}[配版]|区别|差|多了")
"""One version against another."""
_NUMBER: Final = re.compile(
    "^(?:那|换成|改成|改|换)*([0-9]+(?:\\.[0-9]+)?)(?:的)?(?:呢|吧|行吗|可以吗)?[？?]*$"
)
_OWN_SUBJECTS: Final = re.compile("[^，。它们这那俩两]{2,8}(?:和|与|跟|还是)[^，。它们这那]{2,8}")
_TAKES_OUT: Final = re.compile("去掉|不要|不看|排除|删掉|拿掉|不考虑|别看|去除")
JUDGES: Final = re.compile(
    "值得|值不值|保值|保养|维修|毛病|故障|质量|优点|缺点|优缺点|口碑|耐用|可靠|怎么样|好不好|好开|"
    "舒服|舒适|隔音|靠谱|费用|购置税|油费|油钱|电费|保险|贵不贵|贵吗|适合|好用|安全吗|安全性"
)
_TOPIC_ON: Final = re.compile(
    "^(?:那|为什么|为啥|怎么办|怎么|如何|有什么(?:办法|影响|区别|好处|坏处|问题)|有(?:啥|没有)?办法|"
    "还有(?:什么|呢)|具体|比如|举个例|多久|要多少|能不能|可以吗|是不是)|[呢]$"
)


def qualifiers(task: Task) -> tuple[ReadCondition, ...]:
    return tuple(r for r in task.conditions if r.condition.field not in ("series", "brand"))


def extreme(text: str, history: tuple[PastTurn, ...]) -> Pointed | None:
    """“最便宜的那款续航多少”: the first car of the last list in the order that is named."""
    found = _EXTREME.search(text)
    base = _last_search(history)
    if found is None or base is None:
        return None
    rest = (text[: found.start()] + text[found.end() :]).strip("是呢吧？?。 ")
    sort = read_sentence(found[0]).sort
    if sort is None or not rest or read_sentence(rest).conditions:
        return None
    conditions = tuple(read.condition for read in followups.past_conditions(base))
    first = queries.series_in_order(Selection(conditions, sort))[:1]
    for trim in queries.trims_by_id([first[0][1][0]]) if first else []:
        named = f"{text[: found.start()]} {trim.series} {text[found.end() :]}".strip()
        return Pointed(named, (trim.id,), (trim.series,))
    return None


def level(text: str, history: tuple[PastTurn, ...]) -> Pointed | None:
    """“顶配多少钱”: the dearest version on sale of the series last spoken of; “高配比低配多了什么”:
    it and the cheapest."""
    found = list(_LEVEL.finditer(text))
    series = {trim.series for trim in queries.trims_by_id(cars_spoken_of(history))}
    several = len({match.lastgroup for match in found}) > 1 and bool(COMPARES.search(text))
    if not found or len(series) != 1 or len(text) > BARE:
        return None
    if _WEIGHS.search(text) and not several:
        return None
    (name,) = series
    priced = [trim for trim in newest_on_sale(trims_of(name, ())) if trim.price_fen is not None]
    if not priced:
        return None
    ends = {"low": min, "high": max}
    ids = [
        ends[match.lastgroup or ""](priced, key=lambda t: (t.price_fen or 0, t.id)).id
        for match in (found if several else found[:1])
    ]
    rest = _LEVEL.sub("", text, count=0 if several else 1)
    return Pointed(f"{name} {rest}".strip(), tuple(dict.fromkeys(ids)), (name,))


def continued(
    text: str,
    task: Task,
    reading: Understanding,
    history: tuple[PastTurn, ...],
    here: tuple[int, ...],
) -> Task:
    """Go on with the last search, lookup, comparison or advice where the sentence is no whole
    one. Small talk in between interrupts nothing. `here` is the car of the page."""
    last = _last_of(text, task, history)
    if _OWN_SUBJECTS.search(text) and not task.series and task.intent == "consult":
        return task
    if last.intent == "lookup" and len(text) <= BARE and not task.series:
        named = spoken_of(history)
        if named and COMPARES.search(text):
            return replace(task, intent="compare", trims=named)
    if (found := version_of_the_same(text, task, last, history)) is not None:
        return found
    if (found := by_how_much(text, task, last, history)) is not None:
        return found
    for goes_on in (_compared_with, _value_of_the_same):
        if (found := goes_on(text, task, last)) is not None:
            return found
    if (found := _judged(text, task, last, here)) is not None:
        return found
    if (found := _on_topic(text, task, last, history, here)) is not None:
        return found
    if not _goes_on(text, task):
        return _advice_here(text, task, here)
    if (found := _same_of_another(text, task, last, history)) is not None:
        return found
    base = _last_search(history)
    says_something = bool(task.conditions or task.sort)
    if base is not None and base.visited and says_something and not _narrows(text):
        return task
    if base is None:
        return _alike_but(text, task, reading, last) or task
    found = _search_on(text, task, reading, base, history)
    if found.intent == "search" and found.sort == base.sort and found is not task:
        return replace(found, ranking=ranking_before(history))
    return found


def _last_of(text: str, task: Task, history: tuple[PastTurn, ...]) -> PastTurn:
    """The turn a sentence goes on with. A page that was opened is one, but to the cars compared
    or listed before it “哪个更便宜” comes back."""
    turns = [turn for turn in reversed(history) if turn.intent != "other"] or [history[-1]]
    several = COMPARES.search(text) and not _OF_ONE.search(text) and not task.series
    if turns[0].visited and len(turns[0].trims) == 1 and several:
        return next((turn for turn in turns if len(turn.trims) > 1), turns[0])
    return turns[0]


def _compared_with(text: str, task: Task, last: PastTurn) -> Task | None:
    """“和织女比呢”, “加上织女”, “去掉天舟”, “那推荐哪个”."""
    if last.intent == "compare" and task.series and _TAKES_OUT.search(text):
        behind = text.partition("换")[2]
        taken_in = tuple(name for name in task.series if behind and name in _entities(behind))
        out = set(task.series) - set(taken_in)
        kept = tuple(t.id for t in queries.trims_by_id(last.trims) if t.series not in out)
        ordered = tuple(trim_id for trim_id in last.trims if trim_id in kept)
        return replace(task, intent="compare", trims=ordered, series=taken_in, conditions=())
    if not last.trims:
        return None
    if task.series and PUTS_IN.match(text.lstrip("再还那把")):
        return replace(task, intent="compare", trims=last.trims[:5], conditions=qualifiers(task))
    others = bool(task.series or (task.unread and task.intent in ("consult", "other")))
    if others and COMPARES.search(text) and task.intent != "compare":
        compared = last.trims if last.intent == "compare" else last.trims[:1]
        return replace(task, intent="compare", trims=compared, conditions=qualifiers(task))
    if len(last.trims) > 1 and _ONE_OF_THEM.search(text) and not task.conditions:
        compared = last.trims if last.intent == "compare" else last.trims[:3]
        return replace(task, intent="compare", trims=compared)
    return None


def _entities(text: str) -> tuple[str, ...]:
    return read_sentence(text).entities


def _value_of_the_same(text: str, task: Task, last: PastTurn) -> Task | None:
    """“油耗呢”, “后备厢多大” of the car or cars last spoken of."""
    bare = len(text) <= BARE and not task.conditions and not task.series
    if last.intent == "search" and (last.visited or followups.is_nudge(text)):
        return None
    if not bare or task.sort is not None or not last.trims or followups.dropped_fields(text):
        return None
    field = task.field or _bare_field(text)
    if field is None or _OF_ADVICE.search(text):
        return None
    compares = last.intent == "compare" and len(last.trims) > 1
    return replace(
        task,
        intent="compare" if compares else "lookup",
        field=field,
        trims=last.trims,
        wanted=values_named(without_pointing(text), field),
        conditions=(),
    )


def _judged(text: str, task: Task, last: PastTurn, here: tuple[int, ...]) -> Task | None:
    """“值得买吗”, “哪个保值” of the cars last spoken of, else of the page's."""
    said_enough = task.series or task.conditions or len(text) > BARE
    if said_enough or last.intent == "search" or not JUDGES.search(text):
        return None
    ids = last.trims or here
    names = _names_of(ids)
    compared = last.intent == "compare"
    if not names or len(names) > (MAX_TRIMS if compared else 3):
        return None
    asked_of = f"{'和'.join(names)} {text}"
    own = ids if compared or len(names) > 1 or len(ids) == 1 else ()
    return replace(task, intent="consult", text=asked_of, series=names, trims=own, unread=())


def _advice_here(text: str, task: Task, here: tuple[int, ...]) -> Task:
    """“冬天能跑多远” on the page of a car: advice for any car, with the figure of this one."""
    own = task.series or task.brands or task.conditions or _OWN_SUBJECTS.search(text)
    if task.intent != "consult" or own or not here or len(text) > BARE:
        return task
    return replace(task, series=_names_of(here), trims=here[:1])


def _names_of(ids: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(trim.series for trim in queries.trims_by_id(ids)))


def _on_topic(
    text: str,
    task: Task,
    last: PastTurn,
    history: tuple[PastTurn, ...],
    here: tuple[int, ...],
) -> Task | None:
    """“那插混呢”, “有什么办法改善” after a question about no car but the page's, wherever one has
    gone since."""
    if last.visited:
        last = next(reversed(asked(history)), last)
    about_cars = task.series or task.brands or task.sort or last.intent != "consult"
    if last.trims and last.trims[:1] != here[:1]:
        return None
    if about_cars or len(text) > BARE or not _TOPIC_ON.search(text):
        return None
    if _FULL_SEARCH.search(text) and not re.match("有(?:什么|啥|没有)", text):
        return None
    return replace(task, intent="consult", text=f"{last.question} {text}", conditions=())


def _same_of_another(
    text: str, task: Task, last: PastTurn, history: tuple[PastTurn, ...]
) -> Task | None:
    if last.intent == "lookup" and task.series and not task.field:
        # “那 M8 呢”, “M7 呢”: what they go on with was asked before both.
        asking = next((turn for turn in reversed(history) if field_asked(turn)), None)
        if asking is not None:
            return replace(task, intent="lookup", field=field_asked(asking),
                           wanted=wanted_before(asking), conditions=qualifiers(task))  # fmt: skip
    if task.intent == "lookup" and task.field and task.series:
        return task
    if last.intent == "compare" and (task.series or task.brands):
        return replace(task, intent="compare", trims=last.trims[:5])
    if last.intent == "compare" and COMPARES.search(text):
        return replace(task, intent="compare", trims=last.trims)
    return None


def _goes_on(text: str, task: Task) -> bool:
    if followups.FOLLOWS.search(text) or _MORE.search(text) or followups.is_nudge(text):
        return True
    if task.intent in ("consult", "other"):
        return len(text) <= BARE and bool(COMPARES.search(text))
    whole = _FULL_SEARCH.search(text) and (len(task.conditions) > 1 or len(text) > BARE)
    return len(text) <= BARE and not whole and not task.series


def _narrows(text: str) -> bool:
    """It goes on with the list that is only looked at, and is no search of its own."""
    marks = (followups.FOLLOWS, _MORE, _ONE_THAT)
    return followups.is_nudge(text) or any(mark.search(text) for mark in marks)


def _search_on(
    text: str,
    task: Task,
    reading: Understanding,
    base: PastTurn,
    history: tuple[PastTurn, ...],
) -> Task:
    old = followups.past_conditions(base)
    if not task.conditions and _MORE.search(text):
        return replace(task, intent="search", conditions=old, sort=base.sort, unread=(),
                       seen=_seen(base, history))  # fmt: skip
    if (number := _NUMBER.match(text)) is not None:
        changed = followups.with_number(old, float(number[1]))
        return replace(task, intent="search", conditions=changed or old, sort=base.sort, unread=())
    dropped = followups.dropped_fields(text)
    shown = base.trims or next((t.trims for t in reversed(history) if t.trims), ())
    moved, changes = followups.nudged(text, reading, old, shown)
    fresh = [*_said_more(task, moved), *moved]
    as_well = _AS_WELL.search(text)
    if as_well is not None:
        # Alone it asks for nothing; of a list it is a value beside the one asked for.
        fresh = [*read_sentence(_AS_WELL.sub("", text)).conditions]
    sort = task.sort or read_sentence(_WHICH.sub("", text)).sort
    if not fresh and not dropped and sort is None:
        if old and task.intent == "search" and not task.unread:
            return replace(task, conditions=old, sort=base.sort)  # “推荐一个”: of those
        return task
    if (added := followups.sum_added(text, old)) is not None:
        return replace(task, intent="search", conditions=added, sort=base.sort, unread=())
    if as_well is not None:
        fresh = followups.either(old, fresh)
    kept = followups.without_fields(old, dropped)
    if followups.sort_dropped(text, base.sort, dropped):
        sort = None
    elif moved or sort is None:
        sort = base.sort
    return replace(
        task,
        intent="search",
        conditions=followups.merged(kept, fresh),
        sort=sort,
        unread=() if moved else task.unread,
        changes=tuple(changes),
    )


def _alike_but(text: str, task: Task, reading: Understanding, last: PastTurn) -> Task | None:
    """“有没有便宜点的” after talk of one car: others of its class, with the bound moved from it."""
    moved, changes = followups.nudged(text, reading, (), last.trims[:1])
    for trim in queries.trims_by_id(last.trims[:1]) if moved else ():
        of_class = (("body", trim.body), ("size", trim.size), ("energy", trim.energy))
        alike = [ReadCondition(Condition(field, "==", value), True, ())
                 for field, value in of_class if value]  # fmt: skip
        while len(alike) > 1 and not _any_of((*alike, *moved)):
            alike.pop()  # nothing cheaper of its kind: of any energy, then of any size
        return replace(task, intent="search", conditions=(*alike, *moved), sort=None, unread=(),
                       changes=tuple(changes))  # fmt: skip
    return None


def _any_of(conditions: tuple[ReadCondition, ...]) -> bool:
    return bool(queries.series_in_order(Selection(tuple(r.condition for r in conditions))))


def _seen(base: PastTurn, history: tuple[PastTurn, ...]) -> tuple[int, ...]:
    """What was shown already of the list `base` is the last page of."""
    pages = [turn for turn in history if turn.intent == "search"
             and turn.conditions == base.conditions and turn.sort == base.sort]  # fmt: skip
    return tuple(trim_id for turn in pages for trim_id in turn.trims)


def _said_more(task: Task, moved: list[ReadCondition]) -> list[ReadCondition]:
    """What this sentence itself asks for; a hint gives way to the bound that a nudge moves."""
    fields = {read.condition.field for read in moved}
    return [r for r in task.conditions if not (r.inferred and r.condition.field in fields)]


def _last_search(history: tuple[PastTurn, ...]) -> PastTurn | None:
    return next((turn for turn in reversed(history) if turn.intent == "search"), None)


def _bare_field(text: str) -> str | None:
    """The field of a lookup that names no car: “油耗呢”, “后备厢多大”."""
    reading = read_sentence(f"{any_series()}{without_pointing(text)}")
    if reading.intent == "lookup":
        return reading.field
    return COLOUR_LABEL if COLOUR.search(text) else None
