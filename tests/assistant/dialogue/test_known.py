"""What a conversation goes by, shown above the field and taken away there."""

from __future__ import annotations

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.assistant.answering.conftest import Garage
from tests.assistant.scripting import ask, conversation_in, turn_in
from webapp.assistant.models import Turn
from webapp.extensions import db

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def told(client: FlaskClient, app: Flask, garage: Garage, passages: object) -> tuple[str, str]:
    """The conversation and turn of a list with one wish and two facts."""
    sent = ask(client, "我在沈阳，家里没有充电桩，30万以内的SUV")
    return conversation_in(sent), turn_in(client.get(sent.location).text)


def _line(client: FlaskClient, conversation: str) -> str:
    return unescape(client.get(f"/assistant/{conversation}").text.split('id="assistant-known"')[1])


def test_facts_and_wishes_stand_above_the_field(client: FlaskClient, told: tuple[str, str]) -> None:
    line = _line(client, told[0])
    for label in ("沈阳", "没有家充", "SUV", "30"):
        assert label in line.split("</form>")[0]


def test_a_wish_taken_away_is_none_of_the_next_list(
    client: FlaskClient, told: tuple[str, str]
) -> None:
    conversation, turn = told
    forget = f"/assistant/{conversation}/turns/{turn}/forget"
    for _ in range(2):  # safe to repeat
        assert client.post(forget, data={"key": "body == SUV"}).status_code == 303
    ask(client, "要四驱的", conversation)

    newest = db.session.query(Turn).order_by(Turn.id.desc()).first()
    assert newest is not None
    assert '"四驱"' in (newest.situation or "")
    assert "SUV" not in _line(client, conversation).split("</form>")[0]


def test_a_chip_taken_away_by_a_script_gives_the_line_without_it(
    client: FlaskClient, told: tuple[str, str]
) -> None:
    forget = f"/assistant/{told[0]}/turns/{told[1]}/forget"
    line = client.post(forget, data={"key": "place.city"}, headers=FRAGMENT)
    assert line.status_code == 200
    assert "沈阳" not in line.text
    assert "没有家充" in line.text
    assert line.text.count("autofocus") == 1  # else the keyboard starts at the top of the page


def test_nobody_else_takes_a_chip_away(
    app: Flask, client: FlaskClient, told: tuple[str, str]
) -> None:
    forget = f"/assistant/{told[0]}/turns/{told[1]}/forget"
    stranger = app.test_client()
    assert stranger.post(forget, data={"key": "place.city"}).status_code == 404
    assert client.post(forget, data={}).status_code == 400
    assert "沈阳" in _line(client, told[0])
