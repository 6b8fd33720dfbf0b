"""The terms of a deposit: what they say, that they do not change by themselves."""

from __future__ import annotations

from typing import Any

import pytest

from webapp.deposits.telling import EVENTS
from webapp.deposits.terms import EFFECTS, digest_of, hours, text_of, yuan

OFFERED: dict[str, Any] = {
    "title": "海豚 到店看车",
    "kind": "booking",
    "amount_fen": 9900,
    "seller": "东门店",
    "store": "东门路 1 号",
    "seller_key": "",
    "series_id": 1,
    "trim_id": None,
    "stock_number": None,
    "hold_days": 7,
    "visited_days": 21,
    "cooling_hours": 24,
    "promise": "保留试驾车 7 天。",
    "is_demo": False,
}


def test_the_same_offer_gives_the_same_text_to_the_byte() -> None:
    assert text_of(OFFERED) == text_of(dict(reversed(OFFERED.items())))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "别的"},
        {"amount_fen": 9901},
        {"kind": "earnest"},
        {"kind": "intention"},
        {"seller": "另一家店"},
        {"store": "西门路 1 号"},
        {"stock_number": "A-17"},
        {"hold_days": 8},
        {"visited_days": 20},
        {"promise": "别的承诺。"},
        {"is_demo": True},
    ],
)
def test_whatever_is_agreed_stands_in_the_text(change: dict[str, object]) -> None:
    assert digest_of(text_of(OFFERED | change)) != digest_of(text_of(OFFERED))


@pytest.mark.parametrize("kind", EFFECTS)
def test_each_kind_says_its_effect_in_two_lines_and_names_the_articles(kind: str) -> None:
    text = text_of(OFFERED | {"kind": kind})
    for line in (*EFFECTS[kind].lines, EFFECTS[kind].law):
        assert line in text
    assert "587" in EFFECTS[kind].law


def test_only_earnest_money_has_a_time_after_which_it_is_not_had_back_by_asking() -> None:
    assert "随时可以申请，全额退款" in text_of(OFFERED)
    earnest = text_of(OFFERED | {"kind": "earnest", "cooling_hours": 36})
    assert "随时可以申请" not in earnest
    assert "付款成功起 36 小时内，可以申请全额退款" in earnest


def test_the_return_after_a_visit_is_named_only_where_it_is_later() -> None:
    assert "延到付款成功起 21 天" in text_of(OFFERED)
    assert "延到" not in text_of(OFFERED | {"visited_days": 7})


def test_a_sample_says_that_it_is_one() -> None:
    assert "示例" not in text_of(OFFERED)
    assert "没有真实的商家" in text_of(OFFERED | {"is_demo": True})


def test_money_and_times_read_as_people_write_them() -> None:
    assert (yuan(9900), yuan(9950), yuan(500_000)) == ("99", "99.50", "5,000")
    assert (yuan(-9950), yuan(0), yuan(5)) == ("-99.50", "0", "0.05")
    assert (hours(24), hours(72), hours(36)) == ("24 小时", "3 天", "36 小时")


def test_what_is_told_of_any_deposit_calls_none_by_the_name_of_another_kind() -> None:
    kinds = [effect.label for effect in EFFECTS.values()]
    assert [said for said in EVENTS.values() if any(kind in said for kind in kinds)] == []
