"""What the knowledge base can do, for `/readyz` and the console."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from webapp.extensions import db
from webapp.knowledge import service
from webapp.knowledge.labels import why_in_chinese
from webapp.registry import Answer, State


def state() -> Answer:
    """Degraded where it cannot do better than words, or finds nothing; not while it works at it."""
    try:
        held, line = service.state(), service.state_line()
    except SQLAlchemyError as error:
        name = type(error).__name__
        return Answer("down", name, f"没有应答（{name}）")
    finally:
        db.session.remove()
    if held.built < 0 and held.passages:
        nothing = "no word index yet; nothing is found"
        return Answer("degraded", nothing, f"{line}；词索引还没有建好，什么都找不到")
    done = held.embedded if held.can_embed else held.passages
    counts = f"{held.passages} passages, {held.embedded} with vectors"
    if held.mode == "hybrid":
        return Answer("ok", f"hybrid: {counts}", line, done, held.passages)
    word: State = "ok" if held.can_embed and not held.away else "degraded"
    only = f"words only, {held.why}: {counts}"
    told = f"{line}；只比较词，{why_in_chinese(held.why)}"
    return Answer(word, only, told, done, held.passages)
