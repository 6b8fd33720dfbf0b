"""Words in the list: found and ranked by the engine, explained, and still answered without it."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalogue import catalogue
from webapp.backends.search.port import EngineAway
from webapp.cars.pages.listing import ListPage, list_page
from webapp.catalogue.filters import Condition, Selection
from webapp.search.indexing import rebuild_index


@pytest.fixture
def cars(app: Flask) -> None:
    """北斗 sells best; the trims called 天狼 are of it, and of a series of that name."""
    catalogue.trim("a", series_name="北斗", name="天狼 特别版", body="轿车")
    catalogue.trim("b", series_name="天狼", name="标准版", price_fen=30_000_000, features=1)
    catalogue.trim("c", series_name="天狼", name="长续航版", features=1)
    catalogue.trim("d", series_name="大角")
    catalogue.series("北斗", sales_recent=500)
    catalogue.publish()
    rebuild_index()


@pytest.fixture
def away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def search(self, query: object) -> None:
            raise EngineAway("unplugged")

    monkeypatch.setitem(app.extensions, "search_engine", Away())


def listed(page: ListPage) -> list[str]:
    return [row.trim.key for row in page.rows]


def test_the_best_match_comes_first_though_another_sells_better(cars: None) -> None:
    page = list_page(Selection(text="天狼", view="trims"))
    assert listed(page) == ["c", "b", "a"]
    assert (page.total, page.names_only) == (3, False)
    by_series = list_page(Selection(text="天狼"))
    assert listed(by_series) == ["c", "a"]
    assert [row.matching for row in by_series.rows] == [2, 1]


def test_an_order_asked_for_goes_before_that_of_the_words(cars: None) -> None:
    page = list_page(Selection(text="天狼", view="trims", sort="-price"))
    assert listed(page) == ["b", "a", "c"]
    assert [row.why for row in page.rows] == [None] * 3


def test_words_are_found_beyond_names_and_conditions_hold_with_them(cars: None) -> None:
    page = list_page(Selection(text="激光雷达 suv", view="trims"))
    assert listed(page) == ["c", "b"]
    cheap = Condition("price_wan", "<=", 20.0)
    page = list_page(Selection(conditions=(cheap,), text="激光雷达", view="trims"))
    assert listed(page) == ["c"]
    (chip,) = page.chips
    assert chip.more == 1
    (body,) = [box for box in page.facets if box.field.name == "body"]
    assert [(option.value, option.trims) for option in body.options] == [("SUV", 1)]


def test_every_row_says_what_its_place_is_made_of_and_it_adds_up(cars: None) -> None:
    for row in list_page(Selection(text="天狼", view="trims")).rows:
        assert row.why is not None
        points = [float(part.points) for part in row.why.parts]
        assert sum(points) == pytest.approx(float(row.why.total), abs=1e-9)
        assert max(part.share for part in row.why.parts) == 1
    assert "车系正是“天狼”" in {
        part.text
        for row in list_page(Selection(text="天狼")).rows
        if row.why
        for part in row.why.parts
    }


def test_the_page_shows_it_folded_in_the_row(cars: None, client: FlaskClient) -> None:
    html = client.get("/cars/?text=天狼").text
    assert html.count("为什么排在这里") == 2
    assert "最相关在前" in html
    assert "data-names-only" not in html
    assert "为什么排在这里" not in client.get("/cars/").text


def test_without_an_engine_names_are_searched_and_the_page_says_so(
    cars: None, away: None, client: FlaskClient
) -> None:
    answer = client.get("/cars/?text=天狼&view=trims")
    assert answer.status_code == 200
    assert re.findall(r'data-total="(\d+)"', answer.text) == ["3"]
    assert "全文搜索暂时不可用，文字先按名称匹配。" in answer.text
    assert "全文搜索暂时不可用" not in client.get("/cars/?body=SUV").text


def test_a_trim_that_is_gone_since_is_not_counted(cars: None) -> None:
    from webapp.catalogue.models import Trim
    from webapp.extensions import db

    db.session.delete(db.session.query(Trim).filter_by(key="c").one())
    db.session.commit()
    page = list_page(Selection(text="天狼", view="trims"))
    assert (listed(page), page.total) == (["b", "a"], 2)


def test_words_that_stand_nowhere_leave_a_way_out(cars: None) -> None:
    page = list_page(Selection(text="无此词"))
    assert page.total == 0
    assert page.ways_out
