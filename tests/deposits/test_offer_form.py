"""What staff send about an offer, read without a database."""

from __future__ import annotations

import pytest

from webapp.deposits import forms
from webapp.errors import BadInput

WORDS = {
    "title": "北斗 到店看车",
    "kind": "booking",
    "amount": "199",
    "seller": "东门店",
    "promise": "留好试驾车。",
    "car": "/cars/trims/1",
    "hold_days": "7",
    "visited_days": "21",
    "cooling_hours": "24",
    "places": "0",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"kind": "gift"},
        {"amount": "5000.01"},
        {"amount": "0.99"},
        {"amount": "一百"},
        {"amount": "1.999"},
        {"hold_days": "22"},
        {"visited_days": "6"},
        {"cooling_hours": "169"},
        {"cooling_hours": "²"},
        {"places": "-1"},
        {"stock_number": "编号 1"},
        {"closes_on": "明天"},
        {"car": "小米"},
        {"car": "https://x.test/cars/trims/0"},
        {"promise": "长" * 1001},
    ],
)
def test_what_is_wrong_is_named_by_its_field_alone(wrong: dict[str, str]) -> None:
    assert forms.read_offer(WORDS)[1] == {}
    given, found = forms.read_offer(WORDS | wrong)
    assert given is None
    assert list(found) == list(wrong)


@pytest.mark.parametrize(
    ("text", "fen"), [("99", 9900), ("99.5", 9950), ("1,000 元", 100_000), ("0.05", 5)]
)
def test_yuan_as_people_type_them_are_whole_fen(text: str, fen: int) -> None:
    assert forms.read_money(text, 1, 500_000) == fen


def test_far_too_much_is_too_much_and_not_no_number() -> None:
    with pytest.raises(BadInput, match="在 1 到 5,000 元之间"):
        forms.read_money("9999999", 100, 500_000)


def test_a_reason_is_one_line_within_its_length() -> None:
    assert forms.read_reason(" 不买\r\n了\0 ") == "不买 了"
    assert forms.read_reason("") == ""
    for text, needed in (("  ", True), ("长" * 101, False)):
        with pytest.raises(BadInput, match="理由"):
            forms.read_reason(text, needed=needed)


@pytest.mark.parametrize("text", ["", "F" * 64, "0" * 63, "条款", "0" * 64 + "\n"])
def test_a_digest_that_is_none_is_none(text: str) -> None:
    assert forms.read_digest(text) == ""
