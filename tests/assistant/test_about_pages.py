"""What page a question is about: the panel, and the conversation it goes on in."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assistant.scripting import ask, conversation_in, echo, script, turn_in
from tests.catalogue import catalogue
from webapp.assistant.events import Answer, Asks, PageContext, Question


@pytest.fixture(autouse=True)
def echoing(app: Flask) -> list[Question]:
    return script(app, echo)


@pytest.fixture
def cars(app: Flask) -> list[int]:
    made = [catalogue.trim(key, series_name=f"{key}车", name="版").id for key in "甲乙丙"]
    catalogue.publish()
    return made


@pytest.mark.parametrize(
    ("address", "shown", "field"),
    [
        ("/cars/trims/{0}", "甲车 2025款 版", 'name="trim" value="{0}"'),
        ("/cars/series/1", "甲车", 'name="series" value="1"'),
        (
            "/cars/compare?ids={0},{1},{2}",
            "甲车、乙车、丙车 3 款的对比",
            'name="compare" value="{0},{1},{2}"',
        ),
        ("/cars/compare?ids={0}", "甲车 2025款 版", 'name="compare" value="{0}"'),
        (
            "/cars/?price_wan_max=20&body=SUV",
            "列表（指导价 ≤ 20 万，车身：SUV）",
            'name="list" value="/cars/?price_wan_max=20&amp;body=SUV"',
        ),
    ],
)
def test_the_panel_says_what_page_a_question_is_about(
    client: FlaskClient, cars: list[int], address: str, shown: str, field: str
) -> None:
    conversation = conversation_in(ask(client, "一"))
    query = {"page": address.format(*cars), "conversation": conversation}
    for path in ("/assistant/_panel", "/assistant/_about"):
        page = client.get(path, query_string=query).text
        assert f"{shown}</b>" in page
        assert f'<input type="checkbox" {field.format(*cars)}' in page


@pytest.mark.parametrize(
    ("energy", "charging"), [("BEV", True), ("EREV", True), ("HEV", False), ("ICE", False)]
)
def test_charging_is_offered_as_a_question_on_cars_that_are_charged(
    client: FlaskClient, energy: str, charging: bool
) -> None:
    car = catalogue.trim("电", energy=energy)
    catalogue.publish()
    page = client.get("/assistant/_panel", query_string={"page": f"/cars/trims/{car.id}"}).text
    assert ("这款车充电要多久" in page) == charging
    assert ("这款车油耗多少" in page) != charging


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/cars/",
        "/cars/?page=2",
        "/cars/?nonsense=1",
        "/cars/compare",
        "/cars/trims/999999",
        "/cars/compare?ids=x",
        "/cars/series/99999999999",
        "/knowledge/passages/1",
        "",
    ],
)
def test_other_pages_are_nothing_a_question_is_about(
    client: FlaskClient, cars: list[int], address: str
) -> None:
    page = client.get("/assistant/_about", query_string={"page": address})
    assert page.status_code == 200
    assert "checkbox" not in page.text


def test_a_question_keeps_its_page_though_it_is_edited_or_answered_anew_elsewhere(
    client: FlaskClient, echoing: list[Question], cars: list[int]
) -> None:
    first = ask(client, "一", trim=str(cars[0]))
    conversation, turn = conversation_in(first), turn_in(client.get(first.location).text)
    ask(client, "一改", conversation, edit=turn, trim=str(cars[1]))
    ask(client, "", conversation, again=turn, trim=str(cars[1]))
    ask(client, "二", conversation, compare=f"{cars[1]},{cars[2]}")
    ask(client, "三", conversation)

    asked = [question.page for question in echoing]
    assert asked == [*[PageContext(trim_id=cars[0])] * 3, PageContext(compare=(2, 3)), None]
    assert [turn.page for turn in echoing[-1].history] == [asked[0], asked[3]]


def test_a_conversation_says_where_its_questions_were_asked_as_often_as_that_changed(
    client: FlaskClient, cars: list[int]
) -> None:
    where = [cars[0], cars[0], cars[1], None, cars[1]]
    conversation = ""
    for place, trim_id in enumerate(where):
        sent = ask(
            client, f"第{place}问", conversation, **({"trim": str(trim_id)} if trim_id else {})
        )
        conversation = conversation_in(sent)
    page = client.get(f"/assistant/{conversation}").text

    told = re.findall('turn-page">提问时在看 <a href="/cars/trims/(\\d+)">', page)
    assert told == [str(cars[0]), str(cars[1]), str(cars[1])]


def test_what_an_answer_offers_to_ask_next_is_asked_from_the_answers_page(
    app: Flask, client: FlaskClient, cars: list[int]
) -> None:
    script(app, lambda question: Answer("other", (Asks(("它多少钱",)),)))
    page = client.get(ask(client, "一", trim=str(cars[0])).location).text
    (form,) = re.findall('<form[^>]*data-ask>.*?value="它多少钱".*?</form>', page)
    assert f'name="trim" value="{cars[0]}"' in form
