"""Values of rules in a text, for the day on which it is read."""

from __future__ import annotations

from datetime import date

import pytest

from tests.rules.written import rules, scope, table, term
from webapp.rules.book import Book
from webapp.rules.macros import codes_of, indexed, problems, render, rules_of
from webapp.rules.reading import read

TERMS = table(
    "terms",
    term(
        "old/a", "2024-01-01", "2025-12-31", form="rate", amount_fen="", rate="1", cap_fen="3000000"
    ),
    term(
        "tax/a",
        "2026-01-01",
        "2026-12-31",
        form="rate",
        amount_fen="",
        rate="0.5",
        cap_fen="1500000",
    ),
    term("line/a", "2026-01-01", form="limit", amount_fen="", limit="100", unit="公里"),
    term("fee/five", "2020-01-01", amount_fen="95000"),
    term("fee/seven", "2020-01-01", amount_fen="110000"),
    term("other/a", "2026-01-01", "2026-12-31"),
    term("gb/new", "2028-01-01", form="text", amount_fen="", text="要装刹车"),
)
SCOPES = table(
    "scopes", scope("fee/five", "seats", "<", "6"), scope("fee/seven", "seats", ">=", "6")
)
PRICES = table(
    "observations",
    *(
        {
            "item": "petrol-92",
            "region": "CN-11",
            "unit": "元/升",
            "value": value,
            "valid_from": f"2026-{month}-01",
            "valid_to": f"2026-{month}-20",
            "source": "某委",
            "captured": f"2026-{month}-01",
        }
        for month, value in (("10", "7.50"), ("11", "7.35"))
    ),
)
BOOK = Book(
    read(
        {
            "rules": rules("old relief tax", "tax relief", "line", "fee", "gb", "other"),
            "terms": TERMS,
            "scopes": SCOPES,
            "observations": PRICES,
        }
    )
)
DAY = date(2026, 11, 30)
AFTER = date(2027, 1, 1)
ENDED = "“tax的规定”这一条到 2026 年 12 月 31 日为止，之后的还没有登记"


@pytest.mark.parametrize(
    ("macro", "shown"),
    [
        ("{rule:tax.rate}", "50%"),
        ("{rule:tax.cap}", "1.5 万元"),
        ("{rule:tax.from}", "2026 年 1 月 1 日"),
        ("{rule:tax.until}", "2026 年 12 月 31 日"),
        ("{rule:tax.document}", "tax号文"),
        ("{rule:tax@2025-06-01.rate}", "100%"),
        ("{rule:tax@2025-06-01.cap}", "3 万元"),
        ("{rule:old/a@2025-06-01.cap}", "3 万元"),
        ("{rule:line.limit}", "100 公里"),
        ("{rule:fee/seven.amount}", "1,100 元"),
        ("{rule:fee/five.amount}", "950 元"),
        ("{rule:gb.from}", "2028 年 1 月 1 日"),
        ("{rule:gb.text}", "要装刹车"),
        ("{rule:tax}", ""),
        ("{price:petrol-92@CN-11}", "7.35 元/升（2026 年 11 月，北京）"),
    ],
)
def test_a_macro_is_the_value_of_that_day(macro: str, shown: str) -> None:
    assert render(f"甲{macro}乙。", BOOK, DAY) == f"甲{shown}乙。"
    assert problems(macro, BOOK, DAY) == []


@pytest.mark.parametrize(
    "text",
    [
        "没有。",
        "{rule:none.rate}。",
        "{rule:tax.colour}。",
        "{name}",
        "{price:none@CN}",
        "{rule:tax@2026-99-01.rate}",
    ],
)
def test_what_is_no_macro_or_of_no_known_rule_stays_as_it_is(text: str) -> None:
    assert render(text, BOOK, DAY) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            "先说一句。减{rule:tax.rate}，最多{rule:tax.cap}。再说一句。",
            f"先说一句。{ENDED}。再说一句。",
        ),
        ("减{rule:tax.rate}。最多{rule:tax.cap}。", f"{ENDED}。"),
        (
            "减{rule:tax.rate}，交{rule:other.amount}，最多{rule:tax.cap}。",
            f"{ENDED.replace('”', '”“other的规定”', 1)}。",
        ),
        ("- 减{rule:tax.rate}；\n- 别的", f"- {ENDED}；\n- 别的"),
        ("2. 减{rule:tax.rate}", f"2. {ENDED}"),
        ("| 甲 | {rule:tax.rate} |", f"| 甲 | {ENDED}|"),
        ("见{rule:tax.document}。", "见tax号文。"),
        ("那年减{rule:tax@2026-06-01.rate}。", "那年减50%。"),
        ("{rule:tax}就这样。", "就这样。"),
    ],
)
def test_after_its_term_a_sentence_says_that_it_has_ended_instead_of_a_figure(
    text: str, shown: str
) -> None:
    assert render(text, BOOK, AFTER) == shown


def test_before_its_term_no_figure_is_shown() -> None:
    early = date(2025, 6, 1)
    begins = "“line的规定”从 2026 年 1 月 1 日起。"
    assert render("要跑满{rule:line.limit}。", BOOK, early) == begins
    assert render("{rule:line.from}开始。", BOOK, early) == "2026 年 1 月 1 日开始。"
    assert render("收{rule:fee/five.amount}。", BOOK, date(2019, 1, 1)) == (
        "“fee的规定”从 2020 年 1 月 1 日起。"
    )


def test_what_depends_on_the_car_has_no_value_of_its_own() -> None:
    (said,) = problems("收{rule:fee.amount}。", BOOK, DAY)
    assert said == "{rule:fee.amount}: “fee的规定”要看具体情形"


def test_problems_name_each_macro_without_a_value() -> None:
    text = "{rule:tax.rate}{rule:none.rate}{rule:line.cap}"
    assert [said.partition(":")[2].partition("}")[0] for said in problems(text, BOOK, AFTER)] == [
        "tax.rate",
        "none.rate",
        "line.cap",
    ]


def test_a_text_knows_the_rules_it_rests_on_and_of_which_time_they_are() -> None:
    text = "{rule:tax.rate}、{rule:tax@2025-06-01.cap}、{rule:fee/five}、{price:petrol-92@CN-11}"
    assert codes_of(text) == ["tax", "fee"]
    assert [rule.code for rule in rules_of(text, BOOK, DAY)] == ["tax", "old", "fee"]


def test_what_is_indexed_is_the_same_on_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "最多减{rule:purchase-tax-relief-nev.cap}。"
    assert indexed(text) == "最多减1.5 万元。"
