"""What a message tells of others and of the car there is makes no wish."""

from __future__ import annotations

import pytest

from tests.assistant.answering.conftest import Talk, conditions_of
from webapp.assistant.dialogue.background import without_background
from webapp.search.service import parse_sentence


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("家里已经有一台油车了，想再买台SUV，推荐一下", "energy"),
        ("闺女说买电车省钱，想买台30万以内的SUV，推荐一下", "energy"),
        ("现在开的是七座车，想换台30万以内的SUV，推荐一下", "seats"),
        ("换掉开了十年的燃油车，想要30万以内的SUV，推荐一下", "energy"),
    ],
)
def test_the_car_there_is_and_what_others_say_are_no_conditions(
    app: object, talk: Talk, text: str, field: str
) -> None:
    asked = {one for one, _, _ in conditions_of(talk.ask(text))}

    assert "body" in asked
    assert field not in asked


@pytest.mark.parametrize(
    "text",
    [
        "老婆说要七座的，30万以内",
        "有没有30万以内的四驱SUV",
        "销售说电车好",
    ],
)
def test_wishes_of_the_household_and_what_is_all_there_is_stay(app: object, text: str) -> None:
    assert without_background(parse_sentence(text)) == text
