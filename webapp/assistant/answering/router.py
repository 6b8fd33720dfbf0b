"""From a question with its history and page to a task."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp.assistant.answering import followups
from webapp.assistant.answering.choosing import representative, trims_of
from webapp.assistant.answering.classmates import ASKS_CLASS
from webapp.assistant.answering.continuing import (
    COLOUR,
    COLOUR_LABEL,
    COMPARES,
    JUDGES,
    PUTS_IN,
    continued,
    extreme,
    level,
    qualifiers,
)
from webapp.assistant.answering.pointing import (
    Pointed,
    cars_spoken_of,
    resolve_pointing,
    without_pointing,
)
from webapp.assistant.answering.ranking import ranking_of, without_ranking
from webapp.assistant.answering.reasons import ASKS_WHY
from webapp.assistant.answering.rereading import (
    field_asked,
    values_named,
    wanted_before,
    without_name,
)
from webapp.assistant.answering.same_cars import names_of
from webapp.assistant.answering.task import AGAINST, Task
from webapp.assistant.answering.unknown import of_brand, of_unknown_car
from webapp.assistant.answering.versions import WEIGHS, version_asked, versions_compared
from webapp.assistant.answering.visiting import asked, cars_on, cars_visited, with_visits
from webapp.assistant.events import PastTurn, Question
from webapp.catalogue import queries
from webapp.catalogue.filters import Condition
from webapp.search.names import all_names, fold
from webapp.search.service import read_sentence
from webapp.search.understanding.result import ReadCondition, Understanding

_LIKE_THAT: Final = re.compile(
    "同(?:样|等)?(?P<price>价位|价格|价钱|预算|价)|同(?:级|级别|类|类型|尺寸)"
)
_VERSIONS: Final = re.compile("(?:几|多少|哪些|哪几|什么)(?:个|款|种)?(?:版本|配置|款型)")
_WITH_IT: Final = re.compile("^(?:那)?(?:就)?(?:和|跟|与|同).*比")
_SHORT: Final = 14
_BRAND: Final = 14
"""Characters the name of a brand before a model is looked for in."""
_ANOTHER: Final = re.compile("那?么?([\u4e00-\u9fffA-Za-z0-9 +-]{1,10})呢[？?]?")
"""“唐呢”: the same of another car, whose name nobody knows."""
COUNTS: Final = re.compile(
    "(?:多少|几)(?:个|款|辆|种|家|台)?(?:品牌|牌子|车系|车型|车)(?![贷险位税漆主])"
)
"""How much there is in all."""
_OF_NO_CAR: Final = re.compile(
    "^(?:那|它)?(?:多少钱|什么价[格位]?|价格(?:是)?(?:多少)?|报价|几万|贵不贵|贵吗|怎么样|好不好|值得买吗|"
    "(?:哪个|哪[款辆]|谁)更?(?:好|便宜|贵|省油|快|大|小|值得?买?)|有什么区别|[差贵]多少|便宜多少|"
    "几座|有四驱吗)[呢呀啊？?。！! ]*$"
)
"""A question about a car that nobody named."""
_A_NAME: Final = re.compile("[\\u4e00-\\u9fffA-Za-z0-9 ·-]{1,12}")


def task_of(question: Question) -> Task:
    """Decide what is asked. Never fails: what is not understood is a task of its own."""
    if followups.STARTS_ANEW.search(question.text):
        history = cars_visited(question.page)
    else:
        history = with_visits(question.history, question.page)
    here = cars_on(question.page, history)
    pointed = (
        extreme(question.text, history)
        or level(question.text, history)
        or resolve_pointing(question.text, history, question.page)
    )
    said = " ".join((*(turn.question for turn in asked(history)), question.text))
    reading = read_sentence(pointed.text)
    task = _plain(pointed, reading, said)
    if pointed.missing and not task.series and not _says_more(pointed):
        return replace(task, intent="other", missing=pointed.missing, conditions=(), unread=())
    if ASKS_WHY.search(question.text) and (why := _why(task, pointed, history)) is not None:
        return why
    if ASKS_CLASS.search(question.text):
        ids = pointed.trims or _representatives(task) or cars_spoken_of(history)
        if ids:
            return replace(task, among_class=True, trims=ids[:1], intent="consult")
    if pointed.trims or pointed.series:
        return _about_pointed(task, pointed, history, here)
    for read in (_alike, _counted, _ranked, _named_more_closely, _of_no_car):
        if (found := read(question.text, task, history)) is not None:
            return found
    if (absent := _of_absent(task)) is not None:
        return absent
    return continued(question.text, task, reading, history, here) if history else task


def _counted(text: str, task: Task, history: tuple[PastTurn, ...]) -> Task | None:
    """“一共几个品牌”: of all there is."""
    if task.conditions or task.series or task.brands or len(text) > _SHORT:
        return None
    return replace(task, intent="other", unread=()) if COUNTS.search(text) else None


def _of_no_car(text: str, task: Task, history: tuple[PastTurn, ...]) -> Task | None:
    if history or not _OF_NO_CAR.search(text):
        return None
    return replace(task, intent="other", missing=text.strip(" ？?。！!"))


def _ranked(text: str, task: Task, history: tuple[PastTurn, ...]) -> Task | None:
    """“轴距最长的轿车”, “纯电SUV平均多少钱”; “后备箱最大的是哪款” of the list before."""
    ranking = ranking_of(text)
    if ranking is None or task.series:
        return None
    read = read_sentence(f"推荐 {without_ranking(text)}")
    conditions = tuple(r for r in read.conditions if not r.inferred)
    last = history[-1] if history else None
    if last is not None and followups.OF_THOSE.search(text) and not conditions:
        if last.intent == "compare":
            return None
        conditions = followups.past_conditions(last) if last.intent == "search" else ()
    return replace(
        task, intent="search", conditions=conditions, sort=None, ranking=ranking, unread=()
    )


def _named_more_closely(text: str, task: Task, history: tuple[PastTurn, ...]) -> Task | None:
    """Versions of the car that is named, a car of a brand the catalogue does not have, and all
    cars of a brand."""
    names = names_of(cars_spoken_of(history))
    if not task.series and len(set(names)) == 1 and len(text) <= _SHORT:
        # “Max比Pro贵多少” after talk of one car.
        weighed = versions_compared(replace(task, series=(names[0],)))
        if WEIGHS.search(text) and weighed is not None:
            return weighed
    if WEIGHS.search(task.text) and (compared := versions_compared(task)) is not None:
        return compared
    if names and (other := _ANOTHER.fullmatch(text)) and other[1] in task.unread:
        return replace(task, intent="lookup", unread=(other[1],), conditions=())
    if task.intent == "lookup":
        return version_asked(task) or of_unknown_car(task)
    return of_unknown_car(task) or of_brand(task)


def _of_absent(task: Task) -> Task | None:
    """A car weighed against a name the catalogue does not have is a comparison all the same."""
    if len(task.series) != 1 or task.intent == "compare":
        return None
    known = re.escape(task.series[0])
    for name in task.unread:
        if not _A_NAME.fullmatch(name):
            continue
        other = re.escape(name)
        if re.search(f"{known} *{AGAINST} *{other}|{other} *{AGAINST} *{known}", task.text):
            return replace(task, intent="compare", unread=(name,))
    return None


def _why(task: Task, pointed: Pointed, history: tuple[PastTurn, ...]) -> Task | None:
    """“为什么推荐它”, “第一个为什么排第一”: of the list that showed the car, else of none."""
    ids = pointed.trims[:1] or cars_spoken_of(history)[:1]
    if not ids:
        return None
    lists = (turn for turn in reversed(history) if turn.intent == "search" and ids[0] in turn.trims)
    base = next(lists, None)
    return replace(
        task,
        intent="lookup",
        why=True,
        trims=ids,
        conditions=followups.past_conditions(base) if base else (),
        sort=base.sort if base else None,
    )


def _representatives(task: Task) -> tuple[int, ...]:
    """The trim that stands for the one series named."""
    if len(task.series) != 1:
        return ()
    found = representative(trims_of(task.series[0], task.conditions))
    return (found.id,) if found else ()


def _says_more(pointed: Pointed) -> bool:
    """“人生第一辆车，预算10万” asks for something without what it seems to point at."""
    return bool(read_sentence(without_pointing(pointed.text)).conditions)


def _plain(pointed: Pointed, reading: Understanding, said: str) -> Task:
    series, brands = _kinds(reading.entities)
    intent = reading.intent
    if intent == "search" and len(series) == 1 and len(reading.conditions) == 1:
        intent = "lookup"  # a name and nothing else: the car itself is meant
    unread, field = _unread(pointed.text, reading), reading.field
    if intent == "lookup" and field is None and COLOUR.search(pointed.text):
        field, unread = COLOUR_LABEL, ()
    elif intent == "lookup" and field is None and _VERSIONS.search(pointed.text):
        field = "price_wan"  # every version with its price
    return Task(
        text=pointed.text,
        intent=intent,
        said=said,
        conditions=reading.conditions,
        sort=reading.sort,
        series=series,
        brands=brands,
        field=field,
        wanted=_wanted(pointed.text, series, reading),
        unread=unread,
        asked=reading.asked,
        absent=reading.absent,
        near=tuple(name for one in reading.unsupported for name in one.near),
        unsupported=tuple(one.text for one in reading.unsupported if one.kind == "wish"),
    )


def _kinds(entities: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Named series and named brands, in the order of mention."""
    kinds = {name.text: name.kind for name in all_names() if name.text in entities}
    series = tuple(name for name in entities if kinds.get(name) == "series")
    return series, tuple(name for name in entities if kinds.get(name) == "brand")


def _wanted(text: str, series: tuple[str, ...], reading: Understanding) -> tuple[Condition, ...]:
    """The value a yes-no lookup names: “有四驱吗” wants drive == 四驱."""
    if reading.intent != "lookup" or reading.field is None:
        return ()
    rest = text
    for name in series:
        rest = without_name(rest, name)
    return values_named(rest, reading.field)


def _unread(text: str, reading: Understanding) -> tuple[str, ...]:
    """Words that were not read; those that stand side by side, and a brand right before, are
    one name: 极氪 007, 理想 L9."""
    found: list[list[int]] = []
    brands = {form for name in all_names() if name.kind == "brand" for form in name.forms}
    for word in reading.unread:
        if found and not text[found[-1][1] : word.start].strip():
            found[-1][1] = word.end
            continue
        before = (
            start
            for start in range(max(0, word.start - _BRAND), word.start)
            if fold(text[start : word.start]) in brands
        )
        found.append([next(before, word.start), word.end])
    words = tuple(text[start:end] for start, end in found)
    return tuple(dict.fromkeys((*reading.absent, *words)))


def _alike(text: str, task: Task, history: tuple[PastTurn, ...]) -> Task | None:
    """“同价位还有什么车”: the price, body and size of the car last spoken of as conditions."""
    if not (like := _LIKE_THAT.search(task.text)):
        return None
    found = queries.trims_by_id(cars_spoken_of(history)[:1])
    if not found:
        return None
    trim = found[0]
    conditions = []
    if trim.price_wan is not None and like["price"]:
        low, high = round(trim.price_wan * 0.9, 1), round(trim.price_wan * 1.1, 1)
        conditions += [Condition("price_wan", ">=", low), Condition("price_wan", "<=", high)]
    elif trim.size is not None:
        conditions.append(Condition("size", "==", trim.size))
    if trim.body is not None and task.selection.first("body", "==") is None:
        conditions.append(Condition("body", "==", trim.body))
    conditions.append(Condition("series", "!=", trim.series))
    derived = tuple(ReadCondition(condition, True, ()) for condition in conditions)
    return replace(task, intent="search", conditions=(*derived, *qualifiers(task)), unread=())


def _about_pointed(
    task: Task, pointed: Pointed, history: tuple[PastTurn, ...], here: tuple[int, ...]
) -> Task:
    """A car was pointed at: what is asked of it, or how several compare."""
    others = tuple(name for name in task.series if name not in pointed.series)
    conditions = qualifiers(task)
    task = replace(
        task, trims=pointed.trims, series=(*pointed.series, *others), conditions=conditions
    )
    cars = max(len(pointed.trims), len(pointed.series)) + len(others)
    if cars > 1 and (task.intent in ("compare", "search") or COMPARES.search(task.text)):
        return replace(task, intent="compare")
    if (beside := _beside(task, pointed, history, here)) is not None:
        return beside
    if task.field is None and task.intent != "compare" and JUDGES.search(task.text):
        return replace(task, intent="consult")
    if task.unread and task.intent != "lookup" and COMPARES.search(task.text):
        return replace(task, intent="compare")  # with a car that is not there
    if task.intent == "search" and len(conditions) == 1:
        one = conditions[0].condition
        return replace(task, intent="lookup", field=one.field, wanted=(one,), conditions=())
    if task.intent in ("search", "lookup") and task.field is None:
        last = next(reversed(asked(history)), None)
        field = field_asked(last) if last and last.intent == "lookup" else None
        wanted = wanted_before(last) if last and field else ()
        return replace(task, intent="lookup", field=field, wanted=wanted)
    return replace(task, intent="lookup") if task.intent == "search" else task


def _beside(
    task: Task, pointed: Pointed, history: tuple[PastTurn, ...], here: tuple[int, ...]
) -> Task | None:
    """“和刚才那款比”, “把这款也加上”: the car pointed at beside those spoken of, or the page's."""
    last = next(reversed(asked(history)), None)
    if last and last.intent == "compare" and PUTS_IN.search(task.text):
        return replace(task, intent="compare", trims=(*last.trims, *pointed.trims))
    before = history[-1].trims if history and history[-1].intent != "search" else ()
    if _WITH_IT.search(task.text):
        for one in (before, here):
            if len(one) == 1 and one != pointed.trims:
                return replace(task, intent="compare", trims=(*one, *pointed.trims))
    return None
