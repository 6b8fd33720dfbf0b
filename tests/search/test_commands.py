"""`search reindex` and `search query` as other programs use them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from tests.catalogue import catalogue
from webapp.search.cli import search
from webapp.search.engine import engine


@pytest.fixture
def cars(app: Flask) -> Flask:
    catalogue.trim("a", price_fen=9_980_000, features=0b1, features_known=0b11)
    catalogue.trim("b", price_fen=20_000_000, energy="PHEV", features_known=0b11, seats=7)
    catalogue.trim("c", series_name="天狼", price_fen=30_000_000, body="轿车", seats=5)
    catalogue.publish()
    return app


def run(app: Flask, *lines: Any) -> list[dict[str, Any]]:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    result = app.test_cli_runner().invoke(search, ["query"], input=text)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def condition(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "operator": operator, "value": value}


def test_a_query_answers_with_total_trims_fields_and_facets(cars: Flask) -> None:
    cheap = condition("price_wan", "<=", 20)
    (answer,) = run(
        cars,
        {
            "id": "q1",
            "conditions": [cheap],
            "sort": "-price",
            "limit": 1,
            "fields": ["price_wan", "energy", "features", "series", "seats"],
        },
    )
    assert [*answer] == ["id", "total", "trims", "facets"]
    assert (answer["id"], answer["total"]) == ("q1", 2)
    (trim,) = answer["trims"]
    assert trim.pop("id") > 0
    assert trim == {
        "key": "b",
        "price_wan": 20,
        "energy": "PHEV",
        "features": [],
        "series": "北斗",
        "seats": 7,
    }
    assert answer["facets"]["energy"] == {"BEV": 1, "PHEV": 1}
    assert answer["facets"]["seats"] == {"7": 1}
    assert answer["facets"]["features"] == {"激光雷达": 1}


def test_each_facet_leaves_its_own_condition_out(cars: Flask) -> None:
    (answer,) = run(cars, {"conditions": [condition("energy", "==", "PHEV")]})
    assert answer["facets"]["energy"] == {"BEV": 2, "PHEV": 1}
    assert answer["facets"]["body"] == {"SUV": 1}


def test_text_ranks_and_features_are_held_to_be_absent_only_where_known(cars: Flask) -> None:
    by_text, absent = run(
        cars, {"text": "天狼"}, {"conditions": [condition("features", "not in", ["激光雷达"])]}
    )
    assert [trim["key"] for trim in by_text["trims"]] == ["c"]
    assert [trim["key"] for trim in absent["trims"]] == ["b"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{not json", "JSON"),
        ("[1]", "object"),
        ({"condition": []}, "condition"),
        ({"conditions": {}}, "conditions"),
        ({"conditions": [condition("colour", "==", "红")]}, "colour"),
        ({"conditions": [condition("price_wan", "~", 1)]}, "operator"),
        ({"conditions": [condition("price_wan", "<=", "20")]}, "number"),
        ({"conditions": [condition("price_wan", "<=", True)]}, "number"),
        ({"conditions": [condition("price_wan", "in", [])]}, "list"),
        ({"conditions": [condition("body", ">=", "SUV")]}, "order"),
        ({"conditions": [condition("body", "==", "坦克")]}, "SUV"),
        ({"conditions": [{"field": "body"}]}, "operator"),
        ('{"conditions": [{"field": "price_wan", "operator": "<=", "value": NaN}]}', "NaN"),
        ({"sort": "cheapest"}, "sort"),
        ({"limit": 10_001}, "limit"),
        ({"limit": -1}, "limit"),
        ({"fields": ["colour"]}, "fields"),
        ({"text": 5}, "text"),
        ({"text": "长" * 201}, "text"),
    ],
)
def test_a_broken_line_says_what_is_wrong_and_the_rest_goes_on(
    cars: Flask, wrong: Any, says: str
) -> None:
    if isinstance(wrong, dict):
        wrong = {"id": 1, **wrong}
    error, answer = run(cars, wrong, {"id": 2})
    assert says in error["error"]
    assert error.get("id") == (1 if isinstance(wrong, dict) else None)
    assert (answer["id"], answer["total"]) == (2, 3)


def test_the_index_is_brought_up_to_date_before_a_query(cars: Flask) -> None:
    assert run(cars, {"id": 1})[0]["total"] == 3
    catalogue.trim("d")
    catalogue.publish()
    assert run(cars, {"id": 1})[0]["total"] == 4
    assert engine().state().documents == 4


def test_reindex_tells_what_it_did(cars: Flask) -> None:
    result = cars.test_cli_runner().invoke(search, ["reindex"])
    assert json.loads(result.stdout) == {"documents": 3, "written": 3, "removed": 0}
    assert "3 / 3" in result.stderr


def test_with_the_engine_away_a_query_is_answered_from_the_database(cars: Flask) -> None:
    cars.config["SEARCH_URL"] = "http://127.0.0.1:9/cars"
    result = cars.test_cli_runner().invoke(
        search, ["query"], input=json.dumps({"text": "天狼", "fields": ["series"]})
    )
    answer = json.loads(result.stdout)
    assert [trim["series"] for trim in answer["trims"]] == ["天狼"]
    assert "搜索引擎不可用" in result.stderr
    failed = cars.test_cli_runner().invoke(search, ["reindex"])
    assert failed.exit_code == 1
    assert "原索引照常使用" in failed.stderr
