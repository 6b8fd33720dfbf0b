"""How many questions may be asked, and what counting them leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from webapp.assistant import quota
from webapp.backends.cache import cache_client
from webapp.extensions import limiter


def ask(owner: str, network: str = "192.0.2.1") -> bool:
    try:
        quota.take(owner, network)
    except quota.TooMany:
        return False
    return True


@pytest.fixture
def kept(redis_url: str, app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(limiter, "_storage_dead", False)
    return redis_url


def test_visitors_made_up_anew_leave_no_keys_once_their_network_has_asked_enough(
    kept: str,
) -> None:
    said = [ask(f"guest:{n}") for n in range(quota.PER_NETWORK.amount + 100)]
    assert sum(said) == quota.PER_NETWORK.amount
    keys: Any = cache_client(kept).keys("*")
    visitors = [key for key in keys if b"VISITOR" in key]
    assert len(visitors) == quota.PER_NETWORK.amount


def test_what_is_refused_to_one_visitor_is_not_taken_from_the_others(kept: str) -> None:
    for _ in range(quota.PER_NETWORK.amount * 2):
        ask("guest:eager")
    others = [ask(f"guest:{n}") for n in range(quota.PER_NETWORK.amount)]
    assert sum(others) == quota.PER_NETWORK.amount - quota.PER_VISITOR.amount
