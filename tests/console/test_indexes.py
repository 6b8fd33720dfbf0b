"""Staff rebuild an index, see how far it is, stop it and let it go on; searches never notice."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

import tasks.celery
from tasks.celery import celery
from tests.accounts.people import account, signed_in
from tests.catalogue.import_files import car, import_rows
from webapp.audit import AuditEntry
from webapp.backends.search import whoosh_engine
from webapp.backends.search.port import Query
from webapp.extensions import db
from webapp.operations import progress
from webapp.search import indexing
from webapp.search.engine import engine

SENT: list[str] = []


@pytest.fixture
def operator(
    app: Flask, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> FlaskClient:
    SENT.clear()
    monkeypatch.setattr("webapp.queue._send", lambda task, args: SENT.append(task))
    monkeypatch.setattr(tasks.celery, "flask_app", lambda: app)
    import_rows(tmp_path, *(car(key=f"A{n}", name=f"北斗 2025款 {n} 型") for n in range(5)))
    indexing.rebuild_index()
    own = account("o-operator")
    own.role = "operator"
    db.session.commit()
    return signed_in(app, own)


def run() -> None:
    """What the worker does with the message."""
    celery.loader.import_default_modules()
    celery.tasks[SENT.pop()]()


def test_an_index_is_rebuilt_by_the_worker_and_its_progress_shown(operator: FlaskClient) -> None:
    before = engine().state().generation
    assert operator.post("/console/indexes/search/rebuild").status_code == 303
    waiting = operator.get("/console/indexes", headers={"HX-Request": "true"}).text
    assert "等待后台进程" in waiting
    assert "every 1s" in waiting
    assert operator.post("/console/indexes/search/rebuild").status_code == 409
    run()
    page = operator.get("/console/indexes").text
    assert "重建完成：5 / 5" in page
    assert engine().state().generation != before
    assert db.session.scalars(select(AuditEntry)).one().subject == "search"


def test_a_rebuild_stops_when_asked_and_goes_on_later(
    operator: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whoosh_engine, "PORTION", 2)
    before = engine().state().generation
    operator.post("/console/indexes/search/rebuild")
    steps: list[int] = []
    real = progress.step

    def step(kind: str, done: int, total: int) -> None:
        steps.append(done)
        if steps == [0, 2]:
            operator.post("/console/indexes/search/stop")
        real(kind, done, total)

    monkeypatch.setattr(progress, "step", step)
    run()
    assert steps == [0, 2]
    assert "已停下" in operator.get("/console/indexes").text
    assert engine().state().generation == before
    assert engine().search(Query()).total == 5  # visitors go on with what there was
    operator.post("/console/indexes/search/rebuild")
    steps.clear()
    run()
    assert steps[0] == 2  # what was done is not done again
    assert "重建完成" in operator.get("/console/indexes").text


def test_the_knowledge_index_is_rebuilt_too(operator: FlaskClient) -> None:
    operator.post("/console/indexes/knowledge/rebuild")
    run()
    while SENT:
        run()
    assert "重建完成" in operator.get("/console/indexes").text


def test_an_index_nobody_knows_is_not_found(operator: FlaskClient) -> None:
    assert operator.post("/console/indexes/other/rebuild").status_code == 404
    assert operator.post("/console/indexes/other/stop").status_code == 404


def test_without_redis_the_page_says_what_it_can(app: Flask) -> None:
    own = account("o-operator")
    own.role = "operator"
    db.session.commit()
    client = signed_in(app, own)
    page = client.get("/console/indexes")
    assert page.status_code == 200
    assert "知识库" in page.text
    assert client.post("/console/indexes/search/stop").status_code == 503
