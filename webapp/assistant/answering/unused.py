"""What of a question could not be used, in words a person would use."""

from __future__ import annotations

from functools import cache
from typing import Final

from webapp.assistant.answering.parts import QUESTION, Part, bound
from webapp.assistant.answering.task import Task
from webapp.search.understanding.tables import rows, words_of

SHOWN: Final = 4
_LEAST: Final = 2
"""A single character that was not read (次, 钱, 不, 说) says nothing to whoever wrote it."""


def not_used(task: Task) -> Part | None:
    """“孙子”、“好开”: wishes that nothing can be filtered by and words that were not read, each
    once, without what only fills a sentence; None where nothing is left."""
    found = [word.strip() for word in (*task.unsupported, *task.unread)]
    told = [word for word in dict.fromkeys(found) if len(word) >= _LEAST and not _fills(word)]
    if not told:
        return None
    return bound("、".join(f"“{word}”" for word in told[:SHOWN]), QUESTION)


def _fills(word: str) -> bool:
    return word.lower() in _filling()


@cache
def _filling() -> frozenset[str]:
    return frozenset(word for row in rows("filling.csv") for word in words_of(row))
