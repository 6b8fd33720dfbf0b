"""What is told of documents on their way in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from webapp.knowledge.drafts import Draft


@dataclass(frozen=True)
class Rejected:
    """A document that was not taken in: where it stands in what was sent, and why."""

    line: int
    reason: str


@dataclass(frozen=True)
class Taken:
    """A document that is new or changed, with the number of its passages."""

    id: str
    title: str
    is_new: bool
    passages: int


@dataclass(frozen=True)
class Progress:
    documents: int


Report = Callable[[Rejected | Taken | Progress], None]
Read = Draft | Rejected | None
"""What a reader yields for each line of a file: None for an empty one."""


@dataclass
class Counts:
    """Documents by what became of them, and the passages written anew; in a dry run, what would
    become of them, and all passages of those that are new or changed."""

    documents: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: int = 0
    passages: int = 0
