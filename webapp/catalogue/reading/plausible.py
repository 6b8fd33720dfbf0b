"""Whether the values of a car can be true together: what looks wrong, in words.

Every bound lies well outside of what the shipped cars have, so that what it catches is worth a
look; a car may still be right, and then the doubt is explained once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.vocabulary import ENERGY_LABELS, PLUG_IN_ENERGIES

BOOT_LITRES_PER_MM: Final = 0.22
"""Of the car's length. Where a source tells a boot as it is and folded, the former stays below
0.21 l/mm; figures above are folded volumes."""
_KM_PER_KWH: Final = {"BEV": (5.0, 13.5), "PHEV": (3.4, 9.0), "EREV": (3.4, 9.0)}
_ACCELERATION: Final = (0.8, 2.0)
"""Seconds to 100 km/h over (kg/kW) ** 0.75."""
_KG_PER_M2: Final = (120, 320)
"""Of the area that length and width make."""
_WHEELBASE: Final = (0.5, 0.72)
"""Of the length."""
_OF_THE_SERIES: Final = (0.5, 2.0)
"""Of the median price of the series."""
_DEALER: Final = (0.45, 1.02)
"""Of the guide price."""

_RANGES: Final = ("range_cltc_km", "range_wltc_km", "range_nedc_km", "range_epa_km")
_FUELS: Final = ("fuel_wltc_l_100km", "fuel_nedc_l_100km")
_DEPLETED: Final = (
    "fuel_depleted_wltc_l_100km",
    "fuel_depleted_cltc_l_100km",
    "fuel_depleted_nedc_l_100km",
)
_ENGINE: Final = (("displacement_ml", "排量"), *((key, "油耗") for key in _FUELS))
_BODIES: Final = (
    ("SUV", "SUV"),
    ("MPV", "MPV"),
    ("皮卡", "皮卡"),
    ("旅行", "旅行车"),
    ("三厢", "轿车"),
    ("掀背", "轿车"),
    ("两厢", "两厢车"),
)
"""Words of a body structure, and the body they mean. A convertible may be any of them."""

KEYS: Final = frozenset(
    {
        *_RANGES,
        *_FUELS,
        *_DEPLETED,
        *("battery_kwh", "displacement_ml", "fuel_l_100km", "fuel_depleted_l_100km"),
        *("trunk_l", "trunk_max_l", "length_mm", "width_mm", "wheelbase_mm", "curb_weight_kg"),
        *("gross_weight_kg", "accel_0_100_s", "body_structure", "price_wan", "dealer_price_wan"),
    }
)
"""The parameters that are looked at beside the columns of `Car`."""


@dataclass(frozen=True)
class Car:
    """What the rules look at: columns that are projected, the other current values by parameter,
    and the median price of the series in 万元, None where too few are known."""

    energy: str | None
    body: str | None
    seats: int | None
    power_kw: float | None
    values: Mapping[str, Cell]
    usual_price: float | None = None

    def number(self, *keys: str) -> float | None:
        """The first of these parameters that is known."""
        found = (self.values[key].number for key in keys if key in self.values)
        return next((number for number in found if number is not None), None)

    def text(self, key: str) -> str:
        return (self.values[key].text or "") if key in self.values else ""


class Doubt(NamedTuple):
    """`rule` is a key of `RULES`."""

    rule: str
    said: str


def doubts_of(car: Car) -> list[Doubt]:
    """Everything about the car that can hardly be true."""
    return [Doubt(rule, said) for rule, (_, look) in _LOOKS.items() for said in look(car)]


def _boot(car: Car) -> Iterator[str]:
    boot, most, length = (car.number(key) for key in ("trunk_l", "trunk_max_l", "length_mm"))
    if boot and length and boot > BOOT_LITRES_PER_MM * length:
        yield f"后备厢 {boot:g} L，车长只有 {length:g} mm：像是座椅放倒后的容积"
    if boot and most and most < boot:
        yield f"后备厢最大容积 {most:g} L，比平时的 {boot:g} L 还小"


def _range(car: Car) -> Iterator[str]:
    low, high = _KM_PER_KWH.get(car.energy or "", (0.0, 0.0))
    reach, battery = car.number(*_RANGES), car.number("battery_kwh")
    if high and reach and battery and not low <= reach / battery <= high:
        yield f"续航 {reach:g} km、电池 {battery:g} kWh：每度电 {reach / battery:.1f} km"


def _acceleration(car: Car) -> Iterator[str]:
    seconds, weight = car.number("accel_0_100_s"), car.number("curb_weight_kg")
    if not (seconds and weight and car.power_kw):
        return
    if not _within(seconds / (weight / car.power_kw) ** 0.75, _ACCELERATION):
        yield f"零百加速 {seconds:g} 秒，功率 {car.power_kw:g} kW、整备质量 {weight:g} kg"


def _weight(car: Car) -> Iterator[str]:
    weight, most = car.number("curb_weight_kg"), car.number("gross_weight_kg")
    length, width = car.number("length_mm"), car.number("width_mm")
    if weight and length and width and not _within(weight / (length * width * 1e-6), _KG_PER_M2):
        yield f"整备质量 {weight:g} kg，车长 {length:g} mm、车宽 {width:g} mm"
    if weight and most and most <= weight:
        yield f"最大满载质量 {most:g} kg，不比整备质量 {weight:g} kg 大"


def _shape(car: Car) -> Iterator[str]:
    length, wheelbase = car.number("length_mm"), car.number("wheelbase_mm")
    if length and wheelbase and not _within(wheelbase / length, _WHEELBASE):
        yield f"轴距 {wheelbase:g} mm，车长 {length:g} mm"


def _price(car: Car) -> Iterator[str]:
    price, usual = car.number("price_wan"), car.usual_price
    if price and usual and not _within(price / usual, _OF_THE_SERIES):
        yield f"指导价 {price:g} 万，同车系的中位数是 {usual:.4g} 万"


def _dealer(car: Car) -> Iterator[str]:
    price, dealer = car.number("price_wan"), car.number("dealer_price_wan")
    if price and dealer and not _within(dealer / price, _DEALER):
        yield f"经销商报价 {dealer:g} 万，指导价 {price:g} 万"


def _cycle(car: Car) -> Iterator[str]:
    if car.energy in ENERGY_LABELS and car.energy in _KM_PER_KWH and car.number(*_RANGES) is None:
        yield f"{ENERGY_LABELS[car.energy]}车没有一个写明工况的续航"
    for bare, named, label in (
        ("fuel_l_100km", (*_FUELS, *_DEPLETED), "油耗"),
        ("fuel_depleted_l_100km", _DEPLETED, "最低荷电状态油耗"),
    ):
        figure = car.number(bare)
        if figure and car.number(*named) is None:
            yield f"{label} {figure:g} L/100km 没有写明工况"


def _energy(car: Car) -> Iterator[str]:
    if car.energy == "BEV":
        for key, label in _ENGINE:
            if figure := car.number(key):
                yield f"能源是纯电，却有{label} {figure:g}"
                return
    if car.energy == "ICE" and (reach := car.number(*_RANGES)):
        yield f"能源是燃油，却有纯电续航 {reach:g} km"
    if car.energy in PLUG_IN_ENERGIES and car.values.get("displacement_ml") is None:
        yield f"能源是{ENERGY_LABELS[car.energy]}，却没有排量"


def _body(car: Car) -> Iterator[str]:
    structure = car.text("body_structure")
    meant = next((body for word, body in _BODIES if word in structure), None)
    if meant and car.body and meant != car.body:
        yield f"车身是{car.body}，车身结构写的是“{structure}”"


def _seats(car: Car) -> Iterator[str]:
    structure = car.text("body_structure")
    named = re.search(r"(\d+)座", structure)
    if named and car.seats and int(named[1]) != car.seats:
        yield f"座位数 {car.seats}，车身结构写的是“{structure}”"


def _within(number: float, bounds: tuple[float, float]) -> bool:
    low, high = bounds
    return low <= number <= high


_LOOKS: Final[dict[str, tuple[str, Callable[[Car], Iterator[str]]]]] = {
    "boot": ("后备厢", _boot),
    "range": ("续航与电池", _range),
    "acceleration": ("加速与功率", _acceleration),
    "weight": ("质量", _weight),
    "shape": ("轴距与车长", _shape),
    "price": ("指导价", _price),
    "dealer": ("经销商报价", _dealer),
    "cycle": ("工况", _cycle),
    "energy": ("能源", _energy),
    "body": ("车身", _body),
    "seats": ("座位数", _seats),
}
RULES: Final = {rule: label for rule, (label, _) in _LOOKS.items()}
"""Key of each rule to what it is about."""
