"""The form under a sum, as it is shown and sent without a script."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from tests.assistant.scripting import ask, conversation_in, script, turn_in
from webapp.assistant.events import Answer, Asks, Figures, Paragraph, Sentence


def test_a_sum_is_asked_anew_by_its_form_and_answers_are_tapped(
    app: Flask, client: FlaskClient
) -> None:
    blocks = (
        Paragraph((Sentence("一年加油约 5,283 元。"),)),
        Figures((("km", "20000"), ("fuel_price", ""))),
        Asks(("10 万以内",), "预算大概多少？"),
    )
    script(app, lambda _: Answer("lookup", blocks))
    sent = ask(client, "油费")
    page = client.get(sent.location).text
    assert 'name="sum_km" value="20000"' in page
    assert 'placeholder="7.5"' in page
    assert "预算大概多少？" in page
    turn = turn_in(page)
    again = client.post(
        f"/assistant/{conversation_in(sent)}",
        data={"reply_to": turn, "sum_km": "30000", "sum_fuel_price": ""},
    )
    assert "每年30000公里" in client.get(again.location).text
    refused = client.post(f"/assistant/{conversation_in(sent)}", data={"sum_km": "很多"})
    assert refused.status_code == 400
    assert "一年跑：请填一个数字" in refused.text
