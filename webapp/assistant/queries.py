"""Reads of conversations, named for the question they answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, true

from webapp.assistant import stored
from webapp.assistant.events import PastTurn
from webapp.assistant.models import Conversation, Turn, TurnFeedback, TurnFrame
from webapp.extensions import db


@dataclass(frozen=True)
class Version:
    """A turn on the path that is shown, and its place among those with the same parent."""

    turn: Turn
    siblings: tuple[int, ...]
    """Ids of all versions of this question, this one among them, oldest first."""
    following: tuple[int, ...]
    """How many turns follow on each of them, on its newest branch."""
    moved: bool
    """It was asked from a page, and the question before it from another one or from none."""


def conversation_of(conversation_id: str, owner: str) -> Conversation | None:
    """The conversation if it is this owner's: nobody else learns that it exists."""
    found = db.session.get(Conversation, conversation_id)
    return found if found is not None and found.owner == owner else None


def conversations_of(owner: str, limit: int = 100) -> Sequence[Conversation]:
    """Newest first."""
    return db.session.scalars(
        select(Conversation)
        .where(Conversation.owner == owner)
        .order_by(Conversation.updated_at.desc(), Conversation.id)
        .limit(limit)
    ).all()


def turns_of(conversation_id: str) -> Sequence[Turn]:
    """All turns of all branches, oldest first."""
    return db.session.scalars(
        select(Turn).where(Turn.conversation_id == conversation_id).order_by(Turn.id)
    ).all()


def turn_in(conversation_id: str, turn_id: int | None) -> Turn | None:
    """This turn if it belongs to the conversation; the newest where none is named."""
    wanted = select(Turn).where(Turn.conversation_id == conversation_id)
    if turn_id is not None:
        wanted = wanted.where(Turn.id == turn_id)
    return db.session.scalar(wanted.order_by(Turn.id.desc()).limit(1))


def turn_by_id(turn_id: int) -> Turn | None:
    """The turn as it is now; who may see it was decided before."""
    return db.session.get(Turn, turn_id, populate_existing=True)


def version_of(turn: Turn) -> Version:
    """The turn among the versions of its question."""
    path = path_to(turns_of(turn.conversation_id), turn.id)
    return next(version for version in path if version.turn.id == turn.id)


def newest_turns(conversation_ids: Sequence[str]) -> dict[str, int]:
    """The newest turn of each of these conversations that has one."""
    rows = db.session.execute(
        select(Turn.conversation_id, func.max(Turn.id))
        .where(Turn.conversation_id.in_(conversation_ids))
        .group_by(Turn.conversation_id)
    )
    return dict(rows.all())


def turns_since(conversation_id: str, turn_id: int | None) -> tuple[int, ...] | None:
    """What follows on this turn up to the newest one, oldest first; from the first where it is
    None. None where the newest is on another branch."""
    path = [version.turn.id for version in path_to(turns_of(conversation_id), None)]
    if turn_id is None:
        return tuple(path)
    return tuple(path[path.index(turn_id) + 1 :]) if turn_id in path else None


def path_to(turns: Sequence[Turn], turn_id: int | None) -> list[Version]:
    """The branch through `turn_id` (the newest turn's where it is None or unknown), first
    question first, followed to its newest end. `turns` oldest first."""
    if not turns:
        return []
    by_id = {turn.id: turn for turn in turns}
    children: dict[int | None, list[Turn]] = {}
    for turn in turns:
        children.setdefault(turn.parent_id, []).append(turn)
    here = by_id.get(turn_id or 0, turns[-1])
    path = [*[here, *_ancestors(by_id, here)][::-1], *_newest_branch(children, here)]
    pages = [None, *(turn.page for turn in path)]
    return [
        Version(
            turn,
            tuple(version.id for version in children[turn.parent_id]),
            tuple(len(_newest_branch(children, v)) for v in children[turn.parent_id]),
            moved=turn.page not in (None, page_before),
        )
        for turn, page_before in zip(path, pages, strict=False)
    ]


def past_turns(turn: Turn, limit: int) -> tuple[PastTurn, ...]:
    """What was asked and answered before this turn on its own branch, oldest first; the last
    `limit` of those that have an answer."""
    by_id = {other.id: other for other in turns_of(turn.conversation_id)}
    answered = [past for past in _ancestors(by_id, turn) if past.answer]
    return tuple(_past(past) for past in answered[:limit][::-1])


def frames_after(turn_id: int, seq: int) -> list[tuple[int, str]]:
    """(seq, frame) of what was stored after `seq`, in order."""
    rows = db.session.execute(
        select(TurnFrame.seq, TurnFrame.body)
        .where(TurnFrame.turn_id == turn_id, TurnFrame.seq > seq)
        .order_by(TurnFrame.seq)
    )
    return [(number, body) for number, body in rows]


def feedback_on(turn_ids: Sequence[int]) -> dict[int, TurnFeedback]:
    rows = db.session.scalars(select(TurnFeedback).where(TurnFeedback.turn_id.in_(turn_ids)))
    return {row.turn_id: row for row in rows}


def stops_asked(turn_ids: Sequence[int]) -> set[int]:
    """Which of these turns somebody wants stopped, or are over or deleted already."""
    wanted = db.session.scalars(
        select(Turn.id).where(
            Turn.id.in_(turn_ids), Turn.stop_asked.is_(False), Turn.state == "running"
        )
    )
    return set(turn_ids).difference(wanted)


def turn_key_used(ask_key: str) -> Turn | None:
    return db.session.scalar(select(Turn).where(Turn.ask_key == ask_key))


def thumbs_since(since: datetime) -> dict[str, int]:
    """How many answers have been rated up and down since then."""
    rows = db.session.execute(
        select(TurnFeedback.thumb, func.count())
        .where(TurnFeedback.created_at >= since)
        .group_by(TurnFeedback.thumb)
    )
    return {row[0]: row[1] for row in rows}


def rated_turns(since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Every rated answer with its question and history, as evaluation material: nothing in it
    says who asked."""
    rows = db.session.execute(
        select(Turn, TurnFeedback)
        .join(TurnFeedback, TurnFeedback.turn_id == Turn.id)
        .order_by(TurnFeedback.created_at)
        .where(true() if since is None else TurnFeedback.created_at >= since)
    )
    for turn, feedback in rows:
        answer = json.loads(turn.answer) if turn.answer else None
        yield {
            "id": turn.id,
            "q": turn.question,
            "history": [past.question for past in past_turns(turn, limit=10)],
            "page": json.loads(turn.page) if turn.page else None,
            "answer": stored.load(turn.answer).text if turn.answer else "",
            "intent": answer and answer["intent"],
            "writer": answer and answer.get("writer", "model"),
            "citations": answer["citations"] if answer else [],
            "withheld": answer.get("withheld", []) if answer else [],
            "thumb": feedback.thumb,
            "reasons": feedback.reasons.split(),
            "comment": feedback.comment,
            "at": feedback.created_at.isoformat(),
        }


def exported(owner: str) -> list[dict[str, Any]]:
    """Every conversation of this owner with all that was asked, answered and thought of the
    answers, for themselves."""
    thoughts = _feedback_of(owner)
    return [
        {
            "title": conversation.title,
            "created_at": conversation.created_at.isoformat(),
            "turns": [
                {
                    "at": turn.created_at.isoformat(),
                    "question": turn.question,
                    "page": json.loads(turn.page) if turn.page else None,
                    "answer": answer.text if answer else "",
                    "understood": json.loads(turn.situation) if turn.situation else None,
                    "ai_generated": answer is not None and answer.writer == "model",
                    "feedback": thoughts.get(turn.id),
                }
                for turn in turns_of(conversation.id)
                for answer in (stored.load(turn.answer) if turn.answer else None,)
            ],
        }
        for conversation in conversations_of(owner, limit=100_000)
    ]


def _feedback_of(owner: str) -> dict[int, dict[str, Any]]:
    """By turn."""
    rows = db.session.scalars(
        select(TurnFeedback)
        .join(Turn, TurnFeedback.turn_id == Turn.id)
        .join(Conversation, Turn.conversation_id == Conversation.id)
        .where(Conversation.owner == owner)
    )
    return {
        row.turn_id: {
            "thumb": row.thumb,
            "reasons": row.reasons.split(),
            "comment": row.comment,
            "at": row.created_at.isoformat(),
        }
        for row in rows
    }


def _newest_branch(children: dict[int | None, list[Turn]], turn: Turn) -> list[Turn]:
    """What follows on a turn where the newest version is taken each time."""
    found = []
    while turn.id in children:
        turn = children[turn.id][-1]
        found.append(turn)
    return found


def _ancestors(by_id: dict[int, Turn], turn: Turn) -> Iterator[Turn]:
    while turn.parent_id is not None:
        turn = by_id[turn.parent_id]
        yield turn


def _past(turn: Turn) -> PastTurn:
    answer = stored.load(turn.answer or "")
    return PastTurn(
        question=turn.question,
        intent=answer.intent,
        conditions=answer.conditions,
        sort=answer.sort,
        trims=answer.trims,
        answer=answer.text,
        page=stored.load_page(turn.page),
        situation=turn.situation,
    )
