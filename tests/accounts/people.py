"""Makes people for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask
from flask.testing import FlaskClient

from webapp import clock
from webapp.accounts import service
from webapp.accounts.models import Account, RealName
from webapp.accounts.providers.base import Profile
from webapp.extensions import db

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def profile(
    openid: str = "o-1",
    *,
    provider: str = "wechat",
    app_id: str = "wx-site",
    unionid: str | None = None,
    nickname: str = "张测试",
) -> Profile:
    return Profile(provider, app_id, openid, unionid, nickname, "")


def account(openid: str = "o-1", **more: str) -> Account:
    """An account that logs in with this openid."""
    return service.create_account(profile=profile(openid, **more), now=NOON)


def verify(person: Account) -> None:
    """Their name was checked; in the caller's transaction."""
    db.session.add(
        RealName(
            account_id=person.id,
            state="verified",
            name_mask="张**",
            number_mask="9901**********0019",
            consent="2026-11",
            consented_at=clock.now(),
            checked_at=clock.now(),
        )
    )


def _browser(client: FlaskClient) -> str:
    """What Flask-Login knows the test client's browser by."""
    from flask_login.utils import _create_identifier

    with client.application.test_request_context(environ_base=client.environ_base):
        return str(_create_identifier())


def signed_in(app: Flask, person: Account) -> FlaskClient:
    """A browser in which this person has just logged in."""
    token = service.open_session(
        account_id=person.id,
        provider="wechat",
        user_agent="",
        address="",
        now=clock.now(),
    )
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = token
        session["_fresh"] = True
        session["_id"] = _browser(client)
    return client
