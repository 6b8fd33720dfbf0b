"""From a question with its history and page to a task."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from werkzeug.datastructures import MultiDict

from webapp.assistant.answering import followups
from webapp.assistant.answering.pointing import Pointed, resolve_pointing, without_pointing
from webapp.assistant.answering.task import Task
from webapp.assistant.events import PageContext, PastTurn, Question
from webapp.cars import queries
from webapp.cars.filters import Condition, UnreadableSelection, read_selection
from webapp.search.names import all_names
from webapp.search.service import read_sentence
from webapp.search.understanding.result import ReadCondition, Understanding

_FULL_SEARCH: Final = re.compile(
    "推荐|想买|想要|帮我|给我|找|有哪些|有什么|有没有|买什么|看看|预算.+的|列"
)
_COMPARE: Final = re.compile("对比|比较|比一比|哪个|哪款|谁更|区别|差别|差多少|PK|pk|相比|比呢")
_LIKE_THAT: Final = re.compile(
    "同(?:样|等)?(?P<price>价位|价格|价钱|预算|价)|同(?:级|级别|类|类型|尺寸)"
)
_BARE: Final = 14
"""A sentence of so few characters without a car of its own goes on with what was said."""


def task_of(question: Question) -> Task:
    """Decide what is asked. Never fails: what is not understood is a task of its own."""
    history = () if followups.STARTS_ANEW.search(question.text) else question.history
    pointed = resolve_pointing(question.text, history, question.page)
    said = " ".join((*(turn.question for turn in history), question.text))
    reading = read_sentence(pointed.text)
    task = _plain(pointed, reading, said)
    if pointed.trims or pointed.series:
        return _about_pointed(task, pointed, history)
    if (alike := _alike(task, history, question.page)) is not None:
        return alike
    if history:
        return _continued(question, task, reading, history)
    if question.page is not None:
        return _on_page(task, reading, question.page)
    return task


def _plain(pointed: Pointed, reading: Understanding, said: str) -> Task:
    series, brands = _kinds(reading.entities)
    intent = reading.intent
    if intent == "search" and len(series) == 1 and len(reading.conditions) == 1:
        intent = "lookup"  # a name and nothing else: the car itself is meant
    unread = [word.text for word in reading.unread]
    if pointed.missing:
        unread.append(pointed.missing)
    return Task(
        text=pointed.text,
        intent=intent,
        said=said,
        conditions=reading.conditions,
        sort=reading.sort,
        series=series,
        brands=brands,
        field=reading.field,
        wanted=_wanted(pointed.text, series, reading),
        unread=tuple(unread),
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
        rest = rest.replace(name, " ")
    read = read_sentence(rest).conditions
    return tuple(r.condition for r in read if r.condition.field == reading.field)


def _alike(task: Task, history: tuple[PastTurn, ...], page: PageContext | None) -> Task | None:
    """“同价位还有什么车”: the price, body and size of the car last spoken of as conditions."""
    if not (asked := _LIKE_THAT.search(task.text)):
        return None
    ids = next((turn.trims for turn in reversed(history) if turn.trims), ())
    trim_id = ids[0] if ids else (page.trim_id if page else None)
    found = queries.trims_by_id([trim_id]) if trim_id is not None else []
    if not found:
        return None
    trim = found[0]
    conditions = []
    if trim.price_wan is not None and asked["price"]:
        low, high = round(trim.price_wan * 0.9, 1), round(trim.price_wan * 1.1, 1)
        conditions += [Condition("price_wan", ">=", low), Condition("price_wan", "<=", high)]
    elif trim.size is not None:
        conditions.append(Condition("size", "==", trim.size))
    if trim.body is not None and task.selection.first("body", "==") is None:
        conditions.append(Condition("body", "==", trim.body))
    conditions.append(Condition("series", "!=", trim.series))
    derived = tuple(ReadCondition(condition, True, ()) for condition in conditions)
    return replace(task, intent="search", conditions=(*derived, *_qualifiers(task)), unread=())


def _about_pointed(task: Task, pointed: Pointed, history: tuple[PastTurn, ...]) -> Task:
    """A car was pointed at: what is asked of it, or how several compare."""
    others = tuple(name for name in task.series if name not in pointed.series)
    conditions = tuple(
        read for read in task.conditions if read.condition.field not in ("series", "brand")
    )
    task = replace(task, trims=pointed.trims, series=(*pointed.series, *others),
                   conditions=conditions)  # fmt: skip
    if len(pointed.trims) + len(others) > 1 and (
        task.intent in ("compare", "search") or _COMPARE.search(task.text)
    ):
        return replace(task, intent="compare")
    if task.intent == "search" and len(conditions) == 1:
        wanted = conditions[0].condition
        return replace(task, intent="lookup", field=wanted.field, wanted=(wanted,), conditions=())
    if task.intent == "search" and task.field is None:
        asked = _field_asked(history[-1]) if history and history[-1].intent == "lookup" else None
        wanted_before = _wanted_before(history[-1]) if asked else ()
        return replace(task, intent="lookup", field=asked, wanted=wanted_before)
    return replace(task, intent="lookup") if task.intent == "search" else task


def _continued(
    question: Question, task: Task, reading: Understanding, history: tuple[PastTurn, ...]
) -> Task:
    """Go on with the last search, lookup or comparison where the sentence is no whole one."""
    last = history[-1]
    if task.series and last.trims and _COMPARE.search(question.text) and task.intent != "compare":
        compared = last.trims if last.intent == "compare" else last.trims[:1]
        return replace(task, intent="compare", trims=compared, conditions=_qualifiers(task))
    bare = len(question.text) <= _BARE and not task.conditions and not task.series
    bare = bare and task.sort is None and not followups.dropped_fields(question.text)
    if bare and last.trims and (field := task.field or _bare_field(question.text)):
        return _asks_on(task, last, field)
    if not _goes_on(question.text, task):
        return task
    if last.intent == "lookup" and task.series and not task.field:
        asked = _field_asked(last)
        if asked is not None:
            return replace(task, intent="lookup", field=asked, wanted=_wanted_before(last),
                           conditions=_qualifiers(task))  # fmt: skip
    if task.intent == "lookup" and task.field and task.series:
        return task
    if last.intent == "compare" and (task.series or task.brands):
        return replace(task, intent="compare", trims=last.trims[:5])
    if last.intent == "compare" and _COMPARE.search(question.text):
        return replace(task, intent="compare", trims=last.trims)
    base = next((turn for turn in reversed(history) if turn.intent == "search"), None)
    if base is None:
        return task
    return _search_on(question.text, task, reading, base, last)


def _goes_on(text: str, task: Task) -> bool:
    if task.intent == "other" and not followups.FOLLOWS.search(text):
        return False
    if followups.FOLLOWS.search(text):
        return True
    if task.intent == "consult":
        return len(text) <= _BARE and bool(_COMPARE.search(text))
    whole = _FULL_SEARCH.search(text) and (len(task.conditions) > 1 or len(text) > _BARE)
    return len(text) <= _BARE and not whole and not task.series


def _qualifiers(task: Task) -> tuple[ReadCondition, ...]:
    return tuple(r for r in task.conditions if r.condition.field not in ("series", "brand"))


def _field_asked(turn: PastTurn) -> str | None:
    """What an earlier lookup asked for, read again with a car in front."""
    name = next((n.text for n in all_names() if n.kind == "series"), "")
    return (
        read_sentence(turn.question).field
        or read_sentence(f"{name}{without_pointing(turn.question)}").field
    )


def _wanted_before(turn: PastTurn) -> tuple[Condition, ...]:
    field = _field_asked(turn)
    read = read_sentence(without_pointing(turn.question)).conditions
    return tuple(r.condition for r in read if r.condition.field == field)


def _bare_field(text: str) -> str | None:
    """The field of a lookup that names no car: “油耗呢”, “后备厢多大”."""
    name = next((n.text for n in all_names() if n.kind == "series"), "")
    reading = read_sentence(f"{name}{without_pointing(text)}")
    return reading.field if reading.intent == "lookup" else None


def _asks_on(task: Task, last: PastTurn, field: str) -> Task:
    wanted = tuple(r.condition for r in task.conditions if r.condition.field == field)
    compares = last.intent == "compare" and len(last.trims) > 1
    return replace(
        task,
        intent="compare" if compares else "lookup",
        field=field,
        trims=last.trims,
        wanted=wanted,
        conditions=(),
    )


def _search_on(
    text: str, task: Task, reading: Understanding, base: PastTurn, last: PastTurn
) -> Task:
    old = followups.past_conditions(base)
    dropped = followups.dropped_fields(text)
    moved, changes = followups.nudged(text, reading, old, base.trims)
    fresh = [*_said_more(task, moved), *moved]
    if not fresh and not dropped and task.sort is None:
        return task
    kept = followups.without_fields(old, dropped)
    sort = base.sort if moved or task.sort is None else task.sort
    return replace(
        task,
        intent="search",
        conditions=followups.merged(kept, fresh),
        sort=sort,
        changes=tuple(changes),
    )


def _said_more(task: Task, moved: list[ReadCondition]) -> list[ReadCondition]:
    """What this sentence itself asks for; a hint gives way to the bound that a nudge moves."""
    fields = {read.condition.field for read in moved}
    return [r for r in task.conditions if not (r.inferred and r.condition.field in fields)]


def _on_page(task: Task, reading: Understanding, page: PageContext) -> Task:
    """The first question on a page: a lookup or comparison without a car means the page's."""
    pointed = Pointed(task.text, (page.trim_id,) if page.trim_id else ())
    if pointed.trims and not task.series and not task.brands:
        named = resolve_pointing(f"这款车{task.text}", (), page)
        if named.trims:
            reread = read_sentence(named.text)
            if reread.intent == "lookup":
                read = _plain(named, reread, task.said)
                return _about_pointed(read, named, ())
    if pointed.trims and len(task.series) == 1 and _COMPARE.search(task.text):
        return replace(task, intent="compare", trims=pointed.trims)
    if page.address and task.intent == "search" and followups.FOLLOWS.search(task.text):
        return replace(
            task, conditions=followups.merged(_of_address(page.address), task.conditions)
        )
    return task


def _of_address(address: str) -> tuple[ReadCondition, ...]:
    try:
        selection = read_selection(MultiDict(parse_qsl(urlsplit(address).query)))
    except (UnreadableSelection, ValueError):
        return ()
    return tuple(ReadCondition(condition, False, ()) for condition in selection.conditions)
