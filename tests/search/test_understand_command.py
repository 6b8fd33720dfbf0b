"""`search understand`: a line in, a line out."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from tests.catalogue import catalogue
from webapp.extensions import db
from webapp.search import compiled
from webapp.search.cli import search
from webapp.search.models import Alias
from webapp.search.service import read_sentence, refresh_aliases


@pytest.fixture
def cars(app: Flask) -> None:
    catalogue.trim("a", series_name="北斗", brand_name="星河")
    catalogue.publish()
    refresh_aliases()


def test_each_line_is_answered_in_order_and_a_broken_one_by_its_error(
    app: Flask, cars: None
) -> None:
    lines = '{"id": "1", "q": "20万以内的星河"}\nnot json\n{"id": "3"}\n{"id": 4, "q": "豪华SUV"}\n'
    result = app.test_cli_runner().invoke(search, ["understand"], input=lines)
    first, second, third, fourth = [json.loads(line) for line in result.output.splitlines()]
    assert first == {
        "id": "1",
        "intent": "search",
        "sort": None,
        "entities": ["星河"],
        "unread": [],
        "unsupported": [],
        "conditions": [
            {"field": "price_wan", "operator": "<=", "value": 20},
            {"field": "brand", "operator": "==", "value": "星河"},
        ],
    }
    assert list(second) == ["error"]
    assert sorted(third) == ["error", "id"]
    assert fourth["conditions"][1] == {
        "field": "price_wan",
        "operator": ">=",
        "value": 30,
        "inferred": True,
    }


def test_what_no_filter_answers_is_listed_with_the_reason(app: Flask, cars: None) -> None:
    line = '{"id": 1, "q": "柴油的星河 20万以内"}\n'
    (answer,) = app.test_cli_runner().invoke(search, ["understand"], input=line).output.splitlines()
    assert json.loads(answer)["unsupported"] == [
        {"text": "柴油的", "why": "来源没有把柴油单独分出来"}
    ]


def test_a_parameter_stands_apart_from_the_fields_of_the_vocabulary(app: Flask, cars: None) -> None:
    line = '{"id": 1, "q": "2.0T的星河"}\n'
    (output,) = app.test_cli_runner().invoke(search, ["understand"], input=line).output.splitlines()
    answer = json.loads(output)
    assert [one["field"] for one in answer["conditions"]] == ["brand"]
    assert answer["parameters"] == [
        {"field": "displacement_l", "operator": "==", "value": 2},
        {"field": "aspiration", "operator": "==", "value": "涡轮增压"},
    ]
    assert answer["unsupported"] == [
        {"text": "2.0T", "why": "按参数筛选：排量 = 2 L，进气形式：涡轮增压"}
    ]


def test_a_new_alias_is_read_with_the_next_version_of_the_catalogue(
    cars: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiled, "VERSION_SECONDS", 0.0)
    assert not read_sentence("小星星").entities
    db.session.add(Alias(kind="series", name="北斗", alias="小星星", origin="edited", members=""))
    db.session.commit()
    catalogue.publish()
    assert read_sentence("小星星").entities == ("北斗",)
