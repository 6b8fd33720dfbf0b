"""Whether words can be looked for, for `/readyz` and the console."""

from __future__ import annotations

from webapp.backends.search.port import SearchError
from webapp.registry import Answer
from webapp.search.engine import engine


def state() -> Answer:
    try:
        held = engine().state()
    except SearchError as error:
        name = type(error).__name__
        return "down", f"{name}; words are looked for in names only", f"{name}，只按名称找"
    return "ok", f"{held.documents} documents", f"{held.documents} 款车型"
