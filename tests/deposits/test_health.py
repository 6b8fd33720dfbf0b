"""Whether money can come in is told at the start and by /readyz, with what to do."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from scripts import prepare, welcome
from scripts.sandbox.together import Providers
from tests.backends.payments.given import vectors
from webapp import clock
from webapp.deposits import health

OWN = {
    "WXPAY_MCHID": "1900000002",
    "WXPAY_APPID": "wx0123456789abcdef",
    "WXPAY_SERIAL": "0" * 40,
    "WXPAY_APIV3_KEY": "0123456789abcdefghijklmnopqrstuv",
    "WXPAY_PUBLIC_KEY_ID": "PUB_KEY_ID_1",
    "WXPAY_PUBLIC_KEY": vectors("wechatpay")["merchant_public_key"],
    "WXPAY_BASE": "http://127.0.0.1:1",
}


@pytest.fixture
def configured(app: Flask, providers: Providers) -> Flask:
    app.config.update(
        WXPAY_MCHID="1900000001", WXPAY_BASE=f"{providers.url}/wechatpay", ALIPAY_APP_ID=None
    )
    return app


def moved(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(health, "skew_of", lambda _: seconds)


def test_without_a_channel_nothing_is_asked(app: Flask) -> None:
    assert health.ask().detail == "not configured"


def test_a_channel_that_answers_is_asked_once_in_a_while(
    configured: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert health.ask().state == "ok"
    moved(monkeypatch, 999)
    assert health.ask().state == "ok", "kept"


def test_a_channel_that_is_away_is_told_of(configured: Flask) -> None:
    configured.config["WXPAY_BASE"] = "http://127.0.0.1:1"
    found = health.ask()
    assert (found.state, found.detail) == ("degraded", "wechatpay: ConnectionError")


def test_both_channels_are_asked_at_once(
    configured: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.config["ALIPAY_APP_ID"] = "2021000000000001"
    together = threading.Barrier(2, timeout=60)

    def skew(_: str) -> float:
        together.wait()  # neither goes on before the other is asked
        return 0.0

    monkeypatch.setattr(health, "skew_of", skew)
    assert health.ask().detail == "wechatpay, alipay"


@pytest.mark.parametrize(
    ("minutes", "detail", "said"),
    [
        (6, "clock 360 s ahead of wechatpay", "快 6 分钟"),
        (-6, "clock 360 s behind wechatpay", "慢 6 分钟"),
    ],
)
def test_a_clock_that_is_off_is_one_line_that_says_what_to_do(
    configured: Flask, monkeypatch: pytest.MonkeyPatch, minutes: int, detail: str, said: str
) -> None:
    real, shift = clock._read, timedelta(minutes=minutes)
    monkeypatch.setattr(clock, "_read", lambda: real() + shift)
    found = health.ask()
    assert abs(int(found.detail.split()[1]) - 360) <= 2
    assert found.detail.split()[2:] == detail.split()[2:]
    assert said in found.said
    assert "NTP" in found.said
    line = welcome.clock_line({"checks": {"payments": {"detail": found.detail}}})
    assert line is not None
    assert "NTP" in line


def test_a_clock_that_is_right_is_no_line() -> None:
    assert welcome.clock_line({"checks": {"payments": {"detail": "wechatpay"}}}) is None
    assert welcome.clock_line(None) is None


def test_a_key_that_cannot_be_read_ends_the_start(
    app: Flask, database_url: str, tmp_path: Path
) -> None:
    settings: dict[str, Any] = {**app.config, "DATABASE_URL": database_url, "SEED": "0"} | OWN
    broken = "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----"
    with pytest.raises(
        prepare.ConfigError, match=r"^WXPAY_PRIVATE_KEY: it cannot be read"
    ) as refused:
        prepare.prepare(settings | {"WXPAY_PRIVATE_KEY": broken})
    assert "MAA=" not in str(refused.value)
