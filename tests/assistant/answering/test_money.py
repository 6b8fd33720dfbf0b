"""Forty questions of taxes, subsidies and loans, each against a sum of the test's own."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.assistant.answering.conftest import Put, Talk, conditions_of
from tests.clocks import StoppedClock
from webapp.assistant.answering.figures_said import kilowatts, years

TODAY = "2026-11-30 12:00"


def tax(wan: float, *, share: float = 0.0, most: float = 0.0) -> str:
    full = wan * 10_000 / 1.13 * 0.10
    return f"{round(full - min(full * share, most)):,}".replace(",", "")


def half(wan: float) -> str:
    return tax(wan, share=0.5, most=15_000)


def traded(wan: float, share: float, most: float) -> str:
    return f"{round(min(wan * 10_000 * share, most)):,} 元"


def monthly(borrowed: float, percent: float, months: int) -> str:
    if not percent:
        return f"{round(borrowed / months):,} 元"
    r = percent / 100 / 12
    return f"{round(borrowed * r * (1 + r) ** months / ((1 + r) ** months - 1)):,} 元"


def buys(payment: float, months: int) -> str:
    """万 of a price, with three tenths down, at 4 %."""
    r = 0.04 / 12
    borrowed = payment * ((1 + r) ** months - 1) / (r * (1 + r) ** months)
    return f"{round(borrowed / 0.7 / 10_000, 2):g} 万元"


QUESTIONS: list[tuple[str, tuple[str, ...]]] = [
    ("2025年买北斗购置税多少", ("应缴 0 元",)),
    ("2026年买北斗购置税多少", (half(18.98), half(23.98))),
    ("2027年买北斗购置税多少", (half(18.98),)),
    ("明年买北斗购置税多少", (half(18.98),)),
    ("去年买北斗要交多少购置税", ("应缴 0 元",)),
    ("2028年买北斗购置税多少", ("没有登记规则", "2027 年 12 月 31 日")),
    ("2030年买电车购置税怎么算", ("没有登记规则",)),
    ("北斗购置税多少", (half(18.98),)),
    ("北斗远航版购置税多少", (half(23.98),)),
    ("织女这款插混能减半吗", (half(12.5), tax(12.5), "要查目录")),
    ("天舟能减半购置税吗", (half(29.8), tax(29.8), "要查目录")),
    ("20万的纯电车购置税多少钱", (half(20),)),
    ("50万的电车购置税多少", (tax(50, share=0.5, most=15_000),)),
    ("30万的油车购置税多少", (tax(30),)),
    ("8万的燃油车购置税多少", (tax(8),)),
    ("20万的电车置换能补多少", (traded(20, 0.08, 15_000),)),
    ("16万的电车置换能补多少", (traded(16, 0.08, 15_000),)),
    ("20万的电车报废旧车能补多少", (traded(20, 0.12, 20_000),)),
    ("12万的电车报废旧车能补多少", (traded(12, 0.12, 20_000),)),
    ("15万的油车置换能补多少", (traded(15, 0.06, 13_000), "2.0 升及以下")),
    ("15万的油车报废旧车能补多少", (traded(15, 0.10, 15_000),)),
    ("北斗置换能补多少", (traded(18.98, 0.08, 15_000),)),
    ("2025年报废旧车买油车能补多少", ("15,000 元",)),
    ("2025年报废旧车买电车能补多少", ("20,000 元",)),
    ("2027年还有置换补贴吗", ("没有登记规则", "2026 年 12 月 31 日")),
    ("北斗落地多少", ("950 元", half(18.98)[:-3] + "," + half(18.98)[-3:])),
    ("30万的油车落地多少", ("26,549 元", "950 元", "你说的价格")),
    ("20万的电车落地大概多少钱", ("8,850 元", "车船税 0 元")),
    ("天舟落地多少", ("1,100 元",)),
    ("1.5升的车船税多少", ("300 到 540 元",)),
    ("2.0T的车船税要交多少", ("360 到 660 元",)),
    ("北斗车船税多少", ("车船税 0 元",)),
    ("贷款10万3年利率4%月供多少", (monthly(100_000, 4, 36),)),
    ("贷款20万分5年年利率3.5%月供多少", (monthly(200_000, 3.5, 60),)),
    ("免息贷款12万24期月供多少", (monthly(120_000, 0, 24), "利息 0 元")),
    ("首付30%贷款三年25万的车月供多少", (monthly(175_000, 4, 36),)),
    ("月供三千能买多少钱的车", (buys(3000, 36), buys(3000, 60))),
    ("月供2000能买什么价位的车", (buys(2000, 36),)),
    ("贷款买北斗首付一半3年月供多少", (monthly(94_900, 4, 36),)),
    ("北斗2027年6月开票购置税多少", (half(18.98),)),
]


@pytest.mark.parametrize(("question", "told"), QUESTIONS, ids=[q for q, _ in QUESTIONS])
def test_a_question_of_money_gets_the_right_sum(
    talk: Talk, passages: Put, clock: StoppedClock, question: str, told: tuple[str, ...]
) -> None:
    clock.set(TODAY)
    text = talk.ask(question).text
    for expected in told:
        assert expected in text


def test_an_income_buys_what_its_year_puts_on_the_road(talk: Talk) -> None:
    done = talk.ask("月薪一万五，适合买什么价位的车")

    assert "全年约 18 万元" in done.text
    assert ("price_wan", "<=") in {(field, way) for field, way, _ in conditions_of(done)}
    assert "12.50 万元" in done.text
    assert "29.80" not in done.text


def test_a_loan_whose_term_is_said_has_no_other(talk: Talk) -> None:
    text = talk.ask("16万的车首付3成，贷24期，利率3.5，月供多少").text

    assert "贷 24 期" in text
    assert "贷 60 期" not in text


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("五年养车多少钱，一年跑两万公里", 5),
        ("一年跑一万五，哪个划算", None),
        ("一年养车多少钱", 1),
    ],
)
def test_the_year_of_a_distance_is_no_span(text: str, span: int | None) -> None:
    assert years(text) == span


def test_which_of_two_versions_costs_less_to_keep_is_told_by_their_names(talk: Talk) -> None:
    text = talk.ask("北斗入门版和远航版五年哪个便宜，一年跑1万公里").text

    assert text.startswith("入门 版总花费更低，比远航 版少")


def test_a_household_socket_charges_slowly() -> None:
    assert kilowatts("用220V插座充满要多久") == Decimal("2.2")
    assert kilowatts("7千瓦的桩，不用插座") == Decimal(7)
