"""Pages for machines."""

from __future__ import annotations

import re
import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import column, delete, insert, table

from tests.catalogue import catalogue
from webapp import clock, create_app, schema
from webapp.backends.cache import cache_client
from webapp.config import sqlite_library
from webapp.extensions import db
from webapp.operations import health, signs
from webapp.registry import Answer, HealthCheck, registry_of
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
    store = cache_client(redis_url)
    signs.worker_lives(store)
    signs.beat_lives(store, published=clock.timestamp())
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
        "beat",
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
        pytest.skip("the answer names the SQLite library, and here PostgreSQL is used")
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
    signs.beat_lives(cache_client(redis_url), published=clock.timestamp())
    checks = client.get("/readyz").json["checks"]  # type: ignore[index]
    assert (checks["beat"]["state"], checks["worker"]["state"]) == ("ok", "down")


@pytest.mark.parametrize(("lives", "state"), [(False, "down"), (True, "degraded")])
def test_a_beat_that_publishes_nothing_is_named_and_the_worker_not_blamed(
    redis_url: str, client: FlaskClient, lives: bool, state: str
) -> None:
    if lives:
        long_ago = clock.timestamp() - signs.PUBLISHED_SECONDS
        signs.beat_lives(cache_client(redis_url), published=long_ago)
    checks = client.get("/readyz").json["checks"]  # type: ignore[index]
    assert (checks["beat"]["state"], checks["worker"]["state"]) == (state, "degraded")


def test_metrics_tell_the_age_of_each_sign_of_life(redis_url: str, client: FlaskClient) -> None:
    assert "chezhi_heartbeat_seconds{" not in client.get("/metrics").text
    store = cache_client(redis_url)
    signs.worker_lives(store)
    signs.beat_lives(store, published=clock.timestamp())
    text = client.get("/metrics").text
    for process in ("beat", "publishing", "worker"):
        assert f'chezhi_heartbeat_seconds{{process="{process}"}}' in text


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
        "beat": "degraded",
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


def stands_at(revision: str | None) -> None:
    db.session.execute(delete(table("alembic_version")))
    if revision:
        db.session.execute(
            insert(table("alembic_version", column("version_num"))), [{"version_num": revision}]
        )
    db.session.commit()


@pytest.mark.parametrize(
    ("revision", "said"),
    [("0001", "older than"), ("9999.9998", "newer than"), ("x", "newer than"), (None, "no tables")],
)
def test_with_the_tables_of_another_version_it_is_not_ready(
    app: Flask, revision: str | None, said: str
) -> None:
    stands_at(revision)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert said in answer.json["checks"]["database"]["detail"]  # type: ignore[index]


@pytest.mark.parametrize("revision", ["9999", f"9999.{schema.head()}"])
def test_tables_that_a_newer_version_only_added_to_are_served(app: Flask, revision: str) -> None:
    stands_at(revision)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    told = answer.json["checks"]["database"]  # type: ignore[index]
    assert (told["state"], "a newer version added" in told["detail"]) == ("degraded", True)
    assert app.test_client().get("/cars/brands").status_code == 200


def test_what_hangs_is_down_in_time_and_not_asked_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "DEADLINE_SECONDS", 0.2)
    hold, asked = threading.Event(), []

    def hang() -> Answer:
        asked.append(1)
        hold.wait(30)
        return Answer("ok", "", "")

    known = registry_of(app).health
    monkeypatch.setitem(known, "storage", HealthCheck("storage", "", hang))
    try:
        for _ in range(2):
            checks = app.test_client().get("/readyz").json["checks"]  # type: ignore[index]
            assert checks["storage"]["state"] == "down"
            assert checks["storage"]["detail"].startswith("no answer within")
        assert len(asked) == 1
    finally:
        hold.set()


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
