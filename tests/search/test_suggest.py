"""Suggestions while one types: Chinese, pinyin, initials, slips, nicknames, and the command."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from tests.catalogue import catalogue
from webapp.search.aliases import shipped_aliases
from webapp.search.cli import search
from webapp.search.service import refresh_aliases
from webapp.search.suggest import suggest


@pytest.fixture
def names(app: Flask) -> None:
    catalogue.brand("大众", pinyin="dazhong", initial="D", aliases="VW")
    catalogue.series("高尔夫", brand_name="大众", pinyin="gaoerfu")
    catalogue.series("高山", brand_name="大众", pinyin="gaoshan")
    catalogue.trim("g", series_name="高尔夫", brand_name="大众")
    catalogue.trim("s", series_name="高山", brand_name="大众")
    catalogue.publish()
    refresh_aliases()


@pytest.mark.parametrize(
    "typed",
    ["高尔", "gaoerfu", "gaoer", "gef", "gao尔夫", "高而夫", "gaorefu", "golf", "大众高尔夫"],
)
def test_a_series_is_found_however_it_is_typed(names: None, typed: str) -> None:
    assert "高尔夫" in suggest(typed).names[:3]


def test_a_condition_is_completed_to_an_explicit_address(names: None) -> None:
    offered = {row.text: row.url for row in suggest("纯").conditions}
    assert offered["纯电"] == "/cars/?energy=BEV"


@pytest.mark.parametrize("typed", ["", " ", "🚗🚗", "<script>", "'; DROP TABLE trim", "x" * 2000])
def test_nonsense_suggests_nothing_and_breaks_nothing(names: None, typed: str) -> None:
    assert suggest(typed).names == ()


def test_there_are_at_least_three_hundred_aliases_and_a_second_sync_changes_nothing(
    names: None,
) -> None:
    assert len(shipped_aliases()) >= 300
    assert not refresh_aliases()


def test_the_command_answers_line_by_line_and_goes_on_after_a_broken_one(
    app: Flask, names: None
) -> None:
    lines = '{"typed": "gaoerfu"}\nnot json\n{"typed": 7}\n{"typed": "gaoshan"}\n'
    result = app.test_cli_runner().invoke(search, ["suggest"], input=lines)
    answers = [json.loads(line) for line in result.output.splitlines()]
    assert [sorted(answer) for answer in answers] == [
        ["names", "typed"],
        ["error"],
        ["error"],
        ["names", "typed"],
    ]
    assert answers[0]["names"][0] == "高尔夫"
    assert answers[3]["names"][0] == "高山"
