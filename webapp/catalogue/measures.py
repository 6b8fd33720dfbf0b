"""How figures are called, counted and judged: one table for pages, comparison, lists and answers.

A measure's key is a field of Trim or the key of a parameter. Which direction is better for a
parameter alone stands in `reference/parameters.csv`; where both name a key they agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from webapp.catalogue.reading.reference import parameters
from webapp.catalogue.vocabulary import ENERGIES, RANGE_CYCLES

Better = Literal["high", "low"]

WITH_ENGINE: Final = frozenset({"ICE", "HEV", "PHEV", "EREV"})
WITH_MOTOR: Final = frozenset(ENERGIES) - {"ICE"}
RANKED_CYCLE: Final = RANGE_CYCLES[0]
"""The test cycle of which ranges are drawn and averaged; those of others stand beside them."""
CHARGED: Final = frozenset({"BEV", "PHEV", "EREV"})
WITH_BATTERY: Final = CHARGED | {"FCEV"}
"""Of a hybrid without a plug no source tells the battery as a figure to choose by."""


@dataclass(frozen=True)
class Measure:
    """One figure. `unit` is written, `spoken` said in a sentence; `less` and `more` are what the
    lower and the higher figure are called in a difference: 便宜, 贵.

    `window`: a bar starts near the class's low end, since every car is longer than three metres
    and bars from zero would all look the same.
    """

    key: str
    label: str
    unit: str
    digits: int
    less: str
    more: str
    better: Better | None = None
    spoken: str = ""
    window: bool = False

    @property
    def said_unit(self) -> str:
        return self.spoken or self.unit

    @property
    def low_is_better(self) -> bool | None:
        return None if self.better is None else self.better == "low"


MEASURES: Final = {
    row.key: row
    for row in (
        Measure("price_wan", "指导价", "万", 2, "便宜", "贵", "low", "万元"),
        Measure("range_km", "纯电续航", "km", 0, "短", "长", "high", "公里"),
        Measure("fuel_l_100km", "油耗", "L/100km", 2, "低", "高", "low", "升/百公里"),
        Measure("accel_0_100_s", "百公里加速", "秒", 2, "快", "慢", "low"),
        Measure("wheelbase_mm", "轴距", "mm", 0, "短", "长", window=True),
        Measure("length_mm", "车长", "mm", 0, "短", "长", window=True),
        Measure("power_kw", "最大功率", "kW", 0, "小", "大", "high"),
        Measure("battery_kwh", "电池容量", "kWh", 1, "小", "大", "high"),
        Measure("trunk_l", "后备厢容积", "L", 0, "小", "大", "high", "升"),
        Measure("torque_nm", "最大扭矩", "N·m", 0, "小", "大", "high"),
        Measure("width_mm", "车宽", "mm", 0, "窄", "宽", window=True),
        Measure("height_mm", "车高", "mm", 0, "矮", "高", window=True),
        Measure("curb_weight_kg", "整备质量", "kg", 0, "轻", "重"),
        Measure("dealer_price_wan", "经销商报价", "万", 2, "便宜", "贵", "low", "万元"),
        Measure("fast_charge_h", "电池快充时间", "h", 2, "快", "慢", "low", "小时"),
        Measure("fast_charge_min", "快充时间", "分钟", 0, "快", "慢", "low"),
        Measure("consumption_kwh_100km", "百公里耗电量", "kWh", 1, "低", "高", "low", "度"),
        Measure("displacement_l", "排量", "L", 1, "小", "大", spoken="升"),
        Measure("cylinders", "气缸数", "缸", 0, "少", "多"),
        Measure("gears", "挡位数", "挡", 0, "少", "多"),
        Measure("ground_clearance_mm", "离地间隙", "mm", 0, "低", "高"),
        Measure("top_speed_kmh", "最高车速", "km/h", 0, "低", "高", "high"),
        Measure("fuel_tank_l", "油箱容积", "L", 0, "小", "大", spoken="升"),
        Measure("airbags", "气囊数", "个", 0, "少", "多"),
        Measure("tyre_width_mm", "轮胎宽度", "mm", 0, "窄", "宽"),
        Measure("rim_inch", "轮圈尺寸", "英寸", 0, "小", "大"),
        Measure("centre_screen_in", "中控屏尺寸", "英寸", 2, "小", "大"),
        Measure("warranty_years", "整车质保", "年", 0, "短", "长", "high"),
        Measure("voltage_v", "高压平台", "V", 0, "低", "高", "high"),
        Measure("wading_mm", "涉水深度", "mm", 0, "浅", "深", "high"),
        Measure("lidars", "激光雷达数量", "颗", 0, "少", "多"),
    )
}
"""In the order in which most people decide by them."""

ORDER: Final = (
    "price_wan",
    "energy",
    "range_km",
    "fuel_l_100km",
    "accel_0_100_s",
    "seats",
    "wheelbase_mm",
    "length_mm",
    "drive",
    "power_kw",
    "battery_kwh",
    "trunk_l",
    "size",
    "body",
)
"""What most people decide by, first things first: measures and choices."""
KEY_FIELDS: Final = (
    "price_wan",
    "energy",
    "range_km",
    "fuel_l_100km",
    "accel_0_100_s",
    "seats",
    "drive",
)
"""What a car is told by in one sentence."""

_SECTIONS: Final = {"发动机": WITH_ENGINE, "电动机": WITH_MOTOR, "电池/充电": CHARGED}
"""Sections of parameters that only cars of some energies can have."""
_BATTERY: Final = (
    "battery_type",
    "battery_technology",
    "battery_cooling",
    "battery_density_wh_kg",
    "cell_brand",
    "voltage_v",
)
_KEYS: Final = {
    "range_km": WITH_BATTERY,
    "battery_kwh": WITH_BATTERY,
    "fuel_l_100km": WITH_ENGINE,
    "fuel_tank_l": WITH_ENGINE,
    "consumption_kwh_100km": CHARGED,
    "measured_consumption_kwh_100km": CHARGED,
    "energy_equivalent_fuel_l_100km": CHARGED,
    "fuel_hybrid_l_100km": WITH_ENGINE - {"ICE"},
    "measured_range_km": CHARGED,
    "measured_fuel_l_100km": WITH_ENGINE,
    "system_power_kw": WITH_ENGINE - {"ICE"},
    "system_power_ps": WITH_ENGINE - {"ICE"},
    "system_torque_nm": WITH_ENGINE - {"ICE"},
    **dict.fromkeys((*_BATTERY, "chemistry", "motors", "cell_maker"), WITH_MOTOR),
    "aspiration": WITH_ENGINE,
    "fast_charge_min": CHARGED,
    "ev_warranty": CHARGED,
}
"""Single parameters and fields of Trim, before their section."""
_STARTS: Final = (
    ("fuel_depleted_", frozenset({"PHEV", "EREV"})),
    ("fuel_wltc", WITH_ENGINE),
    ("fuel_nedc", WITH_ENGINE),
    ("range_total_", WITH_MOTOR & WITH_ENGINE - {"HEV"}),
    ("range_", CHARGED),
)
"""Families of parameters, one a test cycle, by how their keys begin; the longer start first."""

_ELECTRIC: Final = {"BEV": "纯电", "PHEV": "插电", "EREV": "插电"}
_WEIGHTED: Final = {"ICE": "燃油", "HEV": "燃油", "PHEV": "加权", "EREV": "加权"}
"""A plug-in's fuel consumption counts the kilometres driven on electricity."""


def applies(key: str, energy: str | None, section: str = "") -> bool:
    """Whether a car of this energy can have the figure at all: no engine in an electric car.

    `key` is a field of Trim or a parameter; `section` that of a parameter which is not among the
    shipped ones. Where the energy is unknown everything may apply.
    """
    if energy is None:
        return True
    known = energies_with(key, section)
    return known is None or energy in known


@lru_cache(512)
def energies_with(key: str, section: str = "") -> frozenset[str] | None:
    """The energies of which a car can have the figure; None where it may be any."""
    known = _KEYS.get(key)
    if known is None:
        known = next((energies for start, energies in _STARTS if key.startswith(start)), None)
    if known is None:
        shipped = parameters().get(key)
        known = _SECTIONS.get(shipped.section if shipped else section)
    return known


def kind_of(key: str, energy: str | None) -> str:
    """What kind of figure it is; figures of two kinds are not ranked against each other."""
    if key in ("range_km", "battery_kwh", "consumption_kwh_100km") or (
        key.startswith("range_") and not key.startswith("range_total_")
    ):
        return _ELECTRIC.get(energy or "", "")
    if key.startswith("fuel_") and key.endswith("_l_100km") and "depleted" not in key:
        return _WEIGHTED.get(energy or "", "")
    return ""


def in_ranked_cycle(key: str, cycle: str | None) -> bool:
    """Whether a figure may stand on one scale, and in one median, with others of its kind: a range
    only where it was measured as most are."""
    return key != "range_km" or cycle == RANKED_CYCLE


def comparable(key: str, energies: Iterable[str | None]) -> bool:
    """Whether the figures of cars of these energies are of one kind."""
    return len({kind_of(key, energy) for energy in energies}) < 2
