"""Nothing that is kept about a person is missing from what they take along."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Boolean, Integer, LargeBinary
from sqlalchemy.orm import DeclarativeBase

from tests.accounts.people import NOON, account
from tests.catalogue import catalogue
from webapp.accounts import queries, service
from webapp.accounts.models import (
    Account,
    Avatar,
    Identity,
    LoginSession,
    RealName,
    RealNameTry,
    StaffKey,
)
from webapp.assistant.models import Conversation, Turn, TurnFeedback
from webapp.columns import UtcDateTime
from webapp.extensions import db
from webapp.garage.models import Favourite, Visit

WITHHELD = {
    "login_session.token_hash": "a key, not a fact",
    "real_name.verified_number": "a keyed hash of the number, of no use to anybody",
    "real_name_try.pair": "a keyed hash",
    "staff_key.password_hash": "a key, not a fact",
    "staff_key.sealed_secret": "a key, not a fact",
    "staff_key.last_step": "of the code used last",
    "avatar.digest": "of the picture, which is there",
    "turn.ask_key": "made up by the page for one request",
    "turn.stop_asked": "how an answer ended",
    "turn.state": "how an answer ended",
    "turn.finished_at": "of the writing process",
    "turn.lease_until": "of the writing process",
    "turn.answer": "there as text",
    "turn.page": "there as an object",
    "conversation.owner": "the person",
    "conversation.updated_at": "the time of its last turn",
    "favourite.owner": "the person",
    "visit.owner": "the person",
}
KINDS: tuple[type[DeclarativeBase], ...] = (
    Account,
    Identity,
    LoginSession,
    RealName,
    RealNameTry,
    Avatar,
    StaffKey,
    Conversation,
    Turn,
    TurnFeedback,
    Favourite,
    Visit,
)


@pytest.fixture
def own(app: Flask) -> Account:
    """Somebody of whom everything there can be is kept."""
    made, car = account("o-openid"), catalogue.trim("k")
    identity = made.identities[0]
    identity.unionid, identity.nickname = "u-unionid", "别处的名字"
    made.basket, made.leaves_at = str(car.id), NOON
    owner = f"account:{made.id}"
    rows: list[Any] = [
        LoginSession(
            account_id=made.id,
            token_hash="h",
            device="鸿蒙的平板",
            address="192.0.2.x",
            provider="qq",
            created_at=NOON,
            seen_at=NOON,
            fresh_at=NOON,
            expires_at=NOON + timedelta(days=1),
        ),
        RealName(
            account_id=made.id,
            state="review",
            name_mask="张**",
            number_mask="9901*****18",
            vendor="B",
            code="code-7",
            trace="trace-7",
            consent="2026-11",
            consented_at=NOON,
            checked_at=NOON,
        ),
        RealNameTry(account_id=made.id, at=NOON, pair="p", state="mismatch"),
        StaffKey(
            account_id=made.id,
            name="login-name",
            password_hash="h",
            sealed_secret=b"s",
            last_step=1,
            made_at=NOON,
        ),
        Avatar(account_id=made.id, webp=b"RIFF-the-picture", digest="d"),
        Conversation(id="c" * 22, owner=owner, title="家用车怎么选"),
        Favourite(owner=owner, trim_id=car.id, saved_at=NOON),
        Visit(owner=owner, trim_id=car.id, seen_at=NOON, times=7),
    ]
    db.session.add_all(rows)
    db.session.flush()
    turn = Turn(conversation_id="c" * 22, question="十五万买什么", state="failed", lease_until=NOON)
    db.session.add(turn)
    db.session.flush()
    db.session.add(
        TurnFeedback(turn_id=turn.id, thumb="down", reasons="wrong", comment="第二段的数字不对")
    )
    db.session.commit()
    return made


def exported(own: Account) -> tuple[str, bytes]:
    """Everything written in the ZIP, and the picture in it."""
    asked = service.ask_export(account_id=own.id, now=NOON)
    service.build_export(export_id=asked.id, now=NOON)
    found = queries.newest_export(own.id)
    assert found is not None
    with zipfile.ZipFile(io.BytesIO(found.content or b"")) as archive:
        names = archive.namelist()
        text = "".join(archive.read(name).decode() for name in names if name.endswith(".json"))
        return text, archive.read("avatar.webp") if "avatar.webp" in names else b""


def test_an_export_has_the_own_comments_and_the_avatar(own: Account) -> None:
    text, picture = exported(own)
    assert "第二段的数字不对" in text
    assert picture == b"RIFF-the-picture"


def test_an_export_has_every_column_but_those_withheld_for_a_reason(own: Account) -> None:
    text, _ = exported(own)
    missing = []
    for kind in KINDS:
        row = db.session.query(kind).first()
        assert row is not None, kind
        for column in kind.__table__.columns:
            name = f"{kind.__table__.name}.{column.name}"
            internal = column.primary_key or column.foreign_keys or name in WITHHELD
            value = getattr(row, column.name)
            if internal or isinstance(column.type, LargeBinary) or value in (None, ""):
                continue
            if isinstance(column.type, UtcDateTime):
                value = value.isoformat()
            if isinstance(column.type, (Boolean, Integer)):
                value = str(value).lower()
            if str(value) not in text:
                missing.append(name)
    assert missing == []
