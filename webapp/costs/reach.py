"""How far a charge or a tank goes by season, and how long charging takes."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from webapp.costs import assumptions
from webapp.costs.assumptions import Told
from webapp.costs.bounds import OutOfBounds
from webapp.costs.car import Car, Charging
from webapp.costs.energy import Use, consumption
from webapp.costs.parts import PERCENT, Figure, Source, plain, sources


@dataclass(frozen=True)
class Season:
    """The share of its range on paper that an electric car reached in public tests, in percent."""

    key: str
    label: str
    share: Decimal
    source: Source


def _season(key: str, label: str, share: str, text: str, url: str) -> Season:
    return Season(key, label, Decimal(share), Source("observation", text, f"test:{key}", url))


SEASONS: Final = (
    _season(
        "mild",
        "常温",
        "74",
        "懂车帝历次实测的常温平均达成率，2022 年 7 月公布",
        "https://isolves.com/sh/qc/2022-07-28/58922.html",
    ),
    _season(
        "hot",
        "40 ℃ 以上",
        "64",
        "懂车帝 2023 年夏测满载平均达成率（吐鲁番），2023 年 7 月公布",
        "http://m.tech.china.com/hea/article/20230725/072023_1382143.html",
    ),
    _season(
        "cold",
        "零下 15 ℃",
        "48.5",
        "懂车帝 2022 年冬测平均达成率（牙克石），2022 年 12 月公布",
        "https://techsir.com/a/202212/81388.html",
    ),
    _season(
        "freezing",
        "零下 20 ℃ 以下",
        "41.9",
        "懂车帝冬测（黑河）纯电轿车平均达成率，2024 至 2025 年冬",
        "https://yoojia.com/article/9067451302112937307.html",
    ),
)
TESTED_CYCLE: Final = "CLTC"
"""The tests compare with the range on this cycle."""


@dataclass(frozen=True)
class Reach:
    """How many kilometres a full battery or tank lasts."""

    key: str
    label: str
    km: int
    formula: str
    sources: tuple[Source, ...]


def reach(car: Car, use: Use | None = None) -> list[Reach]:
    """Kilometres on a charge by season and on a tank.

    “CLTC 605 公里的车冬天能跑多远”: 零下 15 ℃ 时 605 × 48.5% ≈ 293 公里。
    """
    found: list[Reach] = []
    if car.charged and car.range_km is not None and car.cycle == TESTED_CYCLE:
        for season in SEASONS:
            km = car.range_km.value * season.share / PERCENT
            formula = f"{car.cycle} {plain(car.range_km.value)} km × {plain(season.share)}%"
            where = sources(car.range_km, season.source)
            found.append(Reach(season.key, f"满电，{season.label}", round(km), formula, where))
    elif car.charged and car.range_km is not None:
        said = f"{car.cycle} 标称，没有按这个工况的季节实测"
        found.append(
            Reach("paper", "满电，标称", round(car.range_km.value), said, sources(car.range_km))
        )
    need = consumption(use or Use(), "fuel_use", car.fuel_use, "油耗")
    if car.fuelled and car.tank is not None and need is not None:
        km = car.tank.value / need.value * 100
        formula = f"{plain(car.tank.value)} 升 ÷ {plain(need.value)} 升 × 100"
        label = "满箱油，电用完后" if car.plug_in else "满箱油"
        found.append(Reach("tank", label, round(km), formula, sources(car.tank, need)))
    return found


@dataclass(frozen=True)
class Duration:
    """How long charging takes, in minutes."""

    key: str
    label: str
    minutes: int
    formula: str
    sources: tuple[Source, ...]

    @property
    def said(self) -> str:
        """“8 小时 20 分钟”."""
        hours, minutes = divmod(self.minutes, 60)
        if not hours:
            return f"{minutes} 分钟"
        return f"{hours} 小时 {minutes} 分钟" if minutes else f"{hours} 小时"


@dataclass(frozen=True)
class Charge(Told):
    """What is charged: from and to in percent, at how many kW; None leaves an assumption. Raises
    `OutOfBounds`."""

    charge_from: Decimal | None = None
    charge_to: Decimal | None = None
    kw: Decimal | None = None

    def __post_init__(self) -> None:
        self.check("charge_from", "charge_to", "kw")
        start, end = self.figure("charge_from").value, self.figure("charge_to").value
        if start >= end:
            message = f"充到的电量（{plain(end)}%）要高于起始电量（{plain(start)}%）"
            raise OutOfBounds("charge_to", message)


def charging(car: Car, charge: Charge) -> list[Duration]:
    """How long charging takes: by the catalogue, and at a given power.

    “60 度的电池用 7 kW 的桩从 20% 充满”: 60 × 80% ÷ (7 × 90%) ≈ 7 小时 37 分钟。
    """
    found = []
    listed: tuple[tuple[str, str, Charging | None], ...] = (
        ("fast", "快充", car.fast),
        ("slow", "慢充", car.slow),
    )
    for key, label, by_catalogue in listed:
        if by_catalogue is not None:
            hours = by_catalogue.hours
            span = f"，{by_catalogue.between}%" if by_catalogue.between else ""
            said = f"标称 {plain(hours.value)} 小时"
            minutes = round(hours.value * 60)
            found.append(Duration(key, f"{label}{span}", minutes, said, sources(hours)))
    if car.charged and car.battery is not None:
        found.append(_at_power(car.battery, charge))
    return found


def _at_power(battery: Figure, charge: Charge) -> Duration:
    start, end = charge.figure("charge_from"), charge.figure("charge_to")
    kw, loss = charge.figure("kw"), assumptions.assume("loss")
    part = end.value - start.value
    hours = battery.value * part / PERCENT / (kw.value * loss.value / PERCENT)
    needed = f"{plain(battery.value)} kWh × {plain(part)}%"
    formula = f"{needed} ÷ ({plain(kw.value)} kW × {plain(loss.value)}%)"
    label = f"{plain(kw.value)} kW，{plain(start.value)}-{plain(end.value)}%"
    where = sources(battery, start, end, kw, loss)
    return Duration("at-power", label, round(hours * 60), formula, where)
