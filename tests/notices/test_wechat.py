"""Messages of the service account to the stand-in of WeChat, with its faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from scripts.sandbox.frame import rules_of
from scripts.sandbox.together import Providers
from scripts.sandbox.wechat import WeChat
from scripts.sandbox.wechat.faults import OF_ACCOUNT
from scripts.sandbox.wechat.state import openid
from tests.accounts.people import NOON, account
from tests.clocks import StoppedClock
from tests.notices.conftest import deliveries, settle
from webapp.accounts.models import Account
from webapp.notices import kinds, service
from webapp.notices.channels import wechat as channel

Tell = Callable[..., bool]
MINUTE = timedelta(minutes=1)
SERVICE = "wxsandbox00service"


@pytest.fixture
def wx(app: Flask, providers: Providers, redis_url: str, clock: StoppedClock) -> WeChat:
    """The stand-in, which the application sends its messages to."""
    channel._client.cache_clear()
    defaults = {
        "WECHAT_MP_NOTICE_FIELDS": "thing1,thing2,time3",
        "WECHAT_MP_NOTICE_BY": "subscribe",
    }
    app.config |= providers.settings() | defaults | {"SMTP_URL": None}
    return providers.wechat


@pytest.fixture
def order(person: Account, wx: WeChat, tell: Tell) -> Callable[..., Any]:
    """`notify` of an order to somebody who came by the service account, and send it."""
    follower = account(openid("zhang", SERVICE), app_id=SERVICE)

    def told(event: str = "1", **more: object) -> Any:
        words = {
            "account_id": follower.id,
            "kind": "order",
            "title": "订金已付：银河",
            "event": event,
        }
        tell(**(words | {"subject": f"order-{event}"} | more))
        return service.send_due(now=NOON)

    return told


def fault(wx: WeChat, name: str) -> None:
    wx.faults.add(*rules_of(OF_ACCOUNT, name))


def calls(wx: WeChat) -> list[str]:
    named = ("account_token", "bizsend", "template_send")
    return [entry.endpoint for entry in wx.log.entries() if entry.endpoint in named]


@pytest.mark.parametrize("by", ["subscribe", "template"])
def test_a_follower_gets_a_message_that_fits_the_template(
    app: Flask, order: Callable[..., Any], wx: WeChat, by: str
) -> None:
    app.config["WECHAT_MP_NOTICE_BY"] = by
    order(title="订金已付：" + "很长的车名" * 9)
    (sent,) = wx.account.sent
    assert sent["touser"] == openid("zhang", SERVICE)
    assert len(sent["data"]["thing1"]["value"]) == 20
    assert sent["data"]["thing2"]["value"] == "订单"
    assert sent["data"]["time3"]["value"] == "2026-11-25 12:00"
    assert "http://127.0.0.1:8000/notices/1" in json.dumps(sent)
    assert deliveries() == [("wechat", "sent", "")]


def test_the_token_is_asked_for_once_and_kept(order: Callable[..., Any], wx: WeChat) -> None:
    order("1")
    order("2")
    assert calls(wx) == ["account_token", "bizsend", "bizsend"]


def test_a_token_that_was_replaced_elsewhere_is_renewed_once(
    order: Callable[..., Any], wx: WeChat
) -> None:
    order("1")
    wx.account.renew()
    order("2")
    assert calls(wx)[2:] == ["bizsend", "account_token", "bizsend"]
    assert len(wx.account.sent) == 2


def test_a_token_that_is_never_taken_is_renewed_once_and_tried_later(
    order: Callable[..., Any], wx: WeChat
) -> None:
    fault(wx, "account-token")
    order()
    assert calls(wx) == ["account_token", "bizsend", "account_token", "bizsend"]
    assert deliveries() == [("wechat", "waiting", "token")]
    wx.faults.clear()
    service.send_due(now=NOON + MINUTE)
    assert deliveries() == [("wechat", "sent", "")]


def test_without_quota_all_wait_for_the_next_day(order: Callable[..., Any], wx: WeChat) -> None:
    fault(wx, "account-quota")
    order()
    wx.faults.clear()
    service.send_due(now=NOON + timedelta(hours=11))
    assert deliveries() == [("wechat", "waiting", "quota")]
    service.send_due(now=NOON + timedelta(hours=13))
    assert deliveries() == [("wechat", "sent", "")]


@pytest.mark.parametrize(
    ("name", "reason"), [("not-following", "follower"), ("not-agreed", "consent")]
)
def test_who_does_not_want_it_is_not_asked_again(
    order: Callable[..., Any], wx: WeChat, name: str, reason: str
) -> None:
    fault(wx, name)
    order()
    assert deliveries() == [("wechat", "given_up", reason)]


@pytest.mark.parametrize("name", ["message-500", "message-html", "message-drop"])
def test_a_broken_answer_is_an_outage(order: Callable[..., Any], wx: WeChat, name: str) -> None:
    fault(wx, name)
    order("1")
    order("2")
    assert sorted(deliveries()) == [("wechat", "waiting", ""), ("wechat", "waiting", "away")]
    wx.faults.clear()
    service.send_due(now=NOON + MINUTE)
    assert deliveries() == [("wechat", "sent", "")] * 2


def test_a_wrong_template_waits_for_the_operator(
    app: Flask, order: Callable[..., Any], wx: WeChat
) -> None:
    app.config["WECHAT_MP_NOTICE_TEMPLATE"] = "another"
    order()
    assert deliveries() == [("wechat", "waiting", "template")]


def test_who_never_came_by_the_service_account_gets_none(
    tell: Tell, person: Account, wx: WeChat
) -> None:
    tell(kind="order")
    assert deliveries() == []


def test_beyond_the_most_of_a_day_wechat_says_nothing_more(
    order: Callable[..., Any], tell: Tell, app: Flask, wx: WeChat
) -> None:
    kinds.register(app, kinds.Kind("talk", "讨论", "", ("wechat",)))
    follower = account(openid("zhang", SERVICE), app_id=SERVICE)
    settle(follower, most_a_day=1)
    order("1", kind="talk")
    order("2", kind="talk")
    assert deliveries() == [("wechat", "sent", ""), ("wechat", "skipped", "cap")]


def test_no_line_of_the_log_holds_token_secret_or_openid(
    order: Callable[..., Any], wx: WeChat, caplog: pytest.LogCaptureFixture
) -> None:
    fault(wx, "message-drop")
    order()
    own = "".join(r.getMessage() for r in caplog.records if not r.name.startswith("werkzeug"))
    private = (wx.account.token, "sandbox-service-secret", openid("zhang", SERVICE))
    assert "message put off" in own
    assert [word for word in private if word in own] == []
