"""帮我选: what answers mean, and that every tap leads on."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from tests.catalogue import catalogue
from webapp.cars.pages.guide import QUESTIONS, UnreadableAnswer, read_answers, selection_of


@pytest.mark.parametrize(
    ("answers", "query"),
    [
        ({}, ""),
        ({question.key: "any" for question in QUESTIONS}, ""),
        ({"people": "2"}, ""),
        ({"people": "7"}, "seats_min=6"),
        ({"people": "5"}, "seats_min=5&wheelbase_mm_min=2800"),
        (
            {"km": "80", "charge": "home"},
            "range_km_min=150&energy=BEV&energy=PHEV&energy=EREV",
        ),
        (
            {"km": "30", "charge": "public"},
            "range_km_min=110&energy=BEV&energy=PHEV&energy=EREV",
        ),
        ({"km": "300", "charge": "public"}, "energy=HEV&energy=PHEV&energy=EREV"),
        ({"km": "80", "charge": "none"}, "energy=HEV&energy=ICE"),
        ({"km": "80"}, ""),
        ({"budget": "-8"}, "price_wan_max=7.99"),
        ({"budget": "15-20", "body": "SUV"}, "price_wan_min=15&price_wan_max=19.99&body=SUV"),
        ({"budget": "50-"}, "price_wan_min=50"),
    ],
)
def test_answers_become_conditions(app: Flask, answers: dict[str, str], query: str) -> None:
    assert set(selection_of(answers).query().split("&")) == set(query.split("&"))


@pytest.mark.parametrize("query", [{"people": "3"}, {"colour": "red"}, {"budget": "15"}])
def test_an_answer_that_is_none_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(UnreadableAnswer):
        read_answers(MultiDict(query))


def options(html: str) -> dict[str, tuple[str, str]]:
    """Address and count by label."""
    found = re.findall(
        r'class="option[^"]*" href="([^"]+)".*?option-name">([^<]+)<.*?num">(\d+) 款', html, re.S
    )
    return {label: (unescape(url), count) for url, label, count in found}


def test_five_taps_lead_to_the_list_and_each_says_how_many_cars_are_left(
    client: FlaskClient,
) -> None:
    catalogue.trim("six", energy="BEV", seats=6, body="SUV", range_km=600, price_fen=18_000_000)
    catalogue.trim("five", energy="ICE", seats=5, body="轿车", price_fen=9_000_000)
    catalogue.publish()
    html = client.get("/cars/guide").text
    for label, left in [
        ("六七个人", "1"),
        ("80–150 公里", "1"),
        ("家里或单位能天天充", "1"),
        ("15–20 万", "1"),
    ]:
        url, count = options(html)[label]
        assert count == left
        html = client.get(url).text
    assert options(html)["轿车"][1] == "0"
    url, count = options(html)["SUV"]
    assert count == "1"
    assert url.startswith("/cars/?")
    listed = client.get(url)
    assert 'data-total="1"' in listed.text
    assert listed.text.count("data-condition=") >= 4


def test_an_answer_can_be_given_anew_while_the_others_are_kept(client: FlaskClient) -> None:
    html = client.get("/cars/guide?people=7&km=30").text
    assert 'href="/cars/guide?km=30"' in html
    assert "第 1 问" in client.get("/cars/guide?km=30").text


def test_all_answers_at_once_lead_to_the_list_and_a_wrong_one_is_named(
    client: FlaskClient,
) -> None:
    answered = client.get("/cars/guide?people=7&km=any&charge=any&budget=any&body=MPV")
    assert answered.status_code == 302
    assert answered.location == "/cars/?body=MPV&seats_min=6"
    refused = client.get("/cars/guide?people=9")
    assert refused.status_code == 400
    assert "people=9" in refused.text
