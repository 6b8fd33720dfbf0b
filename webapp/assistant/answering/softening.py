"""Wishes that were only hinted at are no hard conditions where next to nothing meets them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.parts import DraftBlock, Remark, count, say
from webapp.assistant.answering.phrases import spoken_all
from webapp.assistant.answering.task import Task

ENOUGH: Final = 3
"""Series that must be left for a hint to count."""
_BOUNDS: Final = (">=", "<=")
_HARD: Final = frozenset({"seats", "price_wan"})
"""Six people do not fit five seats, and nobody has more money than there is."""


def softened(task: Task) -> tuple[Task, tuple[DraftBlock, ...]]:
    """The task without its inferred bounds where they leave fewer than ENOUGH series, and a line
    that says so: 省油 is no bound of six litres for someone of whose cars one alone meets it."""
    hints = [
        r
        for r in task.conditions
        if r.inferred and r.condition.operator in _BOUNDS and r.condition.field not in _HARD
    ]
    if not hints:
        return task, ()
    left = len(once.series_in_order(task.selection))
    if left >= ENOUGH:
        return task, ()
    wider = replace(task, conditions=tuple(r for r in task.conditions if r not in hints))
    if len(once.series_in_order(wider.selection)) <= left:
        return task, ()
    meant = spoken_all(tuple(hints), task.said)
    line = say("“{meant}”只有 {n} 个车系做到，没有当硬条件。", meant=meant, n=count(left))
    return wider, (Remark(line),)
