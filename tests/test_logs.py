"""Log lines: one per request, with its id and nothing personal."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from flask import Flask, g

from webapp import create_app

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def production(environ: dict[str, str]) -> Flask:
    return create_app(
        environ
        | {"APP_ENV": "production", "BASE_URL": "https://cars.example", "TRUSTED_PROXIES": "1"}
    )


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Lines:
    """What was logged since it was last asked, read as JSON."""

    def read() -> list[dict[str, Any]]:
        return [json.loads(line) for line in capsys.readouterr().err.splitlines()]

    return read


def test_a_request_is_one_line_without_anything_personal(lines: Lines, production: Flask) -> None:
    lines()
    answer = production.test_client().get(
        "/no-such-page?phone=13800000000",
        headers={"Cookie": "chezhi=cookie-value", "Host": "cars.example"},
        environ_overrides={"REMOTE_ADDR": "198.51.100.23"},
    )
    (line,) = (line for line in lines() if line["event"] == "request")
    assert line["method"] == "GET"
    assert line["path"] == "/no-such-page"
    assert line["endpoint"] is None
    assert line["status"] == 404
    assert 0 <= line["ms"] < 5000
    assert line["request_id"] == answer.headers["X-Request-Id"]
    text = json.dumps(line)
    assert not re.search("13800000000|cookie-value|198.51.100.23", text)


def test_lines_of_libraries_carry_the_request_too(lines: Lines, production: Flask) -> None:
    def chatty() -> str:
        logging.getLogger("some.library").warning("careful %s", "there")
        structlog.get_logger("webapp.feature").info("done", trims=3)
        return "seen by " + str(g.request_id)

    production.view_functions["operations.healthz"] = chatty
    client = production.test_client()
    answer = client.get("/healthz", headers={"X-Request-Id": "from-the-proxy-1"})
    assert answer.text == "seen by from-the-proxy-1"
    found = {line["event"]: line for line in lines()}
    assert found["careful there"]["request_id"] == "from-the-proxy-1"
    assert found["careful there"]["logger"] == "some.library"
    assert found["careful there"]["level"] == "warning"
    assert found["done"] | {"request_id": "from-the-proxy-1", "trims": 3} == found["done"]


@pytest.mark.parametrize("given", ["short", "a b c d e f g", "x" * 65, "<script>alert</script>"])
def test_an_id_of_a_strange_form_is_not_taken_over(production: Flask, given: str) -> None:
    answer = production.test_client().get("/healthz", headers={"X-Request-Id": given})
    assert re.fullmatch("[0-9a-f]{16}", answer.headers["X-Request-Id"])


def test_without_a_trusted_proxy_visitors_cannot_choose_the_id(app: Flask) -> None:
    answer = app.test_client().get("/healthz", headers={"X-Request-Id": "chosen-by-me"})
    assert answer.headers["X-Request-Id"] != "chosen-by-me"


def test_each_request_has_an_id_of_its_own(app: Flask) -> None:
    client = app.test_client()
    assert len({client.get("/healthz").headers["X-Request-Id"] for _ in range(5)}) == 5


def test_what_is_asked_every_few_seconds_is_not_logged(lines: Lines, production: Flask) -> None:
    lines()
    production.test_client().get("/healthz")
    assert lines() == []


def test_a_failure_is_logged_with_its_trace_and_number(lines: Lines, production: Flask) -> None:
    def explode() -> str:
        raise ZeroDivisionError

    production.view_functions["operations.readyz"] = explode
    lines()
    answer = production.test_client().get("/readyz")
    assert answer.status_code == 500
    (line,) = (line for line in lines() if line["level"] == "error")
    assert "ZeroDivisionError" in line["exception"]
    assert line["request_id"] == answer.headers["X-Request-Id"]
