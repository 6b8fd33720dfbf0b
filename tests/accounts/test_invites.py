"""`accounts invite`: an address that lets staff in where no provider is there to ask."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.accounts.people import account, signed_in
from tests.clocks import StoppedClock
from webapp import clock as product_clock
from webapp.accounts import service
from webapp.accounts.models import Account, LoginSession, StaffInvite
from webapp.audit import AuditEntry
from webapp.extensions import db


def invite(app: Flask, *arguments: str) -> str:
    """The path of the address that the command prints."""
    result = app.test_cli_runner().invoke(args=["accounts", "invite", *arguments])
    assert result.exit_code == 0, result.output
    address = result.stdout.strip().splitlines()[-1]
    assert address.startswith("http://127.0.0.1:8000/accounts/invite?token=")
    return address.removeprefix("http://127.0.0.1:8000")


def refused(app: Flask, *arguments: str) -> str:
    result = app.test_cli_runner().invoke(args=["accounts", "invite", *arguments])
    assert result.exit_code == 1
    return result.output


def accept(client: FlaskClient, path: str, nickname: str = "站长") -> int:
    return send(client, path, nickname).status_code


def send(client: FlaskClient, path: str, nickname: str = "站长") -> TestResponse:
    """What the button of the page at this address sends."""
    path, _, token = path.partition("?token=")
    return client.post(path, data={"nickname": nickname, "token": token})


def test_an_admin_comes_in_without_any_provider(app: Flask) -> None:
    client, path = app.test_client(), invite(app, "--role", "admin")
    assert "管理员" in client.get(path).text
    assert client.get("/console/").status_code == 303
    answer = send(client, path)
    assert answer.location == "/accounts/staff-key"
    assert client.get(answer.location).status_code == 200
    assert client.get("/console/").status_code == 200
    made = db.session.scalars(select(Account)).one()
    assert (made.nickname, made.role) == ("站长", "admin")
    assert made.notice == service.NOTICE
    assert "邀请地址" in client.get("/accounts/").text


def test_looking_at_an_invitation_does_not_use_it_up(app: Flask) -> None:
    client, path = app.test_client(), invite(app, "--role", "editor")
    assert [client.get(path).status_code for _ in range(2)] == [200, 200]
    assert accept(client, path) == 303


def test_a_used_address_says_so_and_what_to_do_and_lets_nobody_in(app: Flask) -> None:
    path = invite(app, "--role", "admin")
    assert accept(app.test_client(), path) == 303
    other = app.test_client()
    for answer in (other.get(path), send(other, path)):
        assert answer.status_code == 410
        assert "已经用过" in answer.text
        assert "scripts/manage accounts invite" in answer.text
    assert other.get("/console/").status_code == 303
    assert len(db.session.scalars(select(Account)).all()) == 1


def test_an_address_ends_after_fifteen_minutes(app: Flask, clock: StoppedClock) -> None:
    path = invite(app, "--role", "admin")
    clock.forward(minutes=14, seconds=59)
    assert app.test_client().get(path).status_code == 200
    clock.forward(seconds=1)
    answer = send(app.test_client(), path)
    assert answer.status_code == 410
    assert "过期" in answer.text


def test_an_address_that_never_was_is_told_to_be_incomplete(app: Flask) -> None:
    path = invite(app, "--role", "admin")
    answer = app.test_client().get(path[:-3])
    assert answer.status_code == 410
    assert "没有复制完整" in answer.text


def test_a_name_is_needed_and_its_lack_uses_nothing_up(app: Flask) -> None:
    client, path = app.test_client(), invite(app, "--role", "admin")
    assert accept(client, path, nickname=" \u200b ") == 422
    assert accept(client, path) == 303


def test_an_account_there_is_is_signed_in_and_keeps_its_role(app: Flask) -> None:
    own = account()
    own.role = "editor"
    db.session.commit()
    client = app.test_client()
    assert accept(client, invite(app, "--account", "张测试"), nickname="") == 303
    assert client.get("/console/").status_code == 200
    db.session.expire_all()
    assert (own.role, own.nickname) == ("editor", "张测试")


def test_a_visitor_becomes_staff_when_the_address_is_used_and_not_before(app: Flask) -> None:
    own = account()
    path = invite(app, "--account", f"#{own.id}", "--role", "operator")
    db.session.expire_all()
    assert own.role is None
    assert accept(app.test_client(), path) == 303
    db.session.expire_all()
    assert own.role == "operator"


def test_whoever_was_signed_in_before_is_signed_out(app: Flask) -> None:
    visitor = account()
    client = signed_in(app, visitor)
    assert accept(client, invite(app, "--role", "admin")) == 303
    assert "站长" in client.get("/accounts/").text
    owners = db.session.scalars(select(LoginSession.account_id)).all()
    assert visitor.id not in owners


def test_what_cannot_be_invited_is_named(app: Flask) -> None:
    own = account()
    assert "--role" in refused(app)
    assert "--role" in refused(app, "--account", "张测试")
    assert "没有人" in refused(app, "--account", "没有人", "--role", "admin")
    own.state = "suspended"
    db.session.commit()
    assert "suspended" in refused(app, "--account", "张测试", "--role", "admin")
    assert db.session.scalars(select(StaffInvite)).all() == []


def test_making_and_using_are_in_the_audit_log_and_the_token_is_nowhere(
    app: Flask, capfd: pytest.CaptureFixture[str]
) -> None:
    path = invite(app, "--role", "admin")
    capfd.readouterr()
    assert app.test_client().get(path).status_code == 200
    assert accept(app.test_client(), path) == 303
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(e.action, e.role, e.after) for e in entries] == [
        ("invite staff", "cli", '"admin"'),
        ("accept invitation", "admin", '"admin"'),
    ]
    token = path.rpartition("=")[2]
    kept = db.session.scalars(select(StaffInvite)).one()
    assert token not in str(vars(kept)) + str([vars(entry) for entry in entries])
    assert token not in "".join(capfd.readouterr())


def test_old_invitations_are_swept(app: Flask, clock: StoppedClock) -> None:
    invite(app, "--role", "admin")
    service.sweep_invites(now=product_clock.now() + timedelta(days=29))
    assert db.session.scalars(select(StaffInvite)).all() != []
    service.sweep_invites(now=product_clock.now() + timedelta(days=31))
    assert db.session.scalars(select(StaffInvite)).all() == []
