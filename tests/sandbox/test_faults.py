"""Fault rules: what they meet, how often, and what each action does to an answer."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from scripts.sandbox.frame import LOG_ENTRIES
from scripts.sandbox.together import Providers


class Bench:
    """One call of QQ's that fails by itself, and the rules that change how."""

    def __init__(self, http: httpx.Client, base: str) -> None:
        self.http = http
        self.base = base

    def rule(self, action: dict[str, Any], **more: Any) -> httpx.Response:
        sent = {"match": {"endpoint": "me"}, "action": action} | more
        return self.http.post(f"{self.base}/_sandbox/faults", json=sent)

    def call(self) -> httpx.Response:
        return self.http.get(f"{self.base}/oauth2.0/me", params={"fmt": "json"})

    def plain(self) -> bool:
        return bool(self.call().json() == {"error": 100007} | DESCRIPTION)


DESCRIPTION = {"error_description": "param access token is wrong or lost"}


@pytest.fixture
def bench(providers: Providers, http: httpx.Client) -> Bench:
    return Bench(http, f"{providers.url}/qq")


def test_a_rule_is_used_up_after_its_times(bench: Bench) -> None:
    bench.rule({"status": 500}, times=2)
    assert [bench.call().status_code for _ in range(3)] == [500, 500, 200]


def test_a_rule_can_last_until_it_is_cleared(bench: Bench) -> None:
    bench.rule({"status": 429, "headers": {"Retry-After": "7"}, "body": "slow"}, times="inf")
    answers = [bench.call() for _ in range(5)]
    assert {answer.status_code for answer in answers} == {429}
    assert (answers[0].headers["Retry-After"], answers[0].text) == ("7", "slow")
    bench.http.delete(f"{bench.base}/_sandbox/faults")
    assert bench.plain()


def test_rules_are_taken_in_order_each_by_what_it_matches(bench: Bench) -> None:
    bench.rule({"status": 500}, match={"endpoint": "token"})
    bench.rule({"status": 501})
    bench.rule({"status": 502}, match={})
    assert [bench.call().status_code for _ in range(3)] == [501, 502, 200]
    assert bench.http.get(f"{bench.base}/oauth2.0/token").status_code == 500


def test_an_answer_can_be_sent_late_cut_in_half_or_as_something_else(bench: Bench) -> None:
    for action in ({"delay": 0.05}, {"truncate": True}, {"html": True}):
        bench.rule(action)
    bench.rule({"wrong_content_type": "image/png"})
    assert bench.plain()
    with pytest.raises(json.JSONDecodeError):
        bench.call().json()
    page = bench.call()
    assert (page.headers["Content-Type"], page.status_code) == ("text/html", 200)
    assert bench.call().headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("action", [{"drop": True}, {"reset_after_effect": True}])
def test_a_connection_can_be_reset(bench: Bench, action: dict[str, Any]) -> None:
    bench.rule(action)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        bench.call()
    assert bench.plain()


def test_json_can_be_replaced_or_changed(providers: Providers, http: httpx.Client) -> None:
    base = f"{providers.url}/idcheck"
    asked = {"idCard": "990101199001010019", "name": "张测试"}
    headers = {"Authorization": f"APPCODE {providers.settings()['IDCHECK_APPCODE']}"}

    def answer(action: dict[str, Any]) -> Any:
        http.post(f"{base}/_sandbox/faults", json={"action": action})
        return http.get(f"{base}/idcard", params=asked, headers=headers).json()

    assert answer({"answer": {"status": 1}}) == {"status": 1}
    assert answer({"set": {"status": "99"}})["status"] == "99"
    assert "status" not in answer({"unset": ["status"]})


def test_the_log_forgets_what_is_long_ago(providers: Providers) -> None:
    log = providers.qq.log
    for number in range(LOG_ENTRIES + 1):
        log.open(method="GET", path=str(number), query={}, headers={}, body="", endpoint="me")
    kept = [entry.path for entry in log.entries()]
    assert (kept[0], kept[-1], len(kept)) == ("1", str(LOG_ENTRIES), LOG_ENTRIES)
