"""Staff change what people call a car, see what that does, and can go back."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.accounts.people import account, signed_in
from tests.cars.import_files import car, import_rows
from webapp.audit import AuditEntry
from webapp.extensions import db
from webapp.search import service
from webapp.search.aliases import shipped_aliases
from webapp.search.models import Alias


@pytest.fixture
def editor(app: Flask, tmp_path: Path) -> FlaskClient:
    import_rows(tmp_path, car(), car(key="B1", brand="比亚迪", series="海豹", name="海豹 标准版"))
    service.refresh_aliases()
    own = account("o-editor")
    own.role = "editor"
    db.session.commit()
    return signed_in(app, own)


def conditions(sentence: str) -> list[object]:
    return [
        read.condition.as_dict()["value"] for read in service.read_sentence(sentence).conditions
    ]


def test_a_new_alias_is_tried_on_a_sentence_before_it_is_saved(editor: FlaskClient) -> None:
    asked = {"kind": "series", "alias": "呱呱机", "name": "北斗", "sentence": "呱呱机"}
    page = editor.get("/console/words", query_string=asked).text
    assert "没读懂：呱呱机" in page
    assert "条件：车系：北斗" in page
    assert conditions("呱呱机") == []  # nothing was saved


def test_a_saved_alias_is_read_from_the_next_sentence_on(editor: FlaskClient, app: Flask) -> None:
    form = {"kind": "series", "alias": "呱呱机", "name": "北斗", "members": ""}
    assert editor.post("/console/words/aliases", data=form).status_code == 303
    app.extensions.pop("search_version", None)  # a second goes by
    assert conditions("呱呱机") == ["北斗"]
    line = db.session.scalars(select(AuditEntry)).one()
    assert (line.action, line.subject) == ("save alias", "series 呱呱机")


def test_a_shipped_alias_can_be_taken_out_of_use_and_brought_back(
    editor: FlaskClient, app: Flask
) -> None:
    shipped = next(row for row in shipped_aliases().values() if row.kind == "brand")
    form = {"kind": "brand", "alias": shipped.alias, "name": "", "members": ""}
    editor.post("/console/words/aliases", data=form)
    row = db.session.scalars(select(Alias).filter_by(alias=shipped.alias, kind="brand")).one()
    assert (row.name, row.origin) == ("", "edited")
    assert not service.refresh_aliases()  # an upgrade leaves it so
    assert editor.post(f"/console/words/aliases/{row.id}/forget").status_code == 303
    db.session.expire_all()
    row = db.session.scalars(select(Alias).filter_by(alias=shipped.alias, kind="brand")).one()
    assert (row.name, row.origin) == (shipped.name, "shipped")


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"name": "不存在的车"}, "没有叫"),
        ({"alias": " "}, "别名要有"),
        ({"alias": "长" * 61}, "别名要有"),
        ({"kind": "person"}, "请选择"),
        ({"kind": "group", "name": "两家", "members": "比亚迪 某某"}, "某某"),
        ({"kind": "group", "name": "两家", "members": ""}, "没有填写"),
    ],
)
def test_what_the_catalogue_does_not_have_is_refused(
    editor: FlaskClient, wrong: dict[str, str], says: str
) -> None:
    form = {"kind": "series", "alias": "呱呱机", "name": "北斗", "members": ""}
    answer = editor.post("/console/words/aliases", data=form | wrong)
    assert answer.status_code == 400
    assert says in answer.text


def test_the_table_is_searched_by_alias_and_by_name(editor: FlaskClient) -> None:
    assert "没有找到" in editor.get("/console/words?q=绝无此名").text
    assert "没有找到" in editor.get("/console/words?edited=1").text
    assert editor.get("/console/words?q=比亚迪").text.count("自带") >= 2
