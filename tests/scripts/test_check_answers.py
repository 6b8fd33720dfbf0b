"""The checker of answers finds what is wrong, and only that."""

from __future__ import annotations

from typing import Any

from flask import Flask

from scripts.check_answers import Facts, check, questions
from tests.catalogue import catalogue


def facts(app: Flask) -> Facts:
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元")
    trim = catalogue.trim("入门", price_fen=18_980_000, range_km=510)
    catalogue.value(trim, price, number=18.98)
    catalogue.publish()
    return Facts(catalogue.db.session.connection())


def answered(text: str, **sources: str) -> dict[str, Any]:
    numbers = [
        {"text": t.removeprefix("n").replace("_", "."), "source": s} for t, s in sources.items()
    ]
    return {
        "answer": text,
        "numbers": numbers,
        "citations": [],
        "intent": "lookup",
        "refused": False,
    }


def test_a_figure_that_its_row_says_is_right(app: Flask) -> None:
    said = answered(
        "指导价 18.98 万元，续航 510 公里。", n18_98="trim:1:price_wan", n510="trim:1:range_km"
    )
    assert check(said, "", facts(app)) == []


def test_a_figure_of_a_rule_is_one_that_its_rows_say(app: Flask) -> None:
    rule = "rule:purchase-tax-relief-nev"
    text = "2026 年起减 50%，最多 1.5 万元。"
    said, known = answered(text, n2026=rule, n50=rule, n1_5=rule), facts(app)
    assert check(said, "", known) == []
    wrong = answered("最多 1.7 万元。", n1_7=rule)
    assert check(wrong, "", known) == [f"{rule} does not say 1.7"]


def test_an_unbound_figure_is_found(app: Flask) -> None:
    assert check(answered("续航 510 公里。"), "", facts(app)) == ["510 has no source"]


def test_a_figure_that_its_row_does_not_say_is_found(app: Flask) -> None:
    said = answered("续航 605 公里。", n605="trim:1:range_km")
    assert check(said, "", facts(app)) == ["trim:1:range_km does not say 605"]


def test_a_wrong_difference_is_found(app: Flask) -> None:
    assert check(answered("差 3 万。", n3="computed:29.8-18.98"), "", facts(app)) != []


def test_advice_that_no_passage_says_is_found(app: Flask) -> None:
    said = answered("冬天要多充电。") | {"intent": "consult"}
    assert check(said, "", facts(app)) == ["no passage cited says: 冬天要多充电"]


def test_there_are_enough_questions() -> None:
    assert len(questions([f"车{n}" for n in range(100)])) >= 200
