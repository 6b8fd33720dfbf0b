"""A question becomes a turn of a conversation."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError

from webapp.assistant import frames, queries, stored
from webapp.assistant.events import PageContext
from webapp.assistant.models import Conversation, Turn, TurnFrame
from webapp.assistant.service.telling import LEASE_SECONDS, end_dead_turn
from webapp.errors import BadInput, Conflict, NotFound
from webapp.extensions import db
from webapp.transactions import transaction

TITLE_LENGTH: Final = 40


class Busy(Conflict):
    title = "上一个问题还在回答"
    message = "请等它答完，或先停止它，再问下一个。"


@dataclass(frozen=True)
class Ask:
    """One question to a new conversation, or to the one named.

    It follows on `reply_to`, else on the newest turn. `edit` is the turn whose question this
    one replaces; `again` the turn whose question is to be answered anew (`text` is not read).
    Both are asked from the page of the turn they replace, wherever the visitor is by now.
    The same `key` again, of the same owner, means the same turn.
    """

    text: str
    conversation: str | None = None
    reply_to: int | None = None
    edit: int | None = None
    again: int | None = None
    key: str | None = None
    page: PageContext | None = None


@dataclass(frozen=True)
class Started:
    """`first` is the turn's first frame where it was made just now, and somebody has to write the
    rest of its answer; else None."""

    conversation_id: str
    turn_id: int
    first: str | None


def start_turn(*, owner: str, ask: Ask, now: datetime) -> Started:
    """Store the question as a running turn with its first frame. Safe to repeat by `key`.

    Raises NotFound for a conversation or turn that is not this owner's, Busy while another
    answer of the conversation is being written, BadInput for an empty question.
    """
    key = ask.key and hashlib.sha256(f"{owner}\n{ask.key}".encode()).hexdigest()
    if key and (known := queries.turn_key_used(key)):
        return Started(known.conversation_id, known.id, None)
    try:
        with transaction():
            return _start(owner, ask, key, now)
    except IntegrityError:
        # Another tab was first: with this very question, or with one that is being answered.
        if key and (known := queries.turn_key_used(key)):
            return Started(known.conversation_id, known.id, None)
        raise Busy from None


def _start(owner: str, ask: Ask, key: str | None, now: datetime) -> Started:
    conversation, parent_id = _place(owner, ask, now)
    if ask.again is not None or ask.edit is not None:
        ask = _asked_again(conversation.id, ask)
    if not ask.text:
        raise BadInput("请先写下问题。")
    turn = Turn(
        conversation_id=conversation.id,
        parent_id=parent_id,
        question=ask.text,
        page=stored.dump_page(ask.page),
        ask_key=key,
        lease_until=now + timedelta(seconds=LEASE_SECONDS),
        created_at=now,
    )
    conversation.title = conversation.title or _title(ask.text)
    conversation.updated_at = now
    db.session.add(turn)
    db.session.flush()
    first = frames.status(conversation.id, turn.id, 1, frames.READING)
    db.session.add(TurnFrame(turn_id=turn.id, seq=1, body=first))
    return Started(conversation.id, turn.id, first)


def _place(owner: str, ask: Ask, now: datetime) -> tuple[Conversation, int | None]:
    """The conversation, and the turn that the new one follows."""
    if ask.conversation is None:
        made = Conversation(
            id=secrets.token_urlsafe(16), owner=owner, title="", created_at=now, updated_at=now
        )
        db.session.add(made)
        db.session.flush()
        return made, None
    conversation = queries.conversation_of(ask.conversation, owner)
    if conversation is None:
        raise NotFound("没有这个对话，或者它不属于你。", title="没有找到这个对话")
    newest = queries.turn_in(conversation.id, None)
    if newest is not None and newest.running and not end_dead_turn(turn_id=newest.id, now=now):
        raise Busy
    replaced = ask.edit if ask.edit is not None else ask.again
    if replaced is not None:
        return conversation, _turn(conversation.id, replaced).parent_id
    if ask.reply_to is not None:
        return conversation, _turn(conversation.id, ask.reply_to).id
    return conversation, newest.id if newest else None


def _asked_again(conversation_id: str, ask: Ask) -> Ask:
    former = _turn(conversation_id, ask.edit if ask.edit is not None else ask.again)
    text = ask.text if ask.edit is not None else former.question
    return replace(ask, text=text, page=stored.load_page(former.page))


def _turn(conversation_id: str, turn_id: int | None) -> Turn:
    turn = queries.turn_in(conversation_id, turn_id)
    if turn is None:
        raise NotFound("这个对话里没有这一问。", title="没有找到这一问")
    return turn


def _title(question: str) -> str:
    return question if len(question) <= TITLE_LENGTH else question[: TITLE_LENGTH - 1] + "…"
