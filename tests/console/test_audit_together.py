"""A change and its line in the audit log come together or not at all."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from tests.catalogue.import_files import car, csv_text
from tests.console.editing import an_editor, newest, set_value, upload
from webapp.audit import AuditEntry
from webapp.catalogue import service as cars
from webapp.catalogue.models import Batch, Value
from webapp.extensions import db
from webapp.search import service as search
from webapp.search.models import Alias, Synonym

ALIAS = {"kind": "series", "name": "北斗", "members": ""}


class DiskFull(Exception):
    """What stops a line from being written."""


@pytest.fixture
def editor(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """With an alias and a synonym of their own, a value set by hand and a file that is checked."""
    client = an_editor(app, tmp_path, monkeypatch)
    search.refresh_aliases()
    client.post("/console/words/aliases", data=ALIAS | {"alias": "斗斗"})
    client.post("/console/words/synonyms", data={"word": "敞亮", "meaning": "七座"})
    set_value(client)
    batch = upload(client, car(key="A2"))
    cars.run_upload(batch_id=batch.id, dry_run=True)
    return client


@pytest.fixture
def no_line() -> Iterator[None]:
    def fail(*_: object) -> None:
        raise DiskFull

    event.listen(AuditEntry, "before_insert", fail)
    yield
    event.remove(AuditEntry, "before_insert", fail)


def save_alias(client: FlaskClient) -> TestResponse:
    return client.post("/console/words/aliases", data=ALIAS | {"alias": "呱呱机"})


def forget_alias(client: FlaskClient) -> TestResponse:
    number = db.session.scalars(select(Alias.id).filter_by(alias="斗斗")).one()
    return client.post(f"/console/words/aliases/{number}/forget")


def save_synonym(client: FlaskClient) -> TestResponse:
    return client.post("/console/words/synonyms", data={"word": "咕咕的", "meaning": "七座"})


def forget_synonym(client: FlaskClient) -> TestResponse:
    number = db.session.scalars(select(Synonym.id).filter_by(word="敞亮")).one()
    return client.post(f"/console/words/synonyms/{number}/forget")


def set_another_value(client: FlaskClient) -> TestResponse:
    return set_value(client, text="530")


def upload_a_file(client: FlaskClient) -> TestResponse:
    file = io.BytesIO(csv_text(car(key="A3")).encode())
    return client.post("/console/catalogue/uploads", data={"file": (file, "车.csv")})


def import_the_file(client: FlaskClient) -> TestResponse:
    return client.post(f"/console/catalogue/batches/{newest().id}/import")


def undo_the_value(client: FlaskClient) -> TestResponse:
    number = db.session.scalars(select(Batch.id).filter_by(kind="edit")).one()
    return client.post(f"/console/catalogue/batches/{number}/undo")


CHANGES: list[Callable[[FlaskClient], TestResponse]] = [
    save_alias,
    forget_alias,
    save_synonym,
    forget_synonym,
    set_another_value,
    upload_a_file,
    import_the_file,
    undo_the_value,
]


def state() -> list[object]:
    db.session.rollback()
    return [
        db.session.execute(rows).all()
        for rows in (
            select(Alias.alias, Alias.name, Alias.origin).order_by(Alias.id),
            select(Synonym.word, Synonym.meaning).order_by(Synonym.id),
            select(Value.id, Value.number, Value.superseded_at).order_by(Value.id),
            select(Batch.id, Batch.state).order_by(Batch.id),
        )
    ]


def lines() -> int:
    return db.session.scalars(select(func.count(AuditEntry.id))).one()


@pytest.mark.parametrize("change", CHANGES)
def test_without_its_line_nothing_is_changed(
    editor: FlaskClient, change: Callable[[FlaskClient], TestResponse], no_line: None
) -> None:
    before = state()
    assert change(editor).status_code == 500
    assert state() == before


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_has_one_line(
    editor: FlaskClient, change: Callable[[FlaskClient], TestResponse]
) -> None:
    before, written = state(), lines()
    assert change(editor).status_code == 303
    assert state() != before
    assert lines() == written + 1


@pytest.mark.parametrize("change", [import_the_file, undo_the_value])
def test_what_is_refused_the_second_time_leaves_no_line(
    editor: FlaskClient, change: Callable[[FlaskClient], TestResponse]
) -> None:
    change(editor)
    before, written = state(), lines()
    assert change(editor).status_code == 409
    assert (state(), lines()) == (before, written)
