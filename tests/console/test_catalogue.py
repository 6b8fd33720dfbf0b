"""Staff set values by hand, see what happens, and can take it back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.catalogue.import_files import import_rows
from tests.console.editing import (
    FIRST,
    an_editor,
    newest,
    set_value,
    shown,
    sources,
    trim,
    value_page,
)
from webapp.audit import AuditEntry
from webapp.catalogue import service
from webapp.extensions import db


@pytest.fixture
def editor(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FlaskClient:
    return an_editor(app, tmp_path, monkeypatch)


def test_a_value_set_by_hand_shows_at_once_with_its_source(editor: FlaskClient) -> None:
    assert set_value(editor).status_code == 303
    assert shown()["range_cltc_km"] == "520 厂商公告"
    assert trim().range_km == 520  # what lists filter by follows
    page = editor.get(value_page()).text
    assert "505" in page  # the value before stays in its history
    (line,) = db.session.scalars(select(AuditEntry)).all()
    assert (line.action, line.before) == ("set value", '"505"')
    assert json.loads(line.after or "")["text"] == "520"


def test_the_unit_of_a_value_is_read_as_on_its_page(editor: FlaskClient) -> None:
    html = editor.get(value_page("accel_0_100_s")).text
    assert "官方0-100km/h加速（秒）" in html


def test_one_parameter_among_hundreds_is_found_by_its_name(editor: FlaskClient) -> None:
    page = f"/console/catalogue/trims/{trim().id}"

    def listed(html: str) -> list[str]:
        return re.findall(r'<th scope="row">([^<]+)</th><td data-label="现行值">', html)

    found = editor.get(f"{page}?find=cltc_km").text
    assert listed(found) == ["CLTC纯电续航里程", "CLTC综合续航"]
    assert listed(editor.get(f"{page}?find=cltc纯电").text) == ["CLTC纯电续航里程"]
    assert f'href="{page}/values/range_cltc_km?find=cltc_km"' in found
    kept = set_value(editor, find="cltc_km")
    assert kept.location.endswith("?find=cltc_km&saved=range_cltc_km#p-range_cltc_km")
    assert 'name="find" value="cltc_km"' in set_value(editor, find="cltc_km", text="很远").text
    assert "没有名称里含有“龙骨”的参数" in editor.get(f"{page}?find=龙骨").text
    assert len(listed(editor.get(page).text)) > len(listed(found))


def test_an_empty_value_makes_it_unknown_and_undoing_brings_it_back(editor: FlaskClient) -> None:
    set_value(editor, text="")
    assert "range_cltc_km" not in shown()
    assert trim().range_km is None
    editor.post(f"/console/catalogue/batches/{newest().id}/undo")
    service.undo_batch(batch_id=newest().id)
    assert shown()["range_cltc_km"] == "505 厂商官网"
    assert trim().range_km == 505
    assert newest().state == "undone"


def test_who_says_that_a_value_is_unknown_becomes_no_source_of_values(editor: FlaskClient) -> None:
    set_value(editor, text="", source="读者来信")
    assert sources() == {"厂商官网"}
    set_value(editor, text="520", source="厂商公告")
    editor.post(f"/console/catalogue/batches/{newest().id}/undo")
    service.undo_batch(batch_id=newest().id)
    page = editor.get(value_page()).text
    assert sources() == {"厂商官网", "厂商公告"}
    assert "厂商公告" in page  # it stays with the value in the history


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"text": "很远"}, "续航"),
        ({"text": "99999"}, "续航"),
        ({"source": ""}, "来源"),
        ({"captured": "2026"}, "月份"),
        ({"captured": "2099-01"}, "未来"),
        ({"captured": "2020-01"}, "新"),
        ({"confidence": "sure"}, "可信度"),
    ],
)
def test_a_value_that_cannot_be_is_refused_and_changes_nothing(
    editor: FlaskClient, wrong: dict[str, str], says: str
) -> None:
    typed = {"text": "520", "source": "厂商公告"} | wrong
    answer = set_value(editor, **typed)
    assert answer.status_code == 422
    assert f'name="text" value="{typed["text"]}"' in answer.text
    assert f'name="source" value="{typed["source"]}"' in answer.text
    assert says in answer.text
    assert shown()["range_cltc_km"] == "505 厂商官网"
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_saving_the_form_as_it_is_keeps_every_digit(editor: FlaskClient) -> None:
    set_value(editor, parameter="drag_coefficient_cd", text="0.195", captured="2026-01")
    page = editor.get(value_page("drag_coefficient_cd")).text
    assert 'name="text" value="0.195"' in page
    assert '<th scope="row">0.195</th>' in page


def test_the_form_claims_no_origin_that_nobody_named(editor: FlaskClient) -> None:
    html = editor.get(value_page()).text
    assert 'name="text" value="505"' in html
    assert 'name="source" value=""' in html
    assert 'name="captured" value=""' in html
    assert '<option value="">请选择' in html
    assert not re.search(r"<option[^>]*selected", html)
    assert "厂商官网 · 2025 年 11 月 · 平台登载" in html  # as that of the value before
    assert set_value(editor, confidence="").status_code == 422


def test_a_slip_of_the_pen_keeps_the_origin_of_the_value_before(editor: FlaskClient) -> None:
    answer = set_value(
        editor, text="550", same="1", source="", captured="", confidence="", reason="少录一位"
    )
    assert answer.status_code == 303
    assert shown()["range_cltc_km"] == "550 厂商官网"
    html = editor.get(value_page()).text
    assert "少录一位" in html
    assert "少录一位" in editor.get(f"/console/catalogue/batches/{newest().id}").text


def test_what_was_saved_is_said_where_it_stands(editor: FlaskClient) -> None:
    kept = set_value(editor)
    html = editor.get(kept.location).text
    said = re.search(r'role="status">(.*?)</p>', html, re.S)
    assert said is not None
    assert re.sub(r"<[^>]+>", "", said[1]).startswith(
        "已保存 CLTC纯电续航里程：520 km，来源 厂商公告，2026-02"
    )
    (section,) = re.findall(r"<details[^>]* open>(.*?)</details>", html, re.S)
    assert 'id="p-range_cltc_km" class="is-saved"' in section
    assert section.count("已保存") == 1  # also in the row, to which the window is scrolled


NEW = {
    "brand": "星河",
    "series": "北斗",
    "name": "极速版",
    "model_year": "2026",
    "energy": "纯电",
    "price_wan": "15.98",
    "source": "厂商官网",
    "captured": "2026-02",
    "confidence": "官方公布",
}


def add(client: FlaskClient, **fields: str) -> TestResponse:
    return client.post("/console/catalogue/trims/new", data=NEW | fields)


def test_a_trim_added_by_hand_is_stored_as_an_import_would_and_can_be_undone(
    editor: FlaskClient,
) -> None:
    answer = add(editor, sure="1")
    assert answer.status_code == 303
    assert "已保存" in editor.get(answer.location).text
    row = trim(f"hand-{newest().id}")
    address = f"/console/catalogue/trims/{row.id}"
    assert (row.series.name, row.name, row.energy) == ("北斗", "极速版", "BEV")
    assert (row.price_fen, row.model_year, row.batch_id) == (15_980_000, 2026, newest().id)
    (line,) = db.session.scalars(select(AuditEntry)).all()
    assert (line.action, line.subject) == ("add trim", f"trim {row.id}")
    editor.post(f"/console/catalogue/batches/{newest().id}/undo")
    service.undo_batch(batch_id=newest().id)
    assert editor.get(address).status_code == 404


def test_a_second_click_adds_no_second_trim(editor: FlaskClient) -> None:
    assert add(editor, sure="1").status_code == 303
    batch = newest().id
    answer = add(editor, sure="1")
    assert answer.status_code == 422
    assert "已经有同年款、同名的车型" in answer.text
    assert newest().id == batch


def test_what_is_wrong_with_a_new_trim_is_said_field_by_field_and_nothing_is_lost(
    editor: FlaskClient,
) -> None:
    answer = add(editor, price_wan="很贵", captured="2099-01", confidence="")
    assert answer.status_code == 422
    for key, says in (("price_wan", "数字"), ("captured", "未来"), ("confidence", "必填")):
        said = re.search(rf'id="wrong-{key}">([^<]+)<', answer.text)
        assert said is not None, key
        assert says in said[1]
    assert 'name="price_wan" value="很贵"' in answer.text
    assert newest().id is None


def test_a_brand_nobody_knows_is_asked_about_with_those_called_alike(editor: FlaskClient) -> None:
    answer = add(editor, brand="理想", series="L6")
    assert answer.status_code == 422
    assert "是不是“理想汽车”？" in answer.text
    assert 'name="sure"' in answer.text
    assert newest().id is None
    assert add(editor, brand="理想", series="L6", sure="1").status_code == 303


def test_a_doubt_is_listed_until_staff_say_why_it_is_right(
    editor: FlaskClient, tmp_path: Path
) -> None:
    import_rows(tmp_path, FIRST | {"length_mm": "4310", "trunk_l": "1320"})
    html = editor.get("/console/catalogue/doubts").text
    (said,) = re.findall(r'name="said" value="([^"]+)"', html)
    assert 'name="said"' not in editor.get("/console/catalogue/doubts?rule=price").text
    about = {"trim": str(trim().id), "rule": "boot", "said": said}
    answer = editor.post("/console/catalogue/doubts", data=about | {"reason": "厂商按放倒公布"})
    assert answer.status_code == 303
    assert "没有未说明的疑点" in editor.get("/console/catalogue/doubts").text
    assert "厂商按放倒公布" in editor.get("/console/catalogue/doubts?all=1").text
    (line,) = db.session.scalars(select(AuditEntry)).all()
    assert line.action == "explain doubt"
    wrong = editor.post("/console/catalogue/doubts", data=about | {"trim": "x"})
    assert wrong.status_code == 400


def test_a_double_click_saves_a_value_once(editor: FlaskClient) -> None:
    set_value(editor)
    batch = newest().id
    assert set_value(editor).status_code == 303
    assert newest().id == batch
    assert len(db.session.scalars(select(AuditEntry)).all()) == 1
    set_value(editor, source="另一份公告")
    assert newest().id > batch


def test_trims_are_found_and_lead_to_their_values(editor: FlaskClient) -> None:
    found = editor.get("/console/catalogue?q=北斗")
    assert f"/console/catalogue/trims/{trim().id}" in found.text
    assert "没有名称" in editor.get("/console/catalogue?q=无此车").text
    assert editor.get("/console/catalogue/trims/999").status_code == 404
