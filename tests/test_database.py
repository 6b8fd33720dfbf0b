"""A PostgreSQL that is away or hangs costs a visitor a moment, and the next one none."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from tests.accounts.people import account, signed_in
from webapp import create_app, database
from webapp.config import load
from webapp.database import OPEN_SECONDS, VISITOR_SECONDS, Breaker
from webapp.extensions import db

KEY = "tests-0123456789-abcdefghijklmnopqrstuvwxyz"
URL = "postgresql+psycopg://u:p@127.0.0.1:{port}/cars"


@pytest.fixture
def hung(environ: dict[str, str]) -> Iterator[tuple[Flask, socket.socket]]:
    """An application, and what it takes for a PostgreSQL, which never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.setblocking(False)
        url = URL.format(port=silent.getsockname()[1])
        yield create_app(environ | {"DATABASE_URL": url}), silent


def connections(silent: socket.socket) -> int:
    """How many were opened since it was last asked."""
    count = 0
    with suppress(BlockingIOError):
        while True:
            silent.accept()[0].close()
            count += 1
    return count


def test_a_database_that_hangs_is_asked_once_and_pages_say_what_still_works(
    hung: tuple[Flask, socket.socket],
) -> None:
    app, silent = hung
    for turn in range(3):
        answer = app.test_client().get("/cars/?price_wan_max=20")
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "10"
        assert "最近有人看过的页面还能打开" in answer.text
        assert (connections(silent) > 0) == (turn == 0), "asked again"


def test_a_fragment_says_it_too(hung: tuple[Flask, socket.socket]) -> None:
    app, _ = hung
    database.breaker_of(app).failed()
    answer = app.test_client().get("/cars/?price_wan_max=20", headers={"HX-Request": "true"})
    assert (answer.status_code, "暂时读不到数据" in answer.text) == (503, True)
    assert "<html" not in answer.text


def test_who_is_signed_in_reads_the_same_page(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(app, account())

    def away(*_: object, **__: object) -> None:
        raise OperationalError("", {}, ConnectionError("away"))

    monkeypatch.setattr(db.session, "execute", away)
    monkeypatch.setattr(db.session, "scalars", away)
    answer = client.get("/accounts/")
    assert answer.status_code == 503
    assert "暂时读不到数据" in answer.text
    assert client.get("/no-such-page").status_code == 404


def test_after_a_failure_one_at_a_time_tries_and_no_visitor() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    assert breaker.may_ask(visitor=True)
    breaker.failed()
    assert not breaker.may_ask(visitor=False)
    now[0] += OPEN_SECONDS
    assert not breaker.may_ask(visitor=True)
    assert breaker.may_ask(visitor=False)
    assert not breaker.may_ask(visitor=False), "two at once"
    breaker.answered()
    assert breaker.may_ask(visitor=True)


def test_where_nobody_else_tries_a_visitor_does() -> None:
    now = [0.0]
    breaker = Breaker(lambda: now[0])
    breaker.failed()
    now[0] += OPEN_SECONDS + VISITOR_SECONDS
    assert breaker.may_ask(visitor=True)
    assert not breaker.may_ask(visitor=True)


def test_a_slow_statement_ends_for_a_visitor_and_not_for_background_work(
    environ: dict[str, str],
) -> None:
    if not environ["DATABASE_URL"].startswith("postgresql"):
        pytest.skip("PostgreSQL is not used")
    app = create_app(environ | {"DATABASE_SECONDS": "1"})
    with app.app_context():
        assert db.session.execute(text("SELECT 1 FROM pg_sleep(1.2)")).scalar() == 1
        db.session.remove()
        with database.impatient(), pytest.raises(OperationalError, match="no answer in time"):
            db.session.execute(text("SELECT pg_sleep(5)"))
        db.session.remove()
        database.breaker_of(app).answered()
        assert db.session.execute(text("SHOW statement_timeout")).scalar() == "2min"
        db.session.remove()
        db.engine.dispose()


def test_the_pool_is_bounded_and_gives_up_soon(tmp_path: Path) -> None:
    settings = {"VAR_DIR": str(tmp_path), "SECRET_KEY": KEY, "DATABASE_URL": URL.format(port=1)}
    options = load(settings | {"DATABASE_POOL": "7"})["SQLALCHEMY_ENGINE_OPTIONS"]
    assert options["pool_size"] + options["max_overflow"] == 7
    assert options["pool_timeout"] <= 2
    assert "statement_timeout" in options["connect_args"]["options"]
    behind = load(settings | {"DATABASE_PGBOUNCER": "1"})["SQLALCHEMY_ENGINE_OPTIONS"]
    assert "options" not in behind["connect_args"], "PgBouncer refuses it"
    assert behind["connect_args"]["prepare_threshold"] is None
