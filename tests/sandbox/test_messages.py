"""WeChat's servers as they deliver messages to a service account: how often, and to whom."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from scripts.sandbox import serving
from scripts.sandbox.together import Providers
from scripts.sandbox.wechat.messages import Messages, Sent


class Product:
    """Answers each delivery with the next of these statuses, so many seconds late."""

    def __init__(self, *statuses: int, delay: float = 0.0) -> None:
        self.statuses = list(statuses)
        self.delay = delay
        self.asked: list[tuple[dict[str, list[str]], bytes]] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.asked.append((parse_qs(environ["QUERY_STRING"]), body))
        time.sleep(self.delay)
        start(f"{self.statuses.pop(0)} X", [("Content-Type", "text/plain")])
        return [b"success"]


def test_a_message_is_sent_three_times_at_most_with_one_number() -> None:
    product, wechat = Product(500, 500, 500), Messages()
    with serving.running(product) as base:
        made = wechat.send(Sent(url=base, text="你好", mode="plain", number="77"))
    assert [one.status for one in made] == [500, 500, 500]
    assert all(b"<MsgId>77</MsgId>" in body for _, body in product.asked)


def test_an_answer_ends_it() -> None:
    product, wechat = Product(500, 200), Messages()
    with serving.running(product) as base:
        made = wechat.send(Sent(url=base, text="你好", mode="plain"))
    assert [one.status for one in made] == [500, 200]
    assert made[1].body == "success"


def test_an_answer_that_comes_too_late_is_none() -> None:
    product, wechat = Product(200, 200, 200, delay=0.3), Messages(limit=0.1)
    with serving.running(product) as base:
        wechat.send(Sent(url=base, text="你好"))
    ((_, made),) = wechat.exchanges
    assert [one.status for one in made] == [None] * 3


def test_a_sealed_message_shows_nothing_of_what_was_written() -> None:
    product, wechat = Product(200), Messages()
    with serving.running(product) as base:
        wechat.send(Sent(url=base, text="你好"))
    ((query, body),) = product.asked
    assert query["encrypt_type"] == ["aes"]
    assert "你好".encode() not in body
    assert b"<Encrypt>" in body


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "http://evil.example/"},
        {"kind": "fax"},
        {"mode": "rot13"},
        {"fault": "no such"},
        {"user": "nobody"},
        {"colour": "red"},
    ],
)
def test_the_control_api_sends_to_this_machine_and_what_it_knows(
    providers: Providers, http: httpx.Client, changed: dict[str, str]
) -> None:
    sent = {"url": "http://127.0.0.1:9/", "text": "你好"} | changed
    answer = http.post(f"{providers.url}/wechat/_sandbox/messages", json=sent)
    assert answer.status_code == 400
    assert providers.wechat.messages.exchanges == []
