"""An editor at the catalogue in the console: what they send, and what is there afterwards."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.accounts.people import account, signed_in
from tests.catalogue.import_files import car, csv_text, import_rows
from webapp.catalogue import queries as cars
from webapp.catalogue.models import Batch, Source, Trim
from webapp.extensions import db

FIRST = car(price_wan="12.98", range_cltc_km="505")
SENT: list[tuple[str, tuple[object, ...]]] = []
"""Tasks that were sent: tests run them by hand."""


def an_editor(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    """An editor, and one trim in the catalogue."""
    SENT.clear()
    monkeypatch.setattr("webapp.queue._send", lambda task, args: SENT.append((task, args)))
    import_rows(tmp_path, FIRST)
    own = account("o-editor")
    own.role = "editor"
    db.session.commit()
    return signed_in(app, own)


def trim(key: str = "A1") -> Trim:
    db.session.expire_all()
    return db.session.scalars(select(Trim).where(Trim.key == key)).one()


def shown(key: str = "A1") -> dict[str, str]:
    """Current values of a trim by parameter, with their source."""
    specs = cars.specs_of([trim(key).id])
    return {spec.key: f"{spec.number:g} {spec.source.name}" for spec in specs if spec.number}


def set_value(client: FlaskClient, **fields: str) -> TestResponse:
    form = {
        "text": "520",
        "source": "厂商公告",
        "captured": "2026-02",
        "confidence": "official",
    }
    key = fields.pop("parameter", "range_cltc_km")
    return client.post(value_page(key), data=form | fields)


def value_page(key: str = "range_cltc_km") -> str:
    return f"/console/catalogue/trims/{trim().id}/values/{key}"


def upload(client: FlaskClient, *rows: dict[str, str], name: str = "车.csv") -> Batch:
    data = {"file": (io.BytesIO(csv_text(*rows).encode()), name)}
    answer = client.post("/console/catalogue/uploads", data=data)
    assert answer.status_code == 303, answer.text
    return newest()


def newest() -> Batch:
    db.session.expire_all()
    return db.session.scalars(select(Batch).order_by(Batch.id.desc())).first() or Batch()


def sources() -> set[str]:
    return set(db.session.scalars(select(Source.name)))
