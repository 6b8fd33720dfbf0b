"""What nobody has registered: stated values, each called an assumption and open to change."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from webapp.catalogue.vocabulary import GREEN_PLATE_ENERGIES
from webapp.costs.bounds import BOUNDS, check
from webapp.costs.parts import Figure, Source, plain

SAID: Final = "假设，可改"


def assumed(key: str, value: Decimal, text: str) -> Figure:
    return Figure(value, Source("assumption", f"{SAID}：{text}", f"assumed:{key}"))


def given(key: str, value: Decimal, label: str, unit: str) -> Figure:
    said = f"你填的{label}：{plain(value)}{'' if unit == '%' else ' '}{unit}"
    return Figure(value, Source("input", said, f"input:{key}"))


class Told:
    """Base of what a visitor may say about a matter: a field that is None leaves an assumption."""

    def figure(self, field: str) -> Figure:
        """What was said of this field, or the assumption in its place."""
        value: Decimal | None = getattr(self, field)
        if value is None:
            return assume(field)
        return given(field, value, BOUNDS[field].label, BOUNDS[field].unit)

    def check(self, *fields: str) -> None:
        """Raises `OutOfBounds`."""
        for field in fields:
            check(field, getattr(self, field))


DEFAULTS: Final = {
    "km": (Decimal(12_000), "一年跑 12,000 公里"),
    "home": (Decimal(70), "七成的电在家充"),
    "electric": (Decimal(60), "插混和增程有六成里程用电"),
    "over": (Decimal(0), "能耗按标称算；实际常比标称高"),
    "years": (Decimal(5), "用五年"),
    "plate": (
        Decimal(125),
        "只算号牌 100 元、行驶证 15 元、登记证书 10 元的工本费，不含代办和竞拍",
    ),
    "down": (Decimal(30), "首付三成"),
    "months": (Decimal(36), "分 36 期"),
    "rate": (Decimal(4), "年利率 4%，以银行的报价为准"),
    "tail": (Decimal(40), "尾款是车价的四成"),
    "kw": (Decimal(7), "家用充电桩 7 kW"),
    "charge_from": (Decimal(20), "从 20% 充起"),
    "charge_to": (Decimal(100), "充到 100%"),
    "loss": (Decimal(90), "充电时九成的电进了电池"),
}
"""By field its value and what is said of it."""

PRICES: Final = {
    "petrol-92": (Decimal("7.5"), "92 号汽油 7.5 元/升，你那里的价格以加油站为准"),
    "petrol-95": (Decimal("8.0"), "95 号汽油 8 元/升，你那里的价格以加油站为准"),
    "diesel-0": (Decimal("7.2"), "0 号柴油 7.2 元/升，你那里的价格以加油站为准"),
    "home-power": (Decimal("0.55"), "家充 0.55 元/度，以当地居民电价为准"),
    "public-fast-charging": (Decimal("1.3"), "公共快充 1.3 元/度（含服务费），以充电站标价为准"),
}
"""Where no price of the region is registered, by item: a value to reckon with, not a price."""

UPKEEP: Final = {
    "BEV": Decimal(800),
    "FCEV": Decimal(1200),
    "PHEV": Decimal(1300),
    "EREV": Decimal(1300),
    "HEV": Decimal(1500),
    "ICE": Decimal(1600),
}
"""Yuan a year by energy, without tyres and repairs."""

KEEPS: Final = {
    "BEV": Decimal(35),
    "FCEV": Decimal(30),
    "PHEV": Decimal(38),
    "EREV": Decimal(38),
    "HEV": Decimal(48),
    "ICE": Decimal(45),
}
"""Percent of the price that a car is still worth after five years, by energy."""
KEEPS_YEARS: Final = 5

Premium = tuple[Decimal, Decimal]
"""A fixed part in yuan and a share of the price in percent."""
_INSURANCE_GREEN: Final = ((Decimal(2000), Decimal("1.6")), (Decimal(3500), Decimal("2.4")))
_INSURANCE_BLUE: Final = ((Decimal(1500), Decimal("1.2")), (Decimal(2500), Decimal("1.8")))


def assume(field: str) -> Figure:
    value, text = DEFAULTS[field]
    return assumed(field, value, text)


def keeps(energy: str | None, years: Decimal) -> Figure:
    """The share of the price left after so many years, in percent: the share after five years,
    falling by the same factor each year."""
    after_five = KEEPS[energy or "ICE"]
    share = (after_five / 100) ** (years / KEEPS_YEARS) * 100
    rounded = share.quantize(Decimal("0.1"))
    text = f"{plain(years)} 年后还值车价的 {plain(rounded)}%，没有可核对的来源"
    return assumed("keeps", rounded, text)


def upkeep(energy: str | None) -> Figure:
    value = UPKEEP[energy or "ICE"]
    return assumed("upkeep", value, f"一年保养 {plain(value)} 元，不含轮胎和维修")


def insurance(energy: str | None) -> tuple[Premium, Premium, Source]:
    """The lowest and the highest premium of the first year's commercial insurance."""
    green = energy in GREEN_PLATE_ENERGIES
    low, high = _INSURANCE_GREEN if green else _INSURANCE_BLUE
    kind = "新能源车" if green else "燃油和油混车"
    text = (
        f"{SAID}：{kind}首年商业险 {plain(low[0])} 元加车价的 {plain(low[1])}%"
        f" 到 {plain(high[0])} 元加 {plain(high[1])}%，保险公司的报价才算数"
    )
    return low, high, Source("assumption", text, "assumed:insurance")
