"""What a monthly payment buys, and what the forms about money offer to pick."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from webapp.cars.costforms import CASH, BudgetForm
from webapp.cars.pages.costrows import Cell, Row, by_label, loan_cells, together
from webapp.cars.pages.figures import Sources, listed_sources
from webapp.catalogue import addresses
from webapp.costs import BOUNDS, TRADES, WAYS, Loan, OutOfBounds, Source, loan, price_for_payment
from webapp.costs.assumptions import assume, given
from webapp.costs.loan import price_formula
from webapp.costs.parts import money, plain, sources, yuan
from webapp.costs.years import LEFT_OUT
from webapp.formatting import wan
from webapp.rules.records import REGIONS


@dataclass(frozen=True)
class BudgetPage:
    """The price that a monthly payment buys, and the loan for it."""

    form: BudgetForm
    loan: Loan | None
    loan_sources: tuple[Source, ...]
    sources: Sources = field(default_factory=Sources)

    @property
    def wan(self) -> str:
        """The price to a hundred yuan, rounded down: “14.51”."""
        return wan(self.loan.price_fen // 10_000 * 10_000) if self.loan else ""

    @property
    def rows(self) -> list[Row]:
        """The price with its formula, and the loan that goes with it."""
        asked = self.form.payment_fen
        if self.loan is None or asked is None:
            return []
        formula = price_formula(asked, self.loan.plan, self.form.cash_fen)
        price = Cell(money(self.loan.price_fen), formula, self.loan_sources)
        return by_label([{"车价最高": price} | loan_cells(self.loan, self.loan_sources)])

    @property
    def cars(self) -> str:
        """The list of cars up to that price."""
        return addresses.listing(price_wan_max=self.wan)

    @property
    def listed(self) -> list[tuple[int, str, str | None]]:
        return listed_sources(self.sources)


def budget_page(form: BudgetForm) -> BudgetPage:
    """What a monthly payment buys; nothing is worked out before one is given."""
    empty = BudgetPage(form, None, ())
    if form.errors or form.payment_fen is None or form.plan is None:
        return empty
    price_fen = price_for_payment(form.payment_fen, form.plan, form.cash_fen)
    try:
        borrowed = loan(price_fen, form.plan)
    except OutOfBounds:
        form.asked.errors["payment"] = _out_of_reach(yuan(price_fen) / 10_000)
        return empty
    asked = given("payment", yuan(form.payment_fen), "月供", "元")
    return BudgetPage(form, borrowed, together(sources(asked, form.plan.sources)))


def _out_of_reach(price_wan: Decimal) -> str:
    low, high = BOUNDS["price"].low, BOUNDS["price"].high
    return (
        f"按这个月供和首付，车价是 {price_wan:,.2f} 万元，"
        f"不在 {plain(low)} 到 {plain(high)} 万元之间，请{'多' if price_wan < low else '少'}填一点"
    )


def form_words() -> dict[str, Any]:
    """What the forms offer to pick, and what stands in empty fields."""
    loans = [("", WAYS["equal"]), ("free", WAYS["free"]), ("balloon", WAYS["balloon"])]
    return {
        "loans": loans,
        "ways": [*loans, (CASH, "全款，不贷款")],
        "regions": [("", "全国"), *((k, name) for k, name in REGIONS.items() if k != "CN")],
        "trades": [("", TRADES["none"]), *((k, v) for k, v in TRADES.items() if k != "none")],
        "assumed": assumed_text,
        "left_out": LEFT_OUT,
    }


def assumed_text(field: str) -> str:
    """What stands in an empty field: its assumption, as a figure."""
    return f"{assume(field).value:f}"
