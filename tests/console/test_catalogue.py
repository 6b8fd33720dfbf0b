"""Staff set values by hand, see what happens, and can take it back."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.console.editing import an_editor, newest, set_value, shown, sources, trim
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
    page = editor.get(f"/console/catalogue/trims/{trim().id}?parameter=range_cltc_km").text
    assert "505" in page  # the value before stays in its history
    (line,) = db.session.scalars(select(AuditEntry)).all()
    assert (line.action, line.before) == ("set value", '"505"')
    assert json.loads(line.after or "")["text"] == "520"


def test_the_unit_of_a_value_is_read_as_on_its_page(editor: FlaskClient) -> None:
    html = editor.get(f"/console/catalogue/trims/{trim().id}?parameter=accel_0_100_s").text
    assert "官方0-100km/h加速（秒）" in html


def test_one_parameter_among_hundreds_is_found_by_its_name(editor: FlaskClient) -> None:
    page = f"/console/catalogue/trims/{trim().id}"

    def listed(html: str) -> list[str]:
        return re.findall(r'<th scope="row">([^<]+)</th><td data-label="现行值">', html)

    found = editor.get(f"{page}?find=cltc_km").text
    assert listed(found) == ["CLTC纯电续航里程", "CLTC综合续航"]
    assert listed(editor.get(f"{page}?find=cltc纯电").text) == ["CLTC纯电续航里程"]
    assert f'href="{page}?parameter=range_cltc_km&amp;find=cltc_km"' in found
    kept = set_value(editor, find="cltc_km")
    assert kept.location.endswith("?parameter=range_cltc_km&find=cltc_km")
    assert listed(set_value(editor, find="cltc_km", text="很远").text) == listed(found)
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
    page = editor.get(f"/console/catalogue/trims/{trim().id}?parameter=range_cltc_km").text
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
    page = editor.get(f"/console/catalogue/trims/{trim().id}?parameter=drag_coefficient_cd").text
    assert 'name="text" value="0.195"' in page
    assert '<th scope="row">0.195</th>' in page


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
