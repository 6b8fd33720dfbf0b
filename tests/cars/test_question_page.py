"""What the page of a sentence offers beside its results."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from tests.cars.test_questions import asked
from webapp.catalogue.models import Trim


def test_a_wish_that_is_no_filter_is_a_chip_that_opens_to_the_reason(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, "柴油 SUV 越野 上下班")
    wish = html.partition('data-unsupported="柴油"')[2].partition("</details>")[0]
    assert "暂不支持：柴油" in wish.partition("</summary>")[0]
    assert "来源没有把柴油单独分出来" in wish.partition("</summary>")[2]
    assert 'data-unsupported="越野"' in html
    assert "没用作条件：上下班" in html


def test_a_car_that_is_not_there_is_said_with_those_called_alike(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = asked(client, "星河L9多少钱")
    assert re.search(r'role="note">车库里没有“星河L9”[^<]*<a href="/cars/\?series=', html)


def test_a_long_sentence_can_be_asked_of_the_assistant_and_a_short_one_is_left_alone(
    client: FlaskClient, trims: list[Trim]
) -> None:
    long = client.get("/cars/?price_wan_max=30&asked=30万以内适合一家人的车").text
    link = re.search(r'<a class="again small" href="(/assistant/\?q=[^"]+)">换成问助手', long)
    assert link is not None
    assert "30万以内适合一家人的车" in client.get(link[1]).text
    assert "换成问助手" not in client.get("/cars/?price_wan_max=30&asked=30万以内").text


def test_the_keyboard_reaches_the_results_past_the_form(
    client: FlaskClient, trims: list[Trim]
) -> None:
    html = client.get("/cars/").text
    assert html.index('href="#cars-results"') < html.index('id="cars-facets"')
    assert re.search(r'id="cars-results" tabindex="-1"', html)
