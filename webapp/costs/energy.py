"""What fuel and power cost in a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from webapp.costs import assumptions
from webapp.costs.assumptions import Told, given
from webapp.costs.bounds import BOUNDS
from webapp.costs.car import Car
from webapp.costs.parts import (
    PERCENT,
    Entry,
    Figure,
    Line,
    Missing,
    Source,
    fen,
    plain,
    sources,
)
from webapp.costs.rulebook import Rulebook, observed

ITEM_LABELS: Final = {
    "petrol-92": "92 号汽油",
    "petrol-95": "95 号汽油",
    "petrol-98": "98 号汽油",
    "diesel-0": "0 号柴油",
    "home-power": "家充",
    "public-fast-charging": "公共快充",
}


@dataclass(frozen=True)
class Use(Told):
    """How a car is used, as far as somebody said so; None leaves a stated assumption.

    `km` a year; `home`, `electric`, `over` and `keeps` in percent; prices in yuan a litre or
    kilowatt-hour; `fuel_use` and `power_use` for 100 km; `upkeep` and `insurance` in yuan a year.
    Raises `OutOfBounds`.
    """

    km: Decimal | None = None
    home: Decimal | None = None
    electric: Decimal | None = None
    over: Decimal | None = None
    fuel_price: Decimal | None = None
    home_price: Decimal | None = None
    public_price: Decimal | None = None
    fuel_use: Decimal | None = None
    power_use: Decimal | None = None
    upkeep: Decimal | None = None
    keeps: Decimal | None = None
    years: Decimal | None = None

    def __post_init__(self) -> None:
        self.check(*self.__dataclass_fields__)


def energy(car: Car, use: Use, rules: Rulebook, day: date, region: str = "CN") -> list[Entry]:
    """What fuel and power cost in a year.

    “百公里 13 度电、一年 1 万公里、全在家充、一度 5 毛”: 10,000 ÷ 100 × 13 × 0.5 = 650 元。
    """
    if car.energy == "FCEV":
        return [Missing("fuel", "加氢", "没有登记氢价，算不出来")]
    entries: list[Entry] = []
    share = _electric_share(car, use)
    if share is None or share.value > 0:
        entries += _power(car, use, share, rules, day, region)
    if share is None or share.value < PERCENT:
        entries += _fuel(car, use, share, rules, day, region)
    return entries


def _electric_share(car: Car, use: Use) -> Figure | None:
    """Of a plug-in the percent driven on power; None of a car with one kind of energy."""
    return use.figure("electric") if car.plug_in else None


def _power(
    car: Car, use: Use, share: Figure | None, rules: Rulebook, day: date, region: str
) -> list[Entry]:
    if not car.charged:
        return []
    need = consumption(use, "power_use", car.power_use, "百公里电耗")
    if need is None:
        return [Missing("power", "充电", "没有这款车的百公里电耗，请填自己的电耗")]
    home = use.figure("home")
    price, parts, used = _power_price(use, home, rules, day, region)
    if price is None:
        return [Missing("power", "充电", parts)]
    return [_driven("power", "充电", "度", use, share, need, price, parts, used)]


def _power_price(
    use: Use, home: Figure, rules: Rulebook, day: date, region: str
) -> tuple[Decimal | None, str, tuple[Source, ...]]:
    """The mean price of a kilowatt-hour, its formula and sources; None and the reason."""
    mean, said, used = Decimal(0), [], [home.source]
    for field, item, percent in (
        ("home_price", "home-power", home.value),
        ("public_price", "public-fast-charging", PERCENT - home.value),
    ):
        if not percent:
            continue
        price = _price(use, field, item, rules, day, region)
        if isinstance(price, str):
            return None, price, ()
        mean += price.value * percent / PERCENT
        said.append(f"{ITEM_LABELS[item]} {plain(percent)}% × {plain(price.value)}")
        used.append(price.source)
    return mean, f"({' + '.join(said)}) 元/度", sources(used)


def _fuel(
    car: Car, use: Use, share: Figure | None, rules: Rulebook, day: date, region: str
) -> list[Entry]:
    if not car.fuelled:
        return []
    label = "亏电油耗" if car.plug_in else "油耗"
    need = consumption(use, "fuel_use", car.fuel_use, label)
    if need is None:
        return [Missing("fuel", "加油", f"没有这款车的{label}，请填自己的油耗")]
    price = _price(use, "fuel_price", car.fuel, rules, day, region)
    if isinstance(price, str):
        return [Missing("fuel", "加油", price)]
    rest = None if share is None else Figure(PERCENT - share.value, share.source)
    said = f"{plain(price.value)} 元/升"
    return [_driven("fuel", "加油", "升", use, rest, need, price.value, said, (price.source,))]


def _driven(
    key: str,
    label: str,
    unit: str,
    use: Use,
    share: Figure | None,
    need: Figure,
    price: Decimal,
    said: str,
    used: tuple[Source, ...],
) -> Line:
    """One line: kilometres, their share, consumption and price."""
    km, over = use.figure("km"), use.figure("over")
    own = need.source.kind == "input"
    part = share.value / PERCENT if share is not None else Decimal(1)
    more = Decimal(1) if own else 1 + over.value / PERCENT
    amount = fen(km.value * part / 100 * need.value * more * price)
    formula = f"{plain(km.value)} 公里"
    if share is not None:
        formula += f" × {plain(share.value)}%"
    formula += f" ÷ 100 × {plain(need.value)} {unit}"
    if more != 1:
        formula += f" × {plain(PERCENT + over.value)}%"
    where = sources(km, share, need, () if own else (over.source,), used)
    return Line(key, label, amount, amount, f"{formula} × {said}", where)


def consumption(use: Use, field: str, figure: Figure | None, label: str) -> Figure | None:
    """The consumption for 100 km that the visitor gives, or the car's own."""
    own: Decimal | None = getattr(use, field)
    if own is None:
        return figure
    return given(field, own, label, BOUNDS[field].unit)


def _price(
    use: Use, field: str, item: str, rules: Rulebook, day: date, region: str
) -> Figure | str:
    """A price by the visitor, else the observed one of the region or the country, else an assumed
    one; a sentence where there is none."""
    own: Decimal | None = getattr(use, field)
    if own is not None:
        return given(field, own, f"{ITEM_LABELS[item]}价格", BOUNDS[field].unit)
    found = observed(rules, item, region, day)
    if found is not None:
        return found
    if item in assumptions.PRICES:
        value, text = assumptions.PRICES[item]
        return assumptions.assumed(item, value, text)
    return f"没有登记{ITEM_LABELS.get(item, item)}的价格，请填当地的价格"
