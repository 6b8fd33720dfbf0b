"""Monthly payments against a repayment plan worked out month by month."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from webapp.costs import OutOfBounds, Plan, loan, price_for_payment
from webapp.costs.loan import Way


def plan(way: Way = "equal", **figures: Any) -> Plan:
    return Plan(way, **{name: Decimal(str(value)) for name, value in figures.items()})


def left_after(principal: float, monthly: float, rate: float, months: int) -> float:
    """What is still owed after paying `monthly` so many times."""
    for _ in range(months):
        principal += principal * rate / 1200 - monthly
    return principal


@pytest.mark.parametrize("rate", [0.5, 3, 4, 8.88, 36])
@pytest.mark.parametrize(("price", "down", "months"), [(129_800, 30, 36), (265_500, 0, 60)])
def test_equal_payments_leave_nothing_owed(rate: float, price: int, down: int, months: int) -> None:
    found = loan(price * 100, plan(down=down, months=months, rate=rate))
    owed = price * (1 - down / 100)
    assert abs(left_after(owed, found.payment_fen / 100, rate, months)) < 0.01 * months * 2
    assert found.down_fen + found.principal_fen == price * 100
    assert abs(found.paid_fen - found.payment_fen * months) <= months


@pytest.mark.parametrize(
    ("months", "payment", "paid"), [(36, 295_240, 10_628_635), (60, 184_165, 11_049_913)]
)
def test_a_hundred_thousand_at_four_percent(months: int, payment: int, paid: int) -> None:
    found = loan(10_000_000, plan(down=0, months=months, rate=4))
    assert (found.payment_fen, found.paid_fen) == (payment, paid)


def test_an_interest_free_loan_is_the_principal_in_equal_parts() -> None:
    found = loan(12_000_000, plan("free", down=40, months=24, rate=9))
    assert (found.payment_fen, found.interest_fen) == (300_000, 0)
    assert found.formula == "72,000 ÷ 24 期"


@pytest.mark.parametrize(("rate", "tail"), [(5, 40), (3.6, 50), (0, 40)])
def test_a_balloon_loan_leaves_exactly_its_tail(rate: float, tail: int) -> None:
    found = loan(20_000_000, plan("balloon", down=20, months=36, rate=rate, tail=tail))
    left = left_after(160_000, found.payment_fen / 100, rate, 36)
    assert left == pytest.approx(200_000 * tail / 100, abs=0.5)
    assert found.tail_fen == 200_000 * tail
    assert found.payment_fen < loan(20_000_000, plan(down=20, months=36, rate=rate)).payment_fen


@pytest.mark.parametrize(
    "way",
    [
        plan(down=30, months=36, rate=4),
        plan(down=0, months=60, rate=0),
        plan("free", down=50, months=24),
        plan("balloon", down=20, months=36, rate=5, tail=50),
    ],
)
@pytest.mark.parametrize("payment", [1_000, 3_000, 12_345.67])
def test_the_price_of_a_payment_costs_that_payment(way: Plan, payment: float) -> None:
    asked = round(payment * 100)
    price = price_for_payment(asked, way)
    assert abs(loan(price, way).payment_fen - asked) <= 1


def test_cash_is_added_to_what_a_payment_buys() -> None:
    without = price_for_payment(300_000, plan("free", down=0, months=36))
    assert without == 10_800_000
    assert price_for_payment(300_000, plan("free", down=0, months=36), 5_000_000) == 15_800_000


def test_what_nobody_said_is_an_assumption_and_what_was_said_an_input() -> None:
    kinds = {source.ref: source.kind for source in plan(down=20).sources}
    assert kinds == {
        "input:down": "input",
        "assumed:months": "assumption",
        "assumed:rate": "assumption",
    }


@pytest.mark.parametrize(
    ("way", "figures", "field"),
    [
        ("equal", {"rate": 100}, "rate"),
        ("equal", {"months": 0}, "months"),
        ("equal", {"months": 12.5}, "months"),
        ("equal", {"months": 121}, "months"),
        ("equal", {"down": 100}, "down"),
        ("balloon", {"down": 70, "tail": 30}, "tail"),
        ("balloon", {"tail": 0}, "tail"),
        ("magic", {}, "way"),
    ],
)
def test_a_loan_that_cannot_be_is_refused_at_its_field(
    way: Way, figures: dict[str, float], field: str
) -> None:
    with pytest.raises(OutOfBounds) as caught:
        plan(way, **figures)
    assert caught.value.field == field
