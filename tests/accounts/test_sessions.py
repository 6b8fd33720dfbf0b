"""Sessions can be ended, expire, and reveal nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.accounts.conftest import Browser
from tests.accounts.people import NOON, account
from webapp.accounts import queries, service
from webapp.accounts.models import Account, LoginSession
from webapp.accounts.service.sessions import ABSOLUTE, IDLE, device_name, network_of
from webapp.accounts.views.login import PER_ACCOUNT
from webapp.extensions import db, limiter

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/150.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) MicroMessenger/8.0.50"


def opened(account_id: int) -> str:
    return service.open_session(
        account_id=account_id, provider="wechat", user_agent=CHROME, address="203.0.113.9", now=NOON
    )


def test_a_session_is_found_by_its_token_alone(app: Flask) -> None:
    own = account()
    token = opened(own.id)
    found = service.use_session(token=token, now=NOON)
    assert found is not None
    assert found.account.id == own.id
    assert service.use_session(token=token[:-1], now=NOON) is None


def test_the_table_holds_neither_the_token_nor_the_whole_address(app: Flask) -> None:
    token = opened(account().id)
    row = db.session.scalar(select(LoginSession))
    assert row is not None
    assert token not in {str(value) for value in vars(row).values()}
    assert row.address == "203.0.113.*"
    assert row.device == "Chrome · Windows"


def test_a_session_ends_when_it_is_not_used(app: Flask) -> None:
    token = opened(account().id)
    assert service.use_session(token=token, now=NOON + IDLE - timedelta(hours=1)) is not None
    assert service.use_session(token=token, now=NOON + IDLE + timedelta(hours=1)) is not None
    later = NOON + 3 * IDLE
    assert service.use_session(token=token, now=later) is None


def test_a_session_in_daily_use_ends_all_the_same(app: Flask) -> None:
    token = opened(account().id)
    for day in range(ABSOLUTE.days):
        assert service.use_session(token=token, now=NOON + timedelta(days=day)) is not None
    assert service.use_session(token=token, now=NOON + ABSOLUTE + timedelta(minutes=1)) is None


def test_one_device_can_be_ended_and_only_by_its_owner(app: Flask) -> None:
    own, other = account("o-1"), account("o-2")
    first, second = opened(own.id), opened(own.id)
    row = queries.sessions_of(own.id, NOON)[0]
    assert not service.close_session(account_id=other.id, session_id=row.id)
    assert service.close_session(account_id=own.id, session_id=row.id)
    alive = [service.use_session(token=token, now=NOON) for token in (first, second)]
    assert sum(found is not None for found in alive) == 1


def test_all_devices_can_be_ended_at_once(app: Flask) -> None:
    own = account()
    tokens = [opened(own.id) for _ in range(3)]
    assert service.close_all_sessions(account_id=own.id) == 3
    assert [service.use_session(token=token, now=NOON) for token in tokens] == [None] * 3


def test_a_suspended_account_is_out_at_once(app: Flask) -> None:
    own = account()
    token = opened(own.id)
    own.state = "suspended"
    db.session.commit()
    assert service.use_session(token=token, now=NOON) is None


def test_expired_sessions_are_swept(app: Flask) -> None:
    opened(account().id)
    assert service.sweep_sessions(now=NOON) == 0
    assert service.sweep_sessions(now=NOON + IDLE) == 1


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [(CHROME, "Chrome · Windows"), (WECHAT, "微信 · iPhone"), ("curl/8", "浏览器"), ("", "浏览器")],
)
def test_a_device_is_named_as_its_owner_knows_it(user_agent: str, device: str) -> None:
    assert device_name(user_agent) == device


@pytest.mark.parametrize(
    ("address", "network"),
    [("203.0.113.77", "203.0.113.*"), ("2001:db8:1:2::3", "2001:db8:1::*"), ("unknown", "")],
)
def test_an_address_is_kept_without_its_last_part(address: str, network: str) -> None:
    assert network_of(address) == network


def test_an_account_that_logs_in_too_often_has_to_wait(browser: Callable[..., Browser]) -> None:
    first = browser()
    first.log_in("qq")
    account_id = str(db.session.scalars(select(Account.id)).one())
    while limiter.limiter.hit(PER_ACCOUNT, account_id):
        pass
    again = browser()
    answer = again.come_back("qq")
    assert answer.status_code == 429
    assert "登录太频繁" in answer.text
    assert not again.is_signed_in
    assert first.is_signed_in
    assert browser().come_back("wechat").location == "/accounts/welcome"
