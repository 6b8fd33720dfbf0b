"""What goes on with the very cars spoken of: their versions, and by how much they differ."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp.assistant.answering.rereading import field_asked
from webapp.assistant.answering.task import Task
from webapp.assistant.events import PastTurn
from webapp.catalogue import queries
from webapp.search.service import read_sentence
from webapp.search.understanding.asking import QUALIFIERS

BARE: Final = 14
"""A sentence of so few characters without a car of its own goes on with what was said."""
_HOW_MUCH: Final = re.compile(
    "^(?:那|大概|到底|具体)*(?:要|会)?(?:差|贵|便宜|多花|省|相差|大|小|长|短|快|慢|高|低|多)(?:了|出)?(?:多少|几|多远)"
)
_WHY_SO: Final = re.compile("^(?:那)?为(?:什么|啥|何).{0,3}(?:便宜|贵|快|慢|省)")
_VERSION: Final = re.compile("版(?:本)?(?:的)?(?:呢)?|(?:的|款)(?:呢|多少|是多少|几|有)")


def by_how_much(
    text: str, task: Task, last: PastTurn, history: tuple[PastTurn, ...]
) -> Task | None:
    """“贵多少”, “为什么便宜” of the cars just compared, or of the two versions just asked about."""
    own = task.series or task.brands or task.conditions or len(text) > BARE
    if own or not (_HOW_MUCH.search(text) or _WHY_SO.search(text)):
        return None
    if last.intent == "lookup" and len(last.trims) == 1:
        ones = [t.trims[0] for t in history if t.intent == "lookup" and len(t.trims) == 1]
        both = tuple(dict.fromkeys(ones[-2:]))
        last = replace(last, intent="compare", trims=both)
    if last.intent != "compare" or len(last.trims) < 2:
        return None
    whole = f"{last.question} {text}"  # 哪个更省油, 差多少: in what was asked before
    return replace(
        task, intent="compare", text=whole, trims=last.trims, field=None, asked=(), unread=()
    )


def version_of_the_same(
    text: str, task: Task, last: PastTurn, history: tuple[PastTurn, ...]
) -> Task | None:
    """“纯电版的呢”, “四驱的多少钱” after talk of one car: of its versions. “七座的呢” after talk of
    one of a list narrows the list."""
    goes_on = last.intent in ("lookup", "consult", "compare") and not (task.series or task.brands)
    if not goes_on or len(text) > BARE or not _VERSION.search(text):
        return None
    listed = any(t.intent == "search" and set(last.trims) <= set(t.trims) for t in history)
    if listed and "版" not in text:
        return None
    # A lookup without a car is read as advice, which has no conditions.
    picks = read_sentence(f"推荐 {text}").conditions
    names = {trim.series for trim in queries.trims_by_id(last.trims)}
    own = picks and all(read.condition.field in QUALIFIERS for read in picks)
    if own and last.intent == "compare":
        in_order = dict.fromkeys(names_of(last.trims))
        return replace(
            task,
            intent="compare",
            text=f"{last.question} {text}",
            trims=(),
            series=tuple(in_order),
            conditions=picks,
            unread=(),
        )
    if len(names) != 1 or not own:
        return None
    (name,) = names
    reading = read_sentence(f"{name} {text}")
    before = (field_asked(turn) for turn in reversed(history) if turn.intent == "lookup")
    says = reading.intent == "lookup" and reading.asked
    field = reading.field if says else next((field for field in before if field), None)
    return replace(
        task,
        intent="lookup",
        series=(name,),
        conditions=picks,
        field=field,
        asked=((field,),) if field else (),
        wanted=(),
        sort=None,
        unread=(),
    )


def names_of(ids: tuple[int, ...]) -> list[str]:
    """The series of these trims in the order of the trims."""
    series = {trim.id: trim.series for trim in queries.trims_by_id(ids)}
    return [series[trim_id] for trim_id in ids if trim_id in series]
