"""What staff may do to an account: by their role, by its role, by the act."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.accounts.people import NOON, account, signed_in
from webapp.accounts import service as people
from webapp.accounts.models import ROLES, Account, Erasure, LoginSession
from webapp.accounts.roles import MAY_ACT_ON, may_act
from webapp.audit import Actor
from webapp.clock import now
from webapp.console import service
from webapp.errors import Forbidden
from webapp.extensions import db

EVERYBODY = (None, *ROLES)
ALLOWED = {
    ("admin", "set role", None),
    ("admin", "set role", "editor"),
    ("admin", "set role", "moderator"),
    ("admin", "set role", "operator"),
    ("admin", "set role", "admin"),
    ("admin", "end sessions", None),
    ("admin", "end sessions", "editor"),
    ("admin", "end sessions", "moderator"),
    ("admin", "end sessions", "operator"),
    ("admin", "end sessions", "admin"),
    ("admin", "suspend", None),
    ("admin", "restore", None),
    ("moderator", "end sessions", None),
    ("moderator", "suspend", None),
    ("moderator", "restore", None),
}


def test_the_table_allows_this_and_nothing_else() -> None:
    allowed = {
        (role, act, target)
        for role, act, target in product(EVERYBODY, MAY_ACT_ON, EVERYBODY)
        if may_act(role, act, target)
    }
    assert allowed == ALLOWED


@pytest.fixture
def everybody(app: Flask) -> dict[str | None, int]:
    """Account ids by role, each with one session."""
    found = {}
    for role in EVERYBODY:
        person = account(f"o-{role}")
        person.role = role
        found[role] = person.id
    db.session.commit()
    return found


def reset(everybody: dict[str | None, int]) -> None:
    for role, number in everybody.items():
        values = {"role": role, "state": "active"}
        db.session.execute(update(Account).where(Account.id == number).values(values))
        db.session.add(
            LoginSession(
                account_id=number,
                token_hash=f"{role}-{now()}",
                device="",
                address="",
                provider="wechat",
                created_at=NOON,
                seen_at=NOON,
                fresh_at=NOON,
                expires_at=NOON,
            )
        )
    db.session.commit()


def acts(act: str, actor: Actor, target: int) -> None:
    if act == "set role":
        service.set_role(actor=actor, account_id=target, role="operator")
    elif act == "end sessions":
        service.end_sessions(actor=actor, account_id=target)
    else:
        service.suspend(actor=actor, account_id=target, suspended=act == "suspend")


def test_what_the_table_forbids_is_refused_and_changes_nothing(
    everybody: dict[str | None, int],
) -> None:
    for role, act, target in product(ROLES, MAY_ACT_ON, EVERYBODY):
        reset(everybody)
        # Not the actor's own account, which has rules of its own.
        actor = Actor(9_999, role)
        before = state(everybody[target])
        if (role, act, target) in ALLOWED:
            acts(act, actor, everybody[target])
        else:
            with pytest.raises(Forbidden):
                acts(act, actor, everybody[target])
            db.session.rollback()
            assert state(everybody[target]) == before, (role, act, target)


def state(number: int) -> tuple[str | None, str, int]:
    row = db.session.get_one(Account, number, populate_existing=True)
    sessions = db.session.scalars(select(LoginSession).filter_by(account_id=number)).all()
    return row.role, row.state, len(sessions)


def test_a_moderator_cannot_end_the_sessions_of_an_admin_over_the_page(app: Flask) -> None:
    boss, own = account("o-boss"), account("o-mod")
    boss.role, own.role = "admin", "moderator"
    db.session.commit()
    theirs, moderator = signed_in(app, boss), signed_in(app, own)
    answer = moderator.post(f"/console/accounts/{boss.id}/end-sessions")
    assert answer.status_code == 403
    assert "请管理员来处理" in answer.text
    assert theirs.get("/console/").status_code == 200
    assert (
        f"/console/accounts/{boss.id}/end-sessions" not in moderator.get("/console/accounts").text
    )


def test_a_role_is_given_only_by_who_has_just_logged_in(app: Flask) -> None:
    own, other = account("o-admin"), account("o-2")
    own.role = "admin"
    db.session.commit()
    client = signed_in(app, own)
    db.session.execute(update(LoginSession).values(fresh_at=now() - timedelta(hours=1)))
    db.session.commit()
    answer = client.post(f"/console/accounts/{other.id}/role", data={"role": "editor"})
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/accounts/login")
    db.session.expire_all()
    assert db.session.get_one(Account, other.id).role is None
    assert client.get("/console/accounts").status_code == 200


def test_a_deletion_goes_on_while_the_account_is_suspended(app: Flask) -> None:
    own, moderator = account(), Actor(9_999, "moderator")
    number = own.id
    people.ask_to_leave(account=own, now=NOON)
    service.suspend(actor=moderator, account_id=number, suspended=True)
    service.suspend(actor=moderator, account_id=number, suspended=False)
    assert (own.state, own.leaves_at) == ("leaving", NOON + people.REFLECTION)
    service.suspend(actor=moderator, account_id=number, suspended=True)
    assert people.erase_due(now=NOON + timedelta(days=6)) == 0
    assert people.erase_due(now=NOON + timedelta(days=7)) == 1
    assert db.session.get(Account, number) is None
    (row,) = db.session.scalars(select(Erasure)).all()
    assert row.asked_at == NOON
