"""`accounts staff`: roles given from the command line."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from tests.accounts.people import NOON, account
from webapp.accounts import queries, service
from webapp.audit import AuditEntry
from webapp.extensions import db


def staff(app: Flask, name: str, role: str) -> str:
    result = app.test_cli_runner().invoke(args=["accounts", "staff", name, "--role", role])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def recorded() -> list[tuple[str | None, str | None]]:
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.before, entry.after) for entry in entries]


def test_a_role_is_given_and_taken_with_a_line_each_in_the_audit_log(app: Flask) -> None:
    own = account()
    assert staff(app, "张测试", "editor") == f"#{own.id} 张测试: editor"
    assert staff(app, f"#{own.id}", "none") == f"#{own.id} 张测试: no role"
    assert recorded() == [(None, '"editor"'), ('"editor"', None)]


def test_the_role_an_account_has_already_is_no_change_and_is_said_to_be_none(app: Flask) -> None:
    own = account()
    said = f"#{own.id} 张测试: no role as before, nothing changed"
    service.open_session(account_id=own.id, provider="wechat", user_agent="", address="", now=NOON)
    assert staff(app, "张测试", "none") == said
    assert len(queries.sessions_of(own.id, NOON)) == 1
    staff(app, "张测试", "editor")
    assert staff(app, "张测试", "editor").endswith("editor as before, nothing changed")
    assert recorded() == [(None, '"editor"')]


def test_an_account_that_is_not_there_is_named(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["accounts", "staff", "没有人", "--role", "admin"])
    assert result.exit_code == 1
    assert "没有人" in result.output
    assert recorded() == []
