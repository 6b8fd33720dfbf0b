"""What a car costs until it stands on the road."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from webapp.costs import assumptions
from webapp.costs.assumptions import given
from webapp.costs.bounds import BOUNDS, OutOfBounds, check, check_day
from webapp.costs.car import Car
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
from webapp.costs.rulebook import Rulebook, source_of
from webapp.costs.tax import (
    MONTHS,
    TRADES,
    Trade,
    compulsory_insurance,
    purchase_tax,
    subsidy,
    vessel_tax,
)
from webapp.rules import Term
from webapp.rules.records import REGIONS

TEN_THOUSAND: Final = Decimal(10_000)
ROUNDED_TO: Final = Decimal(10)
"""An assumed span is told to ten yuan: more digits would look as if it were known."""


SHANGHAI: Final = "CN-31"
PLATES: Final[dict[str, tuple[str, ...]]] = {
    "CN-11": ("plates-beijing",),
    "CN-12": ("plates-tianjin",),
    "CN-33": ("plates-hangzhou",),
    "CN-44": ("plates-guangzhou", "plates-shenzhen"),
    "CN-46": ("plates-hainan",),
}
"""Rules on plates by province; Shanghai's go by energy."""
PURE_ELECTRIC: Final = ("BEV", "FCEV")


@dataclass(frozen=True)
class Deal:
    """One purchase. `price` (the car's list price unless given), `insurance` a year, `plate` and
    `vessel` in yuan; `eligible`: whether somebody found the car in the list of the tax relief.
    Raises `OutOfBounds`.
    """

    day: date
    price: Decimal | None = None
    region: str = "CN"
    insurance: Decimal | None = None
    plate: Decimal | None = None
    vessel: Decimal | None = None
    trade: Trade = "none"
    eligible: bool | None = None

    def __post_init__(self) -> None:
        check_day(self.day)
        check("price", None if self.price is None else self.price / TEN_THOUSAND)
        for field in ("insurance", "plate", "vessel"):
            check(field, getattr(self, field))
        check_region(self.region)
        check_trade(self.trade)


def check_region(region: str) -> None:
    """Raises `OutOfBounds` for what is no province."""
    if region not in REGIONS:
        raise OutOfBounds("region", f"没有“{region}”这个省份，请从列表里选一个")


def check_trade(trade: str) -> None:
    """Raises `OutOfBounds` for an old car of no known kind."""
    if trade not in TRADES:
        raise OutOfBounds("trade", f"旧车没有“{trade}”这一项，请从列表里选一个")


def price_of(car: Car, deal: Deal) -> Figure | None:
    """The price in yuan that the sums start from: the visitor's, or the list price."""
    if deal.price is None:
        return car.price
    return given("price", deal.price, "开票价", "元")


def on_road(car: Car, deal: Deal, rules: Rulebook) -> Total:
    """All that is paid until the car stands on the road, less the subsidy.

    “12.98 万的纯电现在落地多少”: 车价 129,800，购置税 5,743.36，交强险 950，商业险按假设的
    幅度，上牌 125 元。
    """
    price = price_of(car, deal)
    if price is None:
        return Total("落地价", (Missing("price", "车价", "没有指导价，请填开票价"),))
    amount = fen(price.value)
    entries: list[Entry] = [
        Line("price", "车价", amount, amount, _priced(car, deal), sources(price)),
        purchase_tax(car, price, rules, deal.day, deal.eligible),
        compulsory_insurance(car, rules, deal.day),
        commercial_insurance(car, price, deal),
        vessel(car, deal, rules, months=first_months(deal.day)),
        _plate(car, deal, rules),
    ]
    if deal.trade != "none":
        entries.append(subsidy(car, price, rules, deal.day, deal.trade, deal.eligible))
    return Total("落地价", tuple(entries))


def first_months(day: date) -> int:
    """For how many months of its first year a car bought that day pays 车船税."""
    return MONTHS + 1 - day.month


def commercial_insurance(car: Car, price: Figure, deal: Deal) -> Line:
    """The commercial insurance of a year: as given, or an assumed span by price and energy."""
    label = "商业险"
    if deal.insurance is not None:
        own = given("insurance", deal.insurance, label, "元")
        amount = fen(deal.insurance)
        return Line("commercial", label, amount, amount, "按报价", sources(own))
    low, high, source = assumptions.insurance(car.energy)
    spans = [base + price.value * share / PERCENT for base, share in (low, high)]
    rounded = [fen((amount / ROUNDED_TO).quantize(Decimal(1)) * ROUNDED_TO) for amount in spans]
    formula = "、".join(
        f"{plain(base)} + {plain(price.value)} × {plain(share)}%" for base, share in (low, high)
    )
    note = "只是假设的幅度，拿到保险公司的报价后请改"
    return Line("commercial", label, rounded[0], rounded[1], formula, sources(source), note)


def vessel(car: Car, deal: Deal, rules: Rulebook, *, months: int = MONTHS) -> Entry:
    """车船税, as given for a whole year or by the law."""
    if deal.vessel is None:
        return vessel_tax(car, rules, deal.day, months=months)
    own = given("vessel", deal.vessel, "车船税", "元")
    amount = fen(deal.vessel * months / MONTHS)
    formula = f"{money(fen(deal.vessel))} × {months} ÷ 12 个月" if months != MONTHS else "按全年"
    return Line("vessel", "车船税", amount, amount, formula, sources(own))


def _priced(car: Car, deal: Deal) -> str:
    if deal.price is not None:
        return "开票价"
    said = car.price is not None and car.price.source.kind == "input"
    return "你说的价格" if said else "厂商指导价"


def _plate(car: Car, deal: Deal, rules: Rulebook) -> Line:
    if deal.plate is None:
        figure = assumptions.assume("plate")
        formula = "号牌、行驶证、登记证书的工本费"
    else:
        figure = given("plate", deal.plate, BOUNDS["plate"].label, "元")
        formula = "按你填的"
    amount = fen(figure.value)
    terms = _limits(car, deal, rules)
    note = "；".join(f"{term.rule.title}：{term.text}" for term in terms)
    if note:
        note = f"这里限牌，指标和竞拍的花费不在内。{note}"
    where = sources(figure, *(source_of(term) for term in terms))
    return Line("plate", "上牌", amount, amount, formula, where, note)


def _limits(car: Car, deal: Deal, rules: Rulebook) -> list[Term]:
    """What the region's rules say of getting a plate at all."""
    codes = PLATES.get(deal.region, ())
    if deal.region == SHANGHAI:
        codes = ("plates-shanghai-bev" if car.energy in PURE_ELECTRIC else "plates-shanghai-phev",)
    found = [rules.at(code, deal.day) for code in codes]
    return [term for term in found if isinstance(term, Term)]
