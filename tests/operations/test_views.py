"""Pages for machines."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalogue import catalogue
from webapp import create_app
from webapp.config import sqlite_library
from webapp.extensions import db
from webapp.operations import health
from webapp.search.indexing import rebuild_index
from webapp.version import VERSION

TOKEN = "metrics-token-0123456789-abcdefghi"


def test_alive_needs_neither_database_nor_redis(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("asked the database")

    monkeypatch.setattr(db.engine, "connect", refuse)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["Cache-Control"] == "no-store"


def test_ready_names_the_state_of_each_part(redis_url: str, app: Flask) -> None:
    health.beat()
    rebuild_index()
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["state"] == "ok"
    assert answer.json["version"] == VERSION
    assert set(answer.json["checks"]) == {
        "database",
        "cache",
        "broker",
        "worker",
        "search",
        "knowledge",
        "storage",
        "disk",
        "model",
        "payments",
    }
    assert {part["state"] for part in answer.json["checks"].values()} == {"ok"}
    assert re.fullmatch(r"heartbeat \d s ago", answer.json["checks"]["worker"]["detail"])


def test_ready_says_which_sqlite_keeps_which_journal(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite is not used")
    used = sqlite_library()
    database = app.test_client().get("/readyz").json["checks"]["database"]  # type: ignore[index]
    assert database["state"] == "ok"
    assert database["detail"] == f"sqlite {used.version}, {used.journal_mode}"


def test_ready_counts_what_is_in_the_indexes(redis_url: str, app: Flask) -> None:
    catalogue.trim("a")
    catalogue.publish()
    rebuild_index()
    catalogue.trim("b")
    catalogue.publish()
    checks = app.test_client().get("/readyz").json["checks"]  # type: ignore[index]
    assert (checks["search"]["done"], checks["search"]["total"]) == (1, 2)
    assert (checks["knowledge"]["done"], checks["knowledge"]["total"]) == (0, 0)
    assert set(checks["cache"]) == {"state", "detail", "said", "ms"}


def test_a_worker_that_is_silent_is_down(redis_url: str, client: FlaskClient) -> None:
    checks = client.get("/readyz").json["checks"]  # type: ignore[index]
    assert checks["worker"]["state"] == "down"


def test_without_redis_it_is_ready_but_degraded(client: FlaskClient) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["state"] == "degraded"
    states = {name: part["state"] for name, part in answer.json["checks"].items()}
    assert states == {
        "database": "ok",
        "cache": "down",
        "broker": "down",
        "worker": "degraded",
        "search": "down",
        "knowledge": "ok",
        "storage": "ok",
        "disk": "ok",
        "model": "ok",
        "payments": "ok",
    }


def test_without_its_database_it_is_not_ready_but_alive(environ: dict[str, str]) -> None:
    nowhere = "postgresql+psycopg://user:s3cret@127.0.0.1:1/cars"
    client = create_app(environ | {"DATABASE_URL": nowhere}).test_client()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["checks"]["database"]["state"] == "down"
    assert "s3cret" not in answer.text
    assert client.get("/healthz").status_code == 200


def test_no_address_or_password_is_shown(app: Flask) -> None:
    app.config["BROKER_URL"] = "amqp://user:s3cret@127.0.0.1:1//"
    text = app.test_client().get("/readyz").text
    assert "s3cret" not in text
    assert "127.0.0.1" not in text


def metrics(app: Flask, *, peer: str = "127.0.0.1", **headers: str) -> int:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (
        app.test_client()
        .get("/metrics", headers=named, environ_overrides={"REMOTE_ADDR": peer})
        .status_code
    )


def test_metrics_are_for_the_machine_itself(app: Flask) -> None:
    assert metrics(app) == 200
    assert metrics(app, peer="::1") == 200
    assert metrics(app, peer="192.0.2.7") == 403
    assert metrics(app, peer="") == 403


@pytest.mark.parametrize("header", ["X_Forwarded_For", "Forwarded", "X_Real_Ip", "Via"])
def test_a_proxy_on_the_same_machine_opens_metrics_to_nobody(app: Flask, header: str) -> None:
    assert metrics(app, **{header: "127.0.0.1"}) == 403


def test_behind_a_trusted_proxy_only_the_token_opens_metrics(app: Flask) -> None:
    app.config |= {"TRUSTED_PROXIES": 1, "METRICS_TOKEN": TOKEN}
    assert metrics(app) == 403
    assert metrics(app, Authorization=f"Bearer {TOKEN}") == 200
    assert metrics(app, peer="192.0.2.7", Authorization=f"bearer {TOKEN}") == 200
    assert metrics(app, Authorization="Bearer wrong") == 403
    assert metrics(app, Authorization="Bearer 错") == 403


def test_without_a_token_set_an_empty_one_opens_nothing(app: Flask) -> None:
    assert metrics(app, peer="192.0.2.7", Authorization="Bearer ") == 403


def test_requests_are_counted_by_endpoint_and_class_of_status(app: Flask) -> None:
    client = app.test_client()
    for path in ("/healthz", "/no-such-page", "/no-such-page-either"):
        client.get(path)
    client.open("/healthz", method="BREW")
    text = client.get("/metrics").text
    assert 'chezhi_requests_total{endpoint="operations.healthz",method="GET",status="2xx"}' in text
    assert 'chezhi_requests_total{endpoint="none",method="GET",status="4xx"}' in text
    assert 'method="other"' in text
    assert "BREW" not in text
    assert 'chezhi_request_seconds_bucket{endpoint="operations.healthz",le="0.005"}' in text
