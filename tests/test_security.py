"""What every answer carries, and which hosts are answered."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp import create_app
from webapp.backends.cache import cache_client
from webapp.extensions import limiter

TOKEN = "metrics-token-0123456789-abcdefghi"


@pytest.mark.parametrize("path", ["/", "/cars/", "/nothing", "/cars/?colour=red", "/healthz"])
def test_every_answer_bounds_what_a_page_may_do(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "HX-Request" in headers["Vary"]


@pytest.mark.parametrize(("subdomains", "told"), [("0", ""), ("1", "; includeSubDomains")])
def test_only_who_asks_for_it_binds_other_hosts_to_https(
    environ: dict[str, str], subdomains: str, told: str
) -> None:
    given = {"APP_ENV": "production", "HSTS_SUBDOMAINS": subdomains}
    client = create_app(environ | given).test_client()
    headers = client.get("/healthz", base_url="http://127.0.0.1").headers
    assert headers["Strict-Transport-Security"] == f"max-age=31536000{told}"


def test_a_body_beyond_the_limit_is_refused(client: FlaskClient) -> None:
    answer = client.post("/cars/basket", data={"trim": "1" * 2_000_000})
    assert answer.status_code == 413


def test_a_wrong_method_is_named_in_chinese(client: FlaskClient) -> None:
    answer = client.post("/cars/")
    assert answer.status_code == 405
    assert "不能这样打开" in answer.text


def test_a_failure_shows_the_number_of_the_request_and_nothing_else(app: Flask) -> None:
    def explode() -> str:
        raise ZeroDivisionError("secret detail")

    app.view_functions["home.index"] = explode
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_who_writes_too_fast_is_told_to_wait(client: FlaskClient) -> None:
    answers = [client.post("/cars/basket", data={"trim": "1", "do": "remove"}) for _ in range(121)]
    assert {answer.status_code for answer in answers[:120]} == {303}
    assert answers[120].status_code == 429
    assert "请稍等一分钟" in answers[120].text


def test_limits_are_counted_for_all_workers_together(
    redis_url: str, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The limiter is one for all applications of a process, and remembers an outage for a while.
    monkeypatch.setattr(limiter, "_storage_dead", False)
    client.post("/cars/basket", data={"trim": "1", "do": "remove"})
    assert any(b"LIMIT" in bytes(key) for key in cache_client(redis_url).keys("*"))


def test_the_own_host_is_answered_in_capitals_too(app: Flask) -> None:
    app.config["TRUSTED_HOSTS"] = ["cars.example"]
    client = app.test_client()

    def status(host: str) -> int:
        return client.get("/robots.txt", headers={"Host": host}).status_code

    assert status("Cars.EXAMPLE") == status("cars.example") == 200
    assert status("Other.EXAMPLE") == 400


def test_what_asks_how_this_process_is_may_call_it_by_any_name(app: Flask) -> None:
    # As production has it: loopback is always among them.
    app.config |= {"TRUSTED_HOSTS": ["cars.example", "localhost"], "METRICS_TOKEN": TOKEN}
    client, strange = app.test_client(), {"Host": "10.0.3.7:8000"}
    assert client.get("/healthz", headers=strange).status_code == 200
    assert client.get("/readyz", headers=strange).status_code in (200, 503)
    assert client.get("/metrics", headers=strange).status_code == 400
    token = {"Authorization": f"Bearer {TOKEN}"}
    assert client.get("/metrics", headers=strange | token).status_code == 200
    assert client.get("/metrics", headers=strange).status_code == 400


def test_one_page_is_kept_for_all_spellings_of_the_host(
    redis_url: str, client: FlaskClient
) -> None:
    for host in ("cars.example", "Cars.Example", "CARS.EXAMPLE"):
        assert client.get("/cars/", headers={"Host": host}).status_code == 200
    assert len(list(cache_client(redis_url).scan_iter("page:[0-9]*"))) == 1
