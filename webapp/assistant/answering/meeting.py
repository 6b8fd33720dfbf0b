"""How a car that is named after a list meets what was asked for before."""

from __future__ import annotations

from dataclasses import replace

from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import bound, count, paragraph, say
from webapp.assistant.answering.phrases import spoken_all
from webapp.assistant.answering.task import Task


def with_wishes(task: Task, draft: Draft) -> Draft:
    """The draft, saying first which versions of its car meet the wishes that stand, or that none
    does."""
    if not task.meets or draft.intent not in ("lookup", "consult") or not draft.trims:
        return draft
    wishes = spoken_all(task.meets, task.said)
    car = bound(task.series[0], "question")
    if task.trims:
        n = count(len(task.trims))
        first = say("{car}符合前面说的“{wishes}”的有 {n} 个版本。", car=car, wishes=wishes, n=n)
    else:
        first = say(
            "{car}没有一个版本符合前面说的“{wishes}”，下面说的是它的全部版本。",
            car=car,
            wishes=wishes,
        )
    return replace(draft, lead=(paragraph(first), *draft.lead))
