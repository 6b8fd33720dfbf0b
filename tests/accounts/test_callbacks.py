"""Callbacks that nobody began, and what happens while somebody reads the notice."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import update

from tests.accounts.conftest import Browser
from webapp.accounts import pending
from webapp.accounts.models import Account
from webapp.extensions import db, limiter

MakeBrowser = Callable[..., Browser]


def test_what_nobody_began_is_refused_at_once_each_time(
    browser: MakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pending, "outcome_of", pytest.fail)
    for _ in range(2):
        assert browser().get("/accounts/callback/wechat?code=x&state=y").status_code == 400


def test_only_callbacks_that_fail_count_against_an_address(
    browser: MakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser().log_in("wechat")
    monkeypatch.setattr(limiter, "enabled", True)
    # The limit is one of whole minutes, and this must not fall into two.
    started = time.time() // 60 * 60
    monkeypatch.setattr("limits.storage.memory.time", SimpleNamespace(time=lambda: started))
    person = browser()
    address = person.approve(person.start("wechat"))
    assert {person.get(address).status_code for _ in range(40)} == {303}
    refused = [
        person.get("/accounts/callback/wechat?code=x&state=y").status_code for _ in range(61)
    ]
    assert refused == [400] * 60 + [429]


def test_a_suspension_while_the_notice_is_read_holds(browser: MakeBrowser) -> None:
    waiting = browser()
    waiting.come_back("wechat")
    browser().log_in("wechat")
    db.session.execute(update(Account).values(state="suspended"))
    db.session.commit()
    answer = waiting.post("/accounts/welcome", agree="yes")
    assert answer.status_code == 403
    assert "停用" in answer.text
    assert not waiting.is_signed_in
