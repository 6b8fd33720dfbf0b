"""What staff say about the columns of a file: asked beside its rows, kept for its source."""

from __future__ import annotations

import io
import json
import re
from html import unescape
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.catalogue.import_files import car, csv_text
from tests.console.editing import SENT, an_editor, newest, trim, upload
from webapp.audit import AuditEntry
from webapp.catalogue import service
from webapp.catalogue.models import Batch, ColumnPlan
from webapp.extensions import db

ODD = car(价目表="11.98", 颜值="高", captured="2026-01")


@pytest.fixture
def editor(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    return an_editor(app, tmp_path, monkeypatch)


def page(client: FlaskClient, batch: Batch) -> str:
    return unescape(client.get(f"/console/catalogue/batches/{batch.id}").text)


def answers(text: str) -> dict[str, str]:
    """The inputs of the form about columns: name to value."""
    return dict(re.findall(r'type="text" name="([^"]+)" value="([^"]*)"', text))


def checked(client: FlaskClient, *rows: dict[str, str]) -> Batch:
    batch = upload(client, *rows)
    service.run_upload(batch_id=batch.id, dry_run=True)
    return newest()


def say(client: FlaskClient, batch: Batch, **fields: str) -> int:
    form = answers(page(client, batch)) | {
        name.replace("_", "-"): text for name, text in fields.items()
    }
    answer = client.post(f"/console/catalogue/batches/{batch.id}/columns", data=form)
    if answer.status_code == 303:
        service.run_upload(batch_id=batch.id, dry_run=True)
    return answer.status_code


def test_an_unknown_column_is_asked_beside_its_first_rows(editor: FlaskClient) -> None:
    batch = checked(editor, ODD)
    assert batch.state == "failed"
    text = page(editor, batch)
    assert "第 1 行：不认识列名“价目表”（第 8 列）" in text
    assert re.search(r"价目表</th><td[^>]*>11.98</td>", text)
    assert answers(text)["column-7"] == answers(text)["column-8"] == ""
    assert answers(text)["column-1"] == "品牌"
    SENT.clear()
    assert say(editor, batch, column_7="厂商指导价") == 303
    assert [task for task, _ in SENT] == ["tasks.cars.check_upload"]
    assert newest().state == "checked"
    text = page(editor, newest())
    assert "略过第 9 列“颜值”，没有导入" in text
    assert re.search(r"厂商指导价</td><td>12.98 万元</td><td>11.98 万元</td>", text)
    editor.post(f"/console/catalogue/batches/{batch.id}/import")
    service.run_upload(batch_id=batch.id, dry_run=False)
    assert trim().price_fen == 11_980_000


def test_what_was_said_is_proposed_for_the_next_file_of_its_source(editor: FlaskClient) -> None:
    say(editor, checked(editor, ODD), column_7="厂商指导价")
    (kept,) = db.session.scalars(select(ColumnPlan))
    assert kept.source == "厂商官网"
    assert json.loads(kept.columns) == {"价目表": "price_wan", "颜值": ""}
    again = checked(editor, ODD | {"key": "A7"})
    assert again.state == "failed"  # proposed, not taken for granted
    text = page(editor, again)
    assert "已按来源“厂商官网”上次的对应填好" in text
    assert answers(text)["column-7"] == "厂商指导价"
    other = page(editor, checked(editor, ODD | {"source": "另一处"}))
    assert "已按来源" not in other
    assert answers(other)["column-7"] == ""
    say(editor, again, column_7="经销商报价")
    db.session.expire_all()
    (kept,) = db.session.scalars(select(ColumnPlan))
    assert json.loads(kept.columns)["价目表"] == "dealer_price_wan"


def test_a_field_without_a_column_is_filled_in_for_all_rows(editor: FlaskClient) -> None:
    bare = {name: text for name, text in ODD.items() if name not in ("source", "captured")}
    batch = checked(editor, bare)
    assert {"fixed-source", "fixed-captured"} <= answers(page(editor, batch)).keys()
    assert say(editor, batch, fixed_source="门店抄录", fixed_captured="2026-01") == 303
    assert newest().state == "checked"
    assert json.loads(newest().plan)["fixed"] == {"source": "门店抄录", "captured": "2026-01"}
    text = page(editor, checked(editor, bare | {"key": "A8"}))
    assert answers(text)["fixed-source"] == "门店抄录"


def test_a_column_that_was_recognised_wrongly_can_be_said_to_be_another(
    editor: FlaskClient,
) -> None:
    batch = checked(editor, car(售价="11.98", captured="2026-01"))
    assert batch.state == "checked"
    assert answers(page(editor, batch))["column-7"] == "厂商指导价"
    say(editor, batch, column_7="经销商报价")
    assert "经销商报价</td><td>未知</td><td>11.98 万元" in page(editor, newest())
    say(editor, batch, column_7="厂商指导价")
    assert "厂商指导价</td><td>12.98 万元</td><td>11.98 万元" in page(editor, newest())


def test_a_field_that_is_none_is_told_and_what_was_typed_stays(editor: FlaskClient) -> None:
    batch = checked(editor, ODD)
    form = {"column-7": "厂商指导架", "column-8": "长度", "fixed-maker": ""}
    answer = editor.post(f"/console/catalogue/batches/{batch.id}/columns", data=form)
    assert answer.status_code == 422
    text = unescape(answer.text)
    assert "没有字段“厂商指导架”，最接近的是“厂商指导价”（price_wan）" in text
    assert (answers(text)["column-7"], answers(text)["column-8"]) == ("厂商指导架", "长度")
    assert newest().plan == "{}"


def test_the_audit_log_says_what_was_said(editor: FlaskClient) -> None:
    say(editor, checked(editor, ODD), column_7="厂商指导价")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "map columns")).one()
    assert entry.after is not None
    assert json.loads(entry.after) == {"columns": "价目表 → price_wan、颜值 → 略过"}


def test_columns_are_said_only_while_a_file_waits(editor: FlaskClient) -> None:
    batch = upload(editor, ODD)
    address = f"/console/catalogue/batches/{batch.id}/columns"
    assert editor.post(address, data={}).status_code == 409
    service.run_upload(batch_id=batch.id, dry_run=True)
    assert say(editor, batch, column_7="厂商指导价") == 303
    editor.post(f"/console/catalogue/batches/{batch.id}/import")
    service.run_upload(batch_id=batch.id, dry_run=False)
    assert "列的对应" not in page(editor, newest())
    assert editor.post(address, data={}).status_code == 409


def test_a_workbook_is_uploaded_like_any_file(editor: FlaskClient) -> None:
    made = openpyxl.Workbook()
    for line in csv_text(car(key="A3", 指导价="9.98")).splitlines():
        made.active.append(line.split(","))
    content = io.BytesIO()
    made.save(content)
    content.seek(0)
    editor.post("/console/catalogue/uploads", data={"file": (content, "车.xlsx")})
    service.run_upload(batch_id=newest().id, dry_run=True)
    assert json.loads(newest().report)["counts"]["added"] == 1
