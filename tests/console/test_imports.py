"""Staff import files: checked first, told what is wrong, gone on with, undone."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.catalogue.import_files import car, csv_text
from tests.console.editing import (
    FIRST,
    SENT,
    an_editor,
    newest,
    set_value,
    shown,
    sources,
    trim,
    upload,
)
from webapp.audit import AuditEntry
from webapp.catalogue import service
from webapp.catalogue.models import Brand, Maker, Series, Trim, Value
from webapp.catalogue.reading.header import CAR_LABELS
from webapp.catalogue.reading.reference import parameters
from webapp.catalogue.service.batches import upload_of
from webapp.catalogue.service.imports import import_cars
from webapp.extensions import db


@pytest.fixture
def editor(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    return an_editor(app, tmp_path, monkeypatch)


def test_undoing_an_import_leaves_no_name_behind_that_only_it_used(editor: FlaskClient) -> None:
    strange = {"brand": "星合", "maker": "星合汽车", "source": "抄错的表", "price_wan": "9"}
    batch = upload(editor, car(key="A2", **strange), car(brand="星合", series="南斗"))
    service.run_upload(batch_id=batch.id, dry_run=True)
    editor.post(f"/console/catalogue/batches/{batch.id}/import")
    service.run_upload(batch_id=batch.id, dry_run=False)
    assert trim().series.name == "南斗"
    editor.post(f"/console/catalogue/batches/{batch.id}/undo")
    service.undo_batch(batch_id=batch.id)
    assert sources() == {"厂商官网"}
    for model, name in ((Brand, "星河"), (Series, "北斗"), (Maker, "星河汽车")):
        assert db.session.scalars(select(model.name)).all() == [name]
    assert trim().series.price_max_fen == 12_980_000


def test_a_series_with_sales_stays_when_its_import_is_undone(
    editor: FlaskClient, tmp_path: Path
) -> None:
    batch = upload(editor, car(key="A2", series="南斗"))
    service.run_upload(batch_id=batch.id, dry_run=True)
    editor.post(f"/console/catalogue/batches/{batch.id}/import")
    service.run_upload(batch_id=batch.id, dry_run=False)
    sales = tmp_path / "sales.csv"
    sales.write_text(
        "brand,series,period,scope,units,source\n星河,南斗,2025-10,retail,12,厂商官网\n", "utf-8"
    )
    assert service.import_sales(path=sales).added == 1
    editor.post(f"/console/catalogue/batches/{batch.id}/undo")
    service.undo_batch(batch_id=batch.id)
    assert set(db.session.scalars(select(Series.name))) == {"北斗", "南斗"}


def test_an_upload_is_checked_before_anything_is_written(editor: FlaskClient) -> None:
    batch = upload(
        editor, car(price_wan="11.98", captured="2026-01"), car(key="A2", price_wan="贵")
    )
    assert [("tasks.cars.check_upload", (batch.id,))] == SENT
    service.run_upload(batch_id=batch.id, dry_run=True)
    batch = newest()
    assert batch.state == "checked"
    assert trim().price_fen == 12_980_000
    page = editor.get(f"/console/catalogue/batches/{batch.id}").text
    assert "还没有写入" in page
    assert "拒绝 1" in page
    assert "A2" in page


def test_the_empty_table_has_every_column_and_is_read_when_it_is_filled_in(
    editor: FlaskClient,
) -> None:
    assert (
        "必需的列：编号、品牌、车系、车型、来源、采集月份" in editor.get("/console/catalogue").text
    )
    sheet = editor.get("/console/catalogue/columns.csv").data.decode()
    header = sheet.strip("\ufeff\r\n").split(",")
    assert len(header) == len(set(header)) == len(CAR_LABELS) + len(parameters())
    filled = {
        "编号": "A9",
        "品牌": "星河",
        "车系": "北斗",
        "车型": "甲",
        "来源": "官网",
        "采集月份": "2025-11",
        "官方0-100km/h加速(秒)": "7.9",
        "厂商指导价(万元)": "9.98",
    }
    row = ",".join(filled.pop(title, "") for title in header)
    assert filled == {}
    editor.post(
        "/console/catalogue/uploads",
        data={"file": (io.BytesIO(f"{sheet}{row}\r\n".encode()), "车.csv")},
    )
    service.run_upload(batch_id=newest().id, dry_run=True)
    assert json.loads(newest().report)["counts"]["added"] == 1


def test_what_was_checked_is_imported_when_asked_for_and_once(editor: FlaskClient) -> None:
    batch = upload(editor, car(price_wan="11.98", captured="2026-01"), car(key="A2", price_wan="9"))
    service.run_upload(batch_id=batch.id, dry_run=True)
    assert editor.post(f"/console/catalogue/batches/{batch.id}/import").status_code == 303
    assert editor.post(f"/console/catalogue/batches/{batch.id}/import").status_code == 409
    service.run_upload(batch_id=batch.id, dry_run=False)
    assert newest().state == "imported"
    assert trim().price_fen == 11_980_000
    assert trim("A2").price_fen == 9_000_000


def test_undoing_an_import_restores_values_names_and_takes_new_trims_away(
    editor: FlaskClient,
) -> None:
    changed = car(price_wan="11.98", captured="2026-01", name="北斗 2025款 改名版", status="停售")
    batch = upload(editor, changed, car(key="A2", price_wan="9"))
    service.run_upload(batch_id=batch.id, dry_run=True)
    editor.post(f"/console/catalogue/batches/{batch.id}/import")
    service.run_upload(batch_id=batch.id, dry_run=False)
    assert trim().name == "改名版"
    editor.post(f"/console/catalogue/batches/{batch.id}/undo")
    service.undo_batch(batch_id=batch.id)
    assert trim().name == "长续航版"
    assert trim().status is None
    assert trim().price_fen == 12_980_000
    assert shown()["price_wan"] == "12.98 厂商官网"
    assert db.session.scalar(select(func.count()).select_from(Trim)) == 1
    actions = [line.action for line in db.session.scalars(select(AuditEntry).order_by("id"))]
    assert actions == ["upload cars", "import cars", "undo batch"]


def test_undoing_leaves_what_came_later(editor: FlaskClient) -> None:
    batch = upload(editor, car(price_wan="11.98", captured="2026-01"))
    service.run_upload(batch_id=batch.id, dry_run=True)
    editor.post(f"/console/catalogue/batches/{batch.id}/import")
    service.run_upload(batch_id=batch.id, dry_run=False)
    set_value(editor, parameter="price_wan", text="10.98")
    editor.post(f"/console/catalogue/batches/{batch.id}/undo")
    service.undo_batch(batch_id=batch.id)
    assert trim().price_fen == 10_980_000
    current = select(func.count()).select_from(Value).where(Value.superseded_at.is_(None))
    assert db.session.scalar(current) == 2


def test_an_import_killed_half_way_is_gone_on_with(
    editor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = upload(editor, car(name="北斗 2025款 改名版", captured="2026-01"), car(key="A2"))
    service.run_upload(batch_id=batch.id, dry_run=True)
    editor.post(f"/console/catalogue/batches/{batch.id}/import")
    SENT.clear()
    later = datetime.now(UTC) + timedelta(minutes=10)
    assert service.resume_batches(now=datetime.now(UTC)) == 0
    assert service.resume_batches(now=later) == 1
    assert [("tasks.cars.import_upload", (batch.id,))] == SENT
    service.run_upload(batch_id=batch.id, dry_run=False)
    service.run_upload(batch_id=batch.id, dry_run=False)  # delivered twice
    editor.post(f"/console/catalogue/batches/{batch.id}/undo")
    service.undo_batch(batch_id=batch.id)
    assert trim().name == "长续航版"


def test_a_file_that_is_none_is_reported_and_can_be_left(editor: FlaskClient) -> None:
    answer = editor.post("/console/catalogue/uploads", data={})
    assert answer.status_code == 422
    assert "请先选择一个 CSV 或 Excel 文件" in answer.text
    empty = editor.post("/console/catalogue/uploads", data={"file": (io.BytesIO(b""), "空.csv")})
    assert empty.status_code == 422
    assert 'name="file"' in empty.text
    data = {"file": (io.BytesIO(b"\x00\x01\x02"), "../../etc/passwd")}
    editor.post("/console/catalogue/uploads", data=data)
    batch = newest()
    assert batch.title == "passwd"
    service.run_upload(batch_id=batch.id, dry_run=True)
    assert newest().state == "failed"
    assert "整个读不了" in editor.get(f"/console/catalogue/batches/{batch.id}").text


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([], "文件只有表头，没有可以导入的行"),
        ([FIRST], "能读的行都和车库里的一样"),
        ([car(key="A2", price_wan="贵")], "没有一行能导入，原因见下"),
    ],
    ids=["header only", "nothing new", "all rejected"],
)
def test_what_has_nothing_to_import_says_why_and_offers_no_import(
    editor: FlaskClient, rows: list[dict[str, str]], says: str
) -> None:
    text = csv_text(*rows) if rows else csv_text(FIRST).splitlines()[0]
    data = {"file": (io.BytesIO(text.encode()), "车.csv")}
    editor.post("/console/catalogue/uploads", data=data)
    service.run_upload(batch_id=newest().id, dry_run=True)
    page = editor.get(f"/console/catalogue/batches/{newest().id}").text
    assert newest().state == "checked"
    assert says in page
    assert f"/console/catalogue/batches/{newest().id}/import" not in page


def test_a_refused_file_is_told_by_what_is_wrong_with_it(editor: FlaskClient) -> None:
    batch = upload(editor, FIRST | {"轴拒": "2700", "车色": "红"})
    service.run_upload(batch_id=batch.id, dry_run=True)
    page = editor.get(f"/console/catalogue/batches/{batch.id}").text
    assert "第 1 行：不认识列名“轴拒”" in page
    assert "第 1 行：不认识列名“车色”" in page
    assert "新增" not in page
    assert "被拒绝的行" not in page


def test_files_go_when_they_are_imported_or_nobody_imports_them(editor: FlaskClient) -> None:
    imported, waiting = upload(editor, car(key="A2")), upload(editor, car(key="A3"))
    for batch in (imported, waiting):
        service.run_upload(batch_id=batch.id, dry_run=True)
    editor.post(f"/console/catalogue/batches/{imported.id}/import")
    service.run_upload(batch_id=imported.id, dry_run=False)
    assert not upload_of(imported.id).exists()
    now = datetime.now(UTC)
    assert service.sweep_uploads(now=now + timedelta(days=6)) == 0
    assert service.sweep_uploads(now=now + timedelta(days=8)) == 1
    assert not upload_of(waiting.id).exists()
    assert "已经删除" in editor.get(f"/console/catalogue/batches/{waiting.id}").text
    again = editor.post(f"/console/catalogue/batches/{waiting.id}/import")
    assert again.status_code == 409
    assert "重新上传" in again.text


def test_progress_is_a_fragment_that_stops_asking_when_done(editor: FlaskClient) -> None:
    batch = upload(editor, car())
    fragment = {"HX-Request": "true"}
    going = editor.get(f"/console/catalogue/batches/{batch.id}", headers=fragment)
    assert going.status_code == 200
    assert "every 2s" in going.text
    service.run_upload(batch_id=batch.id, dry_run=True)
    done = editor.get(f"/console/catalogue/batches/{batch.id}", headers=fragment)
    assert done.status_code == 286
    assert "every 2s" not in done.text


def test_imports_from_the_command_line_are_no_batch(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "cars.csv"
    file.write_text(csv_text(FIRST), "utf-8")
    import_cars(path=file)
    assert db.session.scalars(select(Value.batch_id).distinct()).all() == [None]
