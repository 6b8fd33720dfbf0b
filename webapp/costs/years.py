"""What a car costs over the years it is kept."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from webapp.costs import assumptions
from webapp.costs.assumptions import given
from webapp.costs.car import Car
from webapp.costs.energy import Use, energy
from webapp.costs.loan import Loan, Plan, loan
from webapp.costs.onroad import Deal, first_months, on_road, price_of, vessel
from webapp.costs.parts import (
    PERCENT,
    Entry,
    Figure,
    Line,
    Missing,
    Total,
    fen,
    money,
    plain,
    sources,
)
from webapp.costs.rulebook import Rulebook
from webapp.costs.tax import MONTHS

LEFT_OUT: Final = "不含停车、过路、洗车、轮胎、维修和充电桩安装"


def five_years(car: Car, deal: Deal, use: Use, rules: Rulebook, plan: Plan | None = None) -> Total:
    """All that a car costs from its purchase to its sale after `use.years` (five unless said):
    on the road, energy, insurance, tax, upkeep and interest, less what it is still worth.

    “这台车用五年一共花多少”: 落地价，加四年续保和车船税、五年能源和保养、贷款利息，减残值。
    """
    years = use.figure("years").value
    label = f"{_counted(years)}年总花费"
    price = price_of(car, deal)
    if price is None:
        return Total(label, (Missing("price", "车价", "没有指导价，请填开票价"),))
    bought = on_road(car, deal, rules)
    entries: list[Entry] = [_bought(bought), *bought.missing]
    if plan is not None:
        entries.append(_interest(loan(fen(price.value), plan)))
    for entry in energy(car, use, rules, deal.day, deal.region):
        entries.append(entry if isinstance(entry, Missing) else _times(entry, years))
    entries += _renewed(car, deal, rules, bought, years)
    entries += [_upkeep(car, use, years), _worth(car, use, price, years)]
    return Total(label, tuple(entries))


def _counted(years: Decimal) -> str:
    return {1: "一", 2: "两", 3: "三", 4: "四", 5: "五", 10: "十"}.get(int(years), f" {years} ")


def _bought(bought: Total) -> Line:
    formula = " + ".join(line.label for line in bought.lines if line.low_fen >= 0)
    if bought.line("subsidy") is not None:
        formula += " − 补贴"
    used = sources(*(line.sources for line in bought.lines))
    return Line("on-road", "落地价", bought.low_fen, bought.high_fen, formula, used)


def _interest(borrowed: Loan) -> Line:
    amount = borrowed.interest_fen
    formula = f"共还 {money(borrowed.paid_fen)} − 贷款 {money(borrowed.principal_fen)}"
    return Line("interest", "贷款利息", amount, amount, formula, borrowed.plan.sources)


def _times(line: Line, years: Decimal) -> Line:
    """The same line for so many years."""
    if years == 1:
        return line
    low, high = (int(amount * years) for amount in (line.low_fen, line.high_fen))
    formula = f"{line.formula} × {plain(years)} 年"
    return replace(line, low_fen=low, high_fen=high, formula=formula)


def _renewed(car: Car, deal: Deal, rules: Rulebook, bought: Total, years: Decimal) -> list[Entry]:
    """Insurance of the years after the first and the rest of the 车船税, at this year's amounts."""
    entries: list[Entry] = []
    for key in ("compulsory", "commercial"):
        line = bought.line(key)
        if line is not None and years > 1:
            again = _times(replace(line, formula=_span(line)), years - 1)
            label, note = f"续保：{line.label}", "按每年保费不变算"
            entries.append(replace(again, key=f"{key}-again", label=label, note=note))
    rest = int(years) * MONTHS - first_months(deal.day)
    tax = vessel(car, deal, rules, months=rest)
    if isinstance(tax, Line) and tax.high_fen:
        entries.append(replace(tax, key="vessel-again", label="以后的车船税"))
    return entries


def _span(line: Line) -> str:
    if line.low_fen == line.high_fen:
        return money(line.low_fen)
    return f"{money(line.low_fen)} 到 {money(line.high_fen)}"


def _upkeep(car: Car, use: Use, years: Decimal) -> Line:
    figure = (
        assumptions.upkeep(car.energy)
        if use.upkeep is None
        else given("upkeep", use.upkeep, "一年保养", "元")
    )
    amount = fen(figure.value * years)
    formula = f"{plain(figure.value)} × {plain(years)} 年"
    return Line("upkeep", "保养", amount, amount, formula, sources(figure))


def _worth(car: Car, use: Use, price: Figure, years: Decimal) -> Line:
    figure = (
        assumptions.keeps(car.energy, years)
        if use.keeps is None
        else given("keeps", use.keeps, "残值比例", "%")
    )
    amount = -fen(price.value * figure.value / PERCENT)
    formula = f"{plain(price.value)} × {plain(figure.value)}%"
    return Line("worth", "卖车残值", amount, amount, formula, sources(price, figure))
