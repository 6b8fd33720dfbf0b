"""What the first answer of a process would have to wait for, made ahead of it."""

from __future__ import annotations

from typing import Final

from webapp.assistant.dialogue.holding import turn_of
from webapp.assistant.events import Question
from webapp.extensions import db
from webapp.knowledge.service import retrieve

EXAMPLE: Final = "冬天纯电车续航会短多少"


def warm_up() -> bool:
    """Compile what questions are read with, open the indexes and load the embedder: half a second
    of work, of which others wait for the compiling. True, for there is always something."""
    turn_of(Question(EXAMPLE))
    retrieve(EXAMPLE)
    db.session.remove()
    return True
