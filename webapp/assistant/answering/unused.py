"""What of a question could not be used, in words a person would use."""

from __future__ import annotations

from functools import cache
from typing import Final

from webapp.assistant.answering.parts import QUESTION, Part, bound, say
from webapp.assistant.answering.task import Task
from webapp.knowledge import terms
from webapp.search.understanding.tables import rows, words_of

SHOWN: Final = 4
_NAMING: Final = "naijlz"
"""First letters of the classes of words that name things and qualities."""
_LEAST, _SHORT = 2, 2
"""A single character that was not read (次, 钱, 不, 说) says nothing to whoever wrote it."""


def not_used(task: Task) -> Part | None:
    """“孙子”、“好开”: wishes that nothing can be filtered by and words that were not read, each
    once, without what only fills a sentence; None where nothing is left."""
    found = [word.strip() for word in (*task.unsupported, *task.unread)]
    told = [word for word in dict.fromkeys(found) if len(word) >= _LEAST and _tells(word)]
    if not told:
        return None
    return bound("、".join(f"“{word}”" for word in told[:SHOWN]), QUESTION)


def unused_said(task: Task) -> list[Part]:
    """“没有用作条件的：“电吸门”。”, before the list that does without it."""
    left = not_used(task)
    return [] if left is None else [say("没有用作条件的：{what}。", what=left)]


def _tells(word: str) -> bool:
    """Whether it says something: 刚怀 and 想开 are what the reading left of a sentence."""
    if word.lower() in _filling():
        return False
    if len(word) > _SHORT:
        return True
    kinds = [kind for run in terms.runs(word) if terms.is_han(run) for _, kind in terms.tagged(run)]
    return not kinds or any(kind[0] in _NAMING for kind in kinds)


@cache
def _filling() -> frozenset[str]:
    return frozenset(word for row in rows("filling.csv") for word in words_of(row))
