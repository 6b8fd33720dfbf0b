"""Suggestions over HTTP: a fragment with options in groups."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.catalogue import catalogue
from webapp.search.service import refresh_aliases


@pytest.fixture
def names(app: Flask) -> None:
    catalogue.brand("大众", pinyin="dazhong", initial="D", aliases="VW")
    catalogue.series("高尔夫", brand_name="大众", pinyin="gaoerfu")
    catalogue.trim("g", series_name="高尔夫", brand_name="大众", energy="ICE")
    catalogue.trim("x", series_name="<b>纯净</b>", brand_name="大众")
    catalogue.publish()
    refresh_aliases()


def options(html: str) -> list[str]:
    return re.findall(r'role="option"[^>]*href="([^"]+)"', html)


def test_suggestions_are_options_in_named_groups(client: FlaskClient, names: None) -> None:
    html = client.get("/cars/suggest?q=gaoerfu").text
    assert re.search(r'role="group" aria-label="车系".*高尔夫.*大众', html, re.S)
    assert re.fullmatch(r"/cars/series/\d+", options(html)[0])
    conditions = client.get("/cars/suggest?q=纯").text
    assert 'aria-label="条件"' in conditions
    assert "/cars/?energy=BEV" in options(conditions)


def test_every_option_leads_to_a_page(client: FlaskClient, names: None) -> None:
    for typed in ("gaoerfu", "大众", "纯", "20"):
        found = options(client.get(f"/cars/suggest?q={typed}").text)
        assert found
        for address in found:
            assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_a_sentence_being_typed_says_how_it_reads_so_far(client: FlaskClient, names: None) -> None:
    html = client.get("/cars/suggest?q=20万以内的纯电SUV").text
    assert re.search(r'aria-label="读作".*指导价 ≤ 20 万，能源：纯电，车身：SUV', html, re.S)
    (address,) = options(html)
    assert address.startswith("/cars/?price_wan_max=20&amp;energy=BEV&amp;body=SUV&amp;asked=")
    assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_the_last_word_of_a_sentence_is_completed(client: FlaskClient, names: None) -> None:
    html = client.get("/cars/suggest?q=20万以内的插").text
    assert re.search(r'aria-label="接着说".*20万以内的插混', html, re.S)
    read = client.get(options(html)[0].replace("&amp;", "&"), follow_redirects=True)
    assert "能源：插混" in read.text


@pytest.mark.parametrize("typed", ["", "  ", "🚗", "<script>alert(1)</script>", "长" * 5000])
def test_what_nothing_can_be_made_of_gives_an_empty_list(
    client: FlaskClient, names: None, typed: str
) -> None:
    answer = client.get("/cars/suggest", query_string={"q": typed})
    assert answer.status_code == 200
    assert options(answer.text) == []
    assert "<script>" not in answer.text


def test_names_in_suggestions_are_escaped(client: FlaskClient, names: None) -> None:
    html = client.get("/cars/suggest?q=纯净").text
    assert "&lt;b&gt;纯净" in html
    assert "<b>纯净" not in html


def test_browsers_may_keep_suggestions_and_an_unknown_parameter_is_named(
    client: FlaskClient, names: None
) -> None:
    assert "max-age" in client.get("/cars/suggest?q=gao").headers["Cache-Control"]
    refused = client.get("/cars/suggest?q=gao&colour=red")
    assert refused.status_code == 400
    assert "colour" in refused.text


def test_too_many_questions_in_a_minute_are_refused(client: FlaskClient, names: None) -> None:
    codes = {client.get(f"/cars/suggest?q=gao{n}").status_code for n in range(310)}
    assert codes == {200, 429}


def test_every_page_has_a_search_box_that_is_a_plain_form(client: FlaskClient, names: None) -> None:
    for path in ("/", "/cars/", "/cars/brands", "/cars/compare", "/nothing"):
        html = client.get(path).text
        form = re.search(r'<form[^>]*action="/cars/"[^>]*role="search".*?</form>', html, re.S)
        assert form, path
        assert 'name="q"' in form[0]
        assert "<button" in form[0]
