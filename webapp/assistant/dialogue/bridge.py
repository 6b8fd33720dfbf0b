"""A call as the task its composer takes, and the other way round.

Composers take a `Task`; who plans makes calls. Here is the only place that knows both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from webapp.assistant.answering.pairing import ALIKE
from webapp.assistant.answering.parts import Part, bound, say
from webapp.assistant.answering.phrases import spoken
from webapp.assistant.answering.task import Ranking, SalesAsked, Task
from webapp.assistant.calls import (
    Call,
    Cars,
    Compare,
    Cost,
    Explain,
    FindCars,
    ListVersions,
    LookUp,
    Moved,
    Quote,
    Rank,
    Reply,
    Sales,
    Want,
)
from webapp.assistant.dialogue.wishes import wants_of
from webapp.catalogue.filters import FIELDS_BY_NAME, Condition
from webapp.formatting import number
from webapp.search.names import all_names, fold
from webapp.search.understanding.reading import Parse, interpret
from webapp.search.understanding.result import ReadCondition, Understanding

_BRAND: Final = 14
"""Characters the name of a brand before a model is looked for in."""
COLOUR_LABEL: Final = "外观颜色"


def plain(parse: Parse, reading: Understanding, said: str) -> Task:
    """The sentence by itself as a task."""
    series, brands = kinds(reading.entities)
    intent = reading.intent
    if intent == "search" and len(series) == 1 and len(reading.conditions) == 1:
        intent = "lookup"  # a name and nothing else: the car itself is meant
    unread, field = _unread(parse.text, reading), reading.field
    if intent == "lookup" and field is None and any(cue.has("colour") for cue in parse.cues):
        field, unread = COLOUR_LABEL, ()
    elif intent == "lookup" and field is None and any(cue.has("versions") for cue in parse.cues):
        field = "price_wan"  # every version with its price
    wanted: tuple[Condition, ...] = ()
    if reading.intent == "lookup" and reading.field is not None:
        wanted = values_of(parse, reading.field)
    return Task(
        text=parse.text,
        intent=intent,
        said=said,
        conditions=reading.conditions,
        sort=reading.sort,
        series=series,
        brands=brands,
        field=field,
        wanted=wanted,
        unread=unread,
        asked=reading.asked,
        absent=reading.absent,
        near=tuple(name for one in reading.unsupported for name in one.near),
        unsupported=tuple(one.text for one in reading.unsupported if one.kind == "wish"),
    )


def values_of(parse: Parse, field: str) -> tuple[Condition, ...]:
    """What a yes-no question names of a field: “有四驱吗” names 四驱."""
    read = interpret(parse, expecting="search").conditions
    return tuple(r.condition for r in read if r.condition.field == field)


def kinds(entities: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Named series and named brands, in the order of mention."""
    named = tuple(entities)
    known = {name.text: name.kind for name in all_names() if name.text in named}
    series = tuple(name for name in named if known.get(name) == "series")
    return series, tuple(name for name in named if known.get(name) == "brand")


def _unread(text: str, reading: Understanding) -> tuple[str, ...]:
    """Words that were not read; those that stand side by side, and a brand right before, are
    one name: 极氪 007, 理想 L9."""
    found: list[list[int]] = []
    makers = (name for name in all_names() if name.kind in ("brand", "group"))
    brands = {form for name in makers for form in name.forms}
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


def reads(wants: Iterable[Want]) -> tuple[ReadCondition, ...]:
    return tuple(ReadCondition(want.condition, want.inferred, ()) for want in wants)


def task_of(call: Call, base: Task) -> Task:
    """The task of one call; what it does not say is that of the sentence."""
    match call:
        case FindCars(wants, sort, seen, moved, unread, purpose):
            return replace(
                base, intent="search", conditions=reads(wants), sort=sort, seen=seen,
                field=None, wanted=(), changes=tuple(map(_change, moved)),
                unread=base.unread if unread else (), text=f"{purpose} {base.text}".strip(),
            )  # fmt: skip
        case Rank(field, most, average, wants, seen):
            return replace(
                base, intent="search", conditions=reads(wants), sort=None, unread=(), seen=seen,
                ranking=Ranking(field, most=most, average=average),
            )  # fmt: skip
        case Sales(cars, period, top, wants):
            return replace(
                base, intent="lookup", trims=cars.trims, series=cars.series, field=None, wanted=(),
                conditions=reads(wants), sort=None, unread=(), sales=SalesAsked(period, top),
            )  # fmt: skip
        case ListVersions(series, wants, steps):
            return replace(base, intent="lookup", trims=(), series=(series,), field="price_wan",
                           conditions=reads(wants), sort=None, unread=(), steps=steps)  # fmt: skip
        case LookUp(cars, field, wanted, wants, unknown, _, meets):
            return replace(
                base, intent="lookup", trims=cars.trims, series=cars.series, field=field,
                wanted=tuple(w.condition for w in wanted), conditions=reads(wants), sort=None,
                unread=unknown, asked=base.asked if base.field == field else _asked(field),
                meets=reads(meets),
            )  # fmt: skip
        case Compare(cars, field, wants, unknown, purpose, decides):
            return replace(
                base, intent="compare", trims=cars.trims, series=cars.series, field=field,
                conditions=reads(wants), sort=None, unread=unknown,
                text=f"{purpose} {base.text}".strip(), asked=() if purpose else base.asked,
                decides=decides,
            )  # fmt: skip
        case Cost(question, cars, _, sum_, figures) if sum_:
            return replace(
                base, intent="consult", text=question, trims=cars.trims, series=cars.series,
                conditions=_qualifying(base), sum=sum_, field=None, asked=(),
                figures=tuple((name, Decimal(said)) for name, said in figures),
            )  # fmt: skip
        case Quote(question, cars) | Cost(question, cars):
            own = tuple(r for r in base.conditions if r.condition.field not in ("series", "brand"))
            met = reads(call.meets) if isinstance(call, Quote) else ()
            return replace(base, intent="consult", text=question, trims=cars.trims,
                           series=cars.series, conditions=own, meets=met)  # fmt: skip
        case Explain(trim, of, wants, sort):
            if of == "class":
                return replace(base, among_class=True, trims=(trim,), intent="consult")
            return replace(base, intent="lookup", why=True, trims=(trim,),
                           conditions=reads(wants), sort=sort)  # fmt: skip
        case Reply(kind, words, options):
            missing = words if kind == "missing" else ""
            return replace(base, intent="other", missing=missing, conditions=(), unread=(),
                           options=options, sort=None)  # fmt: skip


def _qualifying(base: Task) -> tuple[ReadCondition, ...]:
    """What picks versions of the cars of a sum; what is only hinted at does not."""
    return tuple(r for r in base.conditions if r.condition.field in ALIKE and not r.inferred)


def _asked(field: str | None) -> tuple[tuple[str, ...], ...]:
    return ((field,),) if field else ()


def call_of(task: Task) -> Call:
    """What a task does, for those that are still made by reading words."""
    cars = Cars(task.trims, task.series)
    wants = wants_of(task.conditions)
    match task.intent:
        case "search" if task.ranking:
            ranked = task.ranking
            return Rank(ranked.key, ranked.most, ranked.average, wants, task.seen)
        case "search":
            return FindCars(wants, task.sort, task.seen, unread=True)
        case "lookup":
            wanted = tuple(Want.of(condition) for condition in task.wanted)
            return LookUp(cars, task.field, wanted, wants, task.unread)
        case "compare":
            return Compare(cars, task.field, wants, task.unread)
        case "consult":
            return Quote(task.text, cars)
        case _:
            return Reply("missing" if task.missing else "talk", task.missing)


def _change(moved: Moved) -> Part:
    """A bound that moved, in words, and from where."""
    condition = Condition(moved.field, moved.operator, moved.now)
    now = spoken(condition, "", nudge=True)
    if not moved.of_cars:
        was = spoken(Condition(moved.field, moved.operator, moved.was), "", nudge=True)
        return say("{now}（原来是{was}）", now=now, was=was)
    unit = "万元" if moved.field == "price_wan" else FIELDS_BY_NAME[moved.field].unit
    middle = bound(f"{number(moved.was)} {unit}", f"computed:median of {moved.field}")
    of = "刚才几款的中间值" if moved.of_cars > 1 else "刚才那款"
    return say("{now}（{of}是 {middle}）", now=now, of=of, middle=middle)
