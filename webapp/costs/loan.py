"""Monthly payments of a car loan, and the price that a monthly payment buys."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from webapp.costs.assumptions import Told
from webapp.costs.bounds import OutOfBounds, check
from webapp.costs.parts import (
    PERCENT,
    Source,
    fen,
    fen_below,
    money,
    plain,
    sources,
    yuan,
)

Way = Literal["equal", "free", "balloon"]
WAYS: Final[dict[Way, str]] = {"equal": "等额本息", "free": "免息", "balloon": "尾款贷"}

MONTHS_A_YEAR: Final = 12


@dataclass(frozen=True)
class Plan(Told):
    """How the price is paid: `down`, `rate` (a year) and `tail` in percent, `down` and `tail` of
    the price; None leaves an assumption. Raises `OutOfBounds`.

    Interest-free means a rate of 0 whatever `rate` says; `tail` counts in a balloon loan alone.
    """

    way: Way = "equal"
    down: Decimal | None = None
    months: Decimal | None = None
    rate: Decimal | None = None
    tail: Decimal | None = None

    def __post_init__(self) -> None:
        self.check("down", "months", "rate", "tail")
        if self.way not in WAYS:
            known = "、".join(WAYS.values())
            raise OutOfBounds("way", f"没有“{self.way}”这种还款方式，可选：{known}")
        borrowed, tail = PERCENT - self.figure("down").value, self.figure("tail").value
        if self.way == "balloon" and not 0 < tail < borrowed:
            raise OutOfBounds(
                "tail",
                f"尾款比例要大于 0，并且小于贷款占车价的 {plain(borrowed)}%，现在是 {plain(tail)}%",
            )

    @property
    def count(self) -> int:
        """The number of payments."""
        return int(self.figure("months").value)

    @property
    def monthly_rate(self) -> Decimal:
        if self.way == "free":
            return Decimal(0)
        return self.figure("rate").value / PERCENT / MONTHS_A_YEAR

    @property
    def down_share(self) -> Decimal:
        return self.figure("down").value / PERCENT

    @property
    def tail_share(self) -> Decimal:
        return self.figure("tail").value / PERCENT if self.way == "balloon" else Decimal(0)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the figures that count for this way of paying."""
        fields = ["down", "months"]
        fields += ["rate"] if self.way != "free" else []
        fields += ["tail"] if self.way == "balloon" else []
        return sources(*(self.figure(field) for field in fields))


@dataclass(frozen=True)
class Loan:
    """A loan worked out, in fen. `tail_fen` is due with the last payment; `paid_fen` is all that
    is paid back, from the payment before rounding."""

    plan: Plan
    price_fen: int
    down_fen: int
    principal_fen: int
    payment_fen: int
    tail_fen: int
    paid_fen: int
    formula: str

    @property
    def interest_fen(self) -> int:
        return self.paid_fen - self.principal_fen


def loan(price_fen: int, plan: Plan) -> Loan:
    """The monthly payment for a car of that price.

    “12 万的车首付 3 成、36 期、年利率 4%”: 84,000 元按等额本息，月供 2,480.01 元。
    """
    check("price", yuan(price_fen) / 10_000)
    down_fen = fen(yuan(price_fen) * plan.down_share)
    tail_fen = fen(yuan(price_fen) * plan.tail_share)
    principal = yuan(price_fen - down_fen)
    payment = _payment(principal, yuan(tail_fen), plan)
    months = plan.count
    return Loan(
        plan=plan,
        price_fen=price_fen,
        down_fen=down_fen,
        principal_fen=price_fen - down_fen,
        payment_fen=fen(payment),
        tail_fen=tail_fen,
        paid_fen=fen(payment * months) + tail_fen,
        formula=_formula(price_fen - down_fen, tail_fen, plan),
    )


def price_for_payment(payment_fen: int, plan: Plan, cash_fen: int = 0) -> int:
    """The highest price in fen that this monthly payment buys, with `cash_fen` of down payment on
    top of the share in the plan.

    “月供三千、首付 3 成、36 期、年利率 4%，能买多少钱的车”: 145,160 元左右。
    """
    check("payment", yuan(payment_fen))
    check("cash", yuan(cash_fen) / 10_000)
    rate, months = plan.monthly_rate, plan.count
    now = (1 + rate) ** -months
    borrowed = yuan(payment_fen) * ((1 - now) / rate if rate else months)
    owed = 1 - plan.down_share - plan.tail_share * now
    return fen_below((borrowed + yuan(cash_fen)) / owed)


def price_formula(payment_fen: int, plan: Plan, cash_fen: int = 0) -> str:
    """How `price_for_payment` finds the price, in figures."""
    months, down = plan.count, plain(plan.figure("down").value)
    if plan.monthly_rate:
        borrowed = f"{money(payment_fen)} × (1 − (1 + r)^−{months}) ÷ r"
        later, rate = f" × (1 + r)^−{months}", f"，r = {plain(plan.figure('rate').value)}% ÷ 12"
    else:
        borrowed, later, rate = f"{money(payment_fen)} × {months} 期", "", ""
    if cash_fen:
        borrowed += f" + {money(cash_fen)}"
    tail = f" − {plain(plan.figure('tail').value)}%{later}" if plan.tail_share else ""
    return f"({borrowed}) ÷ (1 − {down}%{tail}){rate}"


def _payment(principal: Decimal, tail: Decimal, plan: Plan) -> Decimal:
    rate, months = plan.monthly_rate, plan.count
    if not rate:
        return (principal - tail) / months
    now = (1 + rate) ** -months
    return (principal - tail * now) * rate / (1 - now)


def _formula(principal_fen: int, tail_fen: int, plan: Plan) -> str:
    owed, months = money(principal_fen), str(plan.count)
    if not plan.monthly_rate:
        rest = f"({owed} − 尾款 {money(tail_fen)})" if tail_fen else owed
        return f"{rest} ÷ {months} 期"
    monthly = f"{plain(plan.figure('rate').value)}% ÷ 12"
    if tail_fen:
        rest = f"({owed} − 尾款 {money(tail_fen)} ÷ (1 + r)^{months})"
        return f"{rest} × r ÷ (1 − (1 + r)^−{months})，r = {monthly}"
    return f"{owed} × r × (1 + r)^{months} ÷ ((1 + r)^{months} − 1)，r = {monthly}"
