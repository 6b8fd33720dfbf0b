"""Taxes and subsidies of a purchase: what the rules of a day say of exactly this car."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from webapp.catalogue.vocabulary import GREEN_PLATE_ENERGIES
from webapp.costs.car import Car
from webapp.costs.parts import (
    PERCENT,
    Entry,
    Figure,
    Line,
    Missing,
    Source,
    fen,
    money,
    plain,
    sources,
    yuan,
)
from webapp.costs.rulebook import Rulebook, source_of
from webapp.rules import Term, Unknown, taxes

Trade = Literal["none", "scrap", "scrap-nev", "swap"]
TRADES: Final[dict[Trade, str]] = {
    "none": "没有旧车",
    "scrap": "报废燃油旧车",
    "scrap-nev": "报废新能源旧车",
    "swap": "卖掉旧车（置换）",
}

COMPULSORY: Final = "compulsory-insurance"
VESSEL: Final = "vessel-tax"
INTEREST: Final = "consumer-loan-interest"
CHECK: Final = "要查目录"
MONTHS: Final = 12


def purchase_tax(
    car: Car, price: Figure, rules: Rulebook, day: date, eligible: bool | None = None
) -> Entry:
    """The purchase tax on an invoice of that day; a span where it is not known whether the car has
    the relief. `eligible`: what somebody who looked at the official list says.

    “2026 年 12 月买 15 万的纯电”: 150,000 ÷ 1.13 × 10% = 13,274.34，减半后 6,637.17 元。
    """
    label = "购置税"
    found = taxes.purchase_tax(rules, fen(price.value), day, car.vehicle, eligible)
    if isinstance(found, Unknown):
        return Missing("tax", label, found.reason)
    vat, tax = _rate(found.vat), _rate(found.tax)
    formula = f"{plain(price.value)} ÷ {plain(1 + vat)} × {plain(tax * PERCENT)}%"
    where = sources(price, source_of(found.tax), source_of(found.vat))
    if found.relief is None:
        return Line("tax", label, found.due, found.due, formula, where)
    formula += f"，减 {plain(_rate(found.relief) * PERCENT)}%"
    if found.relief.cap_fen is not None:
        formula += f"（最多 {money(found.relief.cap_fen)} 元）"
    low, note = found.due, ""
    if found.if_listed is not None:
        low = found.if_listed
        note = f"在目录里 {money(low)} 元，不在 {money(found.due)} 元：{CHECK}"
    elif car.plug_in:
        note = f"享受减免的前提是车型在减免税目录里，下单前{CHECK}"
    where = sources(where, source_of(found.relief))
    return Line("tax", label, low, found.due, formula, where, note)


def compulsory_insurance(car: Car, rules: Rulebook, day: date) -> Entry:
    """交强险 of a year by the number of seats; a span where that is not known.

    “五座车交强险多少”: 950 元。
    """
    seats = [car.vehicle.seats] if car.vehicle.seats else [5, 7]
    found = [rules.at(COMPULSORY, day, None, replace(car.vehicle, seats=n)) for n in seats]
    terms: list[Term] = []
    for term in found:
        if isinstance(term, Unknown):
            return Missing("compulsory", "交强险", term.reason)
        terms.append(term)
    amounts = [term.amount_fen or 0 for term in terms]
    known = car.vehicle.seats is not None
    formula = f"{car.vehicle.seats} 座" if known else "座位数未知，6 座以下到 6 座及以上"
    where = sources(*(source_of(term) for term in terms))
    return Line("compulsory", "交强险", min(amounts), max(amounts), formula, where)


def vessel_tax(car: Car, rules: Rulebook, day: date, *, months: int = MONTHS) -> Entry:
    """车船税 for so many months of a year: the span that the law leaves to the provinces.

    “1.5 升的车一年车船税”: 300 到 540 元。
    """
    label = "车船税"
    term = rules.at(VESSEL, day, None, car.vehicle)
    if isinstance(term, Unknown):
        return Missing("vessel", label, term.reason)
    low = term.floor_fen if term.floor_fen is not None else term.amount_fen or 0
    high = term.cap_fen if term.cap_fen is not None else term.amount_fen or 0
    part = Decimal(months) / MONTHS
    formula = term.text or (f"{money(low)} 到 {money(high)} 元" if low != high else money(low))
    if months != MONTHS and high:
        formula += f" × {months} ÷ {MONTHS} 个月"
    note = "各省在法定幅度内定税额" if low != high else ""
    amounts = (fen(yuan(low) * part), fen(yuan(high) * part))
    return Line("vessel", label, *amounts, formula, sources(source_of(term)), note)


def subsidy(
    car: Car,
    price: Figure,
    rules: Rulebook,
    day: date,
    trade: Trade,
    eligible: bool | None = None,
) -> Entry:
    """The national trade-in subsidy, to be taken off; paid back later on application.

    “报废旧油车买 15 万的纯电”: 150,000 × 12% = 18,000，不超过 20,000 元，所以补 18,000 元。
    """
    label = "以旧换新补贴"
    green = car.energy in GREEN_PLATE_ENERGIES
    if trade == "scrap-nev" and not green:
        return Missing("subsidy", label, "报废新能源旧车，要买新能源车才有补贴")
    kind = "swap" if trade == "swap" else "scrap"
    term = rules.at(f"trade-in-{kind}-{'nev' if green else 'petrol'}", day, None, car.vehicle)
    if isinstance(term, Unknown):
        return Missing("subsidy", label, term.reason)
    low, high, formula = _granted(term, price)
    note = "按申请时的规定审核，批准后才打款；旧车的登记日期和过户时间也有要求"
    where = sources(price, source_of(term))
    line = Line("subsidy", label, -high, -low, formula, where, note)
    return _doubted(line, car, rules, day, eligible)


def _granted(term: Term, price: Figure) -> tuple[int, int, str]:
    """Lowest and highest subsidy in fen, and how it is found: a share of the price, a fixed amount,
    or what a province pays up to a limit in 万元."""
    if term.form == "limit" and term.limit is not None:
        most = fen(term.limit * 10_000)
        return 0, most, f"各地自定，最多 {money(most)} 元"
    if term.form == "amount":
        amount = term.amount_fen or 0
        return amount, amount, f"定额 {money(amount)} 元"
    due = price.value * _rate(term)
    formula = f"{plain(price.value)} × {plain(_rate(term) * PERCENT)}%"
    if term.cap_fen is not None:
        due = min(due, yuan(term.cap_fen))
        formula += f"（最多 {money(term.cap_fen)} 元）"
    return fen(due), fen(due), formula


def _doubted(line: Line, car: Car, rules: Rulebook, day: date, eligible: bool | None) -> Entry:
    """A plug-in has the subsidy of a new-energy car only where it is in the list of the relief."""
    if not car.plug_in or eligible:
        return line
    relief = rules.at(taxes.RELIEF, day, taxes.BASIS, car.vehicle)
    if eligible is None and isinstance(relief, Term):
        return line
    if eligible is None and isinstance(relief, Unknown) and relief.why in taxes.DOUBTS:
        note = f"在减免税目录里才有，不在就没有：{CHECK}"
        return replace(line, high_fen=0, note=note)
    return Missing(
        "subsidy", line.label, "不在减免税目录里的插混不算新能源车，能不能领要问商务部门"
    )


def interest_subsidy(rules: Rulebook, day: date) -> tuple[str, Source] | None:
    """What a day's rule says of help with the interest of consumer loans, and where; None where
    there is none. Whether a car loan counts is for the lender to say, so nothing is taken off.

    “2026 年车贷能不能贴息”: 年贴息一个百分点，每人每年最多 3,000 元，车贷算不算要问贷款机构。
    """
    term = rules.at(INTEREST, day)
    if isinstance(term, Unknown) or not term.note:
        return None
    return f"{term.rule.title}：{term.note}", source_of(term)


def _rate(term: Term) -> Decimal:
    if term.rate is None:
        raise ValueError(f"term {term.id} has no rate")
    return term.rate
