"""Staff change what people call a car, see what that does, and can go back."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.accounts.people import account, signed_in
from tests.catalogue.import_files import car, import_rows
from webapp.audit import AuditEntry
from webapp.extensions import db
from webapp.search import service
from webapp.search.aliases import shipped_aliases
from webapp.search.models import Alias, Synonym


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
    assert answer.status_code == 422
    assert says in answer.text
    assert 'name="members" value="' + wrong.get("members", "") in answer.text
    for sentence in ("呱呱机", ""):
        tried = editor.get("/console/words", query_string=form | wrong | {"sentence": sentence})
        assert tried.status_code == 200
        assert says in tried.text or wrong == {"alias": " "}  # then there is nothing to try
        assert f'name="sentence" value="{sentence}"' in tried.text


def test_an_order_is_told_in_words(editor: FlaskClient) -> None:
    page = editor.get("/console/words", query_string={"sentence": "最便宜的车"}).text
    assert "排序：价格从低到高" in page


def test_an_alias_of_our_own_is_taken_away_and_a_shipped_one_brought_back(
    editor: FlaskClient,
) -> None:
    form = {"kind": "series", "alias": "呱呱机", "name": "北斗", "members": ""}
    answer = editor.post("/console/words/aliases", data=form, follow_redirects=True)
    assert "移走<span" in answer.text
    assert "恢复自带" not in answer.text
    shipped = next(row for row in shipped_aliases().values() if row.kind == "brand")
    form = {"kind": "brand", "alias": shipped.alias, "name": "", "members": ""}
    answer = editor.post("/console/words/aliases", data=form, follow_redirects=True)
    assert "恢复自带<span" in answer.text


def synonym(client: FlaskClient, word: str, meaning: str) -> TestResponse:
    return client.post("/console/words/synonyms", data={"word": word, "meaning": meaning})


def test_a_new_synonym_is_tried_on_a_sentence_before_it_is_saved(editor: FlaskClient) -> None:
    asked = {"word": "遛娃车", "meaning": "七座", "said": "15万遛娃车"}
    page = editor.get("/console/words", query_string=asked).text
    assert "没读懂：遛" in page
    assert "条件：座位数 = 7 座" in page
    assert conditions("遛娃车") == []  # nothing was saved


def test_a_saved_synonym_is_read_where_it_was_typed_and_can_be_taken_away(
    editor: FlaskClient, app: Flask
) -> None:
    assert synonym(editor, " 遛娃-车 ", "七座").status_code == 303
    app.extensions.pop("search_version", None)  # a second goes by
    read = service.read_sentence("预算二十遛娃车要纯电")
    said = {one.condition.field: one for one in read.conditions}
    assert said["seats"].condition.value == 7
    ((start, end),) = said["seats"].spans
    assert "预算二十遛娃车要纯电"[start:end] == "遛娃车"
    assert said["price_wan"].condition.value == 20  # not twenty-seven
    assert read.unread == ()
    assert synonym(editor, "遛娃车", "六座").status_code == 303  # a change of mind
    row = db.session.scalars(select(Synonym)).one()
    assert editor.post(f"/console/words/synonyms/{row.id}/forget").status_code == 303
    assert editor.post(f"/console/words/synonyms/{row.id}/forget").status_code == 404
    app.extensions.pop("search_version", None)
    assert conditions("遛娃车") == []
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [line.action for line in lines] == ["save synonym"] * 2 + ["forget synonym"]
    assert (lines[1].before, lines[2].before) == ('"七座"', '"六座"')


def test_a_longer_name_is_not_taken_for_a_synonym(editor: FlaskClient, app: Flask) -> None:
    editor.post(
        "/console/words/aliases",
        data={"kind": "series", "alias": "咕咚机车王", "name": "北斗", "members": ""},
    )
    synonym(editor, "咕咚机", "七座")
    app.extensions.pop("search_version", None)
    assert conditions("咕咚机车王") == ["北斗"]
    assert conditions("不要咕咚机") == [7]


@pytest.mark.parametrize(
    ("word", "meaning", "says"),
    [
        ("奶爸车", "七座", "已经有意思：车身：MPV"),
        ("海豹", "七座", "已经有意思：名称 海豹"),
        ("不要", "七座", "已经有意思"),
        ("遛", "七座", "2 到 20 个字"),
        ("遛娃车", "咕噜", "读不懂的：咕噜"),
        ("遛娃车", "海豹", "别名"),
        ("遛娃车", "的", "不表示什么"),
        ("遛娃车", "", "等于哪个词"),
    ],
)
def test_a_synonym_that_cannot_be_is_refused_with_the_reason_and_the_form_stays(
    editor: FlaskClient, word: str, meaning: str, says: str
) -> None:
    answer = synonym(editor, word, meaning)
    assert answer.status_code == 422
    assert says in answer.text
    assert f'value="{word}"' in answer.text
    for said in ("一句话", ""):
        tried = {"word": word, "meaning": meaning, "said": said}
        assert says in editor.get("/console/words", query_string=tried).text
    assert db.session.scalars(select(Synonym)).all() == []
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_an_order_a_word_already_means_is_told_in_words(editor: FlaskClient) -> None:
    assert "排序 价格从低到高" in synonym(editor, "最便宜", "代步").text


def test_synonyms_are_listed_with_what_they_are_read_as(editor: FlaskClient) -> None:
    synonym(editor, "菜篮子车", "买菜车")
    synonym(editor, "遛娃车", "七座")
    page = editor.get("/console/words").text
    for shown in ("菜篮子车", "买菜车", "不表示条件", "座位数 = 7 座"):
        assert shown in page


def test_the_table_is_searched_by_alias_and_by_name(editor: FlaskClient) -> None:
    assert "没有找到" in editor.get("/console/words?q=绝无此名").text
    assert "没有找到" in editor.get("/console/words?edited=1").text
    assert editor.get("/console/words?q=比亚迪").text.count("自带") >= 2


def test_a_group_takes_a_brand_by_any_of_its_names_and_offers_those_called_alike(
    editor: FlaskClient, tmp_path: Path
) -> None:
    import_rows(tmp_path, car(key="C1", brand="理想汽车", series="理想L6", name="Pro"))
    form = {"kind": "group", "alias": "甲乙", "name": "甲乙", "members": "理想 星河"}
    assert editor.post("/console/words/aliases", data=form).status_code == 303
    kept = db.session.scalars(select(Alias).filter_by(alias="甲乙")).one()
    assert kept.members == "理想汽车 星河"
    wrong = editor.post("/console/words/aliases", data=form | {"members": "理想车"})
    assert wrong.status_code == 422
    assert "“理想车”是不是理想汽车？" in wrong.text
