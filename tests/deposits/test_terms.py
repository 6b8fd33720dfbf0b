"""The terms of a deposit: what they say, that they do not change by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webapp.deposits.terms import KINDS, Agreed, digest_of, hours, text_of, yuan

AGREED = Agreed(
    kind="dingjin",
    payee="车知示例店",
    car="比亚迪 海豚 2025 款 420km 时尚版",
    fen=9900,
    cooling_hours=24,
    return_days=7,
    promise="保留试驾车 7 天。",
)


def test_the_same_offer_gives_the_same_text_to_the_byte() -> None:
    assert text_of(AGREED) == text_of(replace(AGREED))
    assert digest_of(text_of(AGREED)) == digest_of(text_of(replace(AGREED)))


@pytest.mark.parametrize(
    "change",
    [
        {"fen": 9901},
        {"kind": "earnest"},
        {"payee": "另一家店"},
        {"car": "另一款车"},
        {"cooling_hours": 48},
        {"return_days": 8},
        {"promise": "别的承诺。"},
        {"stock": "A-17"},
        {"is_demo": True},
    ],
)
def test_whatever_is_agreed_stands_in_the_text(change: dict[str, object]) -> None:
    changed = replace(AGREED, **change)  # type: ignore[arg-type]
    assert digest_of(text_of(changed)) != digest_of(text_of(AGREED))


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_says_its_effect_in_two_lines_and_names_the_articles(kind: str) -> None:
    text = text_of(replace(AGREED, kind=kind))
    for line in (*KINDS[kind].effect, KINDS[kind].law):
        assert line in text
    assert "587" in KINDS[kind].law


def test_only_earnest_money_may_be_kept_after_the_cooling_off() -> None:
    assert "照样全额退" in text_of(AGREED)
    assert "照样全额退" not in text_of(replace(AGREED, kind="earnest"))
    assert "双倍返还" in text_of(replace(AGREED, kind="earnest"))


def test_a_sample_says_that_it_is_one() -> None:
    assert "示例" not in text_of(AGREED).replace("车知示例店", "")
    assert "没有真实的商家" in text_of(replace(AGREED, is_demo=True))


def test_money_and_times_read_as_people_write_them() -> None:
    assert (yuan(9900), yuan(9950), yuan(500_000)) == ("99", "99.50", "5,000")
    assert (hours(24), hours(72), hours(36)) == ("1 天", "3 天", "36 小时")
