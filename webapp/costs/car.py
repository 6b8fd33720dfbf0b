"""What the sums need to know of a car, each figure with its source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from webapp.catalogue.queries import Spec, TrimRow
from webapp.catalogue.vocabulary import PLUG_IN_ENERGIES
from webapp.catalogue.wording import source_text
from webapp.costs.parts import Figure, Source
from webapp.rules.records import Vehicle

FUEL_KEYS: Final = ("fuel_wltc_l_100km", "fuel_nedc_l_100km", "fuel_l_100km")
DEPLETED_KEYS: Final = (
    "fuel_depleted_l_100km",
    "fuel_depleted_wltc_l_100km",
    "fuel_depleted_cltc_l_100km",
    "fuel_depleted_nedc_l_100km",
)
"""Of a plug-in the weighted figure says nothing about a kilometre driven on fuel."""
RANGE_KEYS: Final = {
    "CLTC": "range_cltc_km",
    "WLTC": "range_wltc_km",
    "NEDC": "range_nedc_km",
    "EPA": "range_epa_km",
}
GRADE_ITEMS: Final = {"92": "petrol-92", "95": "petrol-95", "98": "petrol-98", "0": "diesel-0"}
KEYS: Final = (
    "price_wan",
    "seats",
    "displacement_ml",
    "displacement_l",
    "consumption_kwh_100km",
    "battery_kwh",
    "fuel_tank_l",
    "fuel_grade",
    "fast_charge_h",
    "fast_charge_range_pct",
    "slow_charge_h",
    "slow_charge_range_pct",
    *FUEL_KEYS,
    *DEPLETED_KEYS,
    *RANGE_KEYS.values(),
)
"""The parameters to fetch for `car_of`."""


@dataclass(frozen=True)
class Charging:
    """How long charging takes by the catalogue: hours, and from what to what in percent."""

    hours: Figure
    between: str = ""


@dataclass(frozen=True)
class Car:
    """One trim, or a car that is only described. Price in yuan, consumption for 100 km, battery in
    kWh, tank in litres, range in km by `cycle`; `fuel` is the item its fuel is priced by."""

    name: str
    energy: str | None
    id: int | None = None
    price: Figure | None = None
    vehicle: Vehicle = field(default_factory=Vehicle)
    power_use: Figure | None = None
    fuel_use: Figure | None = None
    battery: Figure | None = None
    tank: Figure | None = None
    range_km: Figure | None = None
    cycle: str = ""
    fuel: str = "petrol-92"
    fast: Charging | None = None
    slow: Charging | None = None

    @property
    def plug_in(self) -> bool:
        return self.energy in PLUG_IN_ENERGIES

    @property
    def charged(self) -> bool:
        return self.energy == "BEV" or self.plug_in

    @property
    def fuelled(self) -> bool:
        return self.energy in ("ICE", "HEV") or self.plug_in


def car_of(row: TrimRow, specs: Sequence[Spec]) -> Car:
    """The car that a trim of the catalogue is, from its row and its current values (`KEYS`)."""
    known = {spec.key: spec for spec in specs if spec.trim_id == row.id}
    cycle, range_km = _range(known)
    plug_in = row.energy in PLUG_IN_ENERGIES
    price = known.get("price_wan")
    return Car(
        name=row.full_name,
        energy=row.energy,
        id=row.id,
        price=_figure(price, factor=Decimal(10_000)),
        vehicle=Vehicle(
            energy=row.energy,
            displacement_ml=_displacement(known),
            seats=row.seats,
            ranges={
                name: known[key].number or 0.0
                for name, key in RANGE_KEYS.items()
                if key in known and known[key].number
            },
            key=row.key,
        ),
        power_use=_figure(known.get("consumption_kwh_100km")) or _derived(known, range_km),
        fuel_use=_first(known, DEPLETED_KEYS if plug_in else FUEL_KEYS),
        battery=_figure(known.get("battery_kwh")),
        tank=_figure(known.get("fuel_tank_l")),
        range_km=range_km,
        cycle=cycle,
        fuel=_grade(known.get("fuel_grade")),
        fast=_charging(known, "fast_charge"),
        slow=_charging(known, "slow_charge"),
    )


def described(
    energy: str, price: Decimal, *, seats: int = 5, displacement_ml: int | None = None
) -> Car:
    """A car that is only described: “15 万的纯电车” is `described("BEV", Decimal(150_000))`."""
    source = Source("input", "你说的价格", "input:price")
    return Car(
        name="你说的车",
        energy=energy,
        price=Figure(price, source),
        vehicle=Vehicle(energy=energy, seats=seats, displacement_ml=displacement_ml),
    )


def _figure(spec: Spec | None, factor: Decimal = Decimal(1)) -> Figure | None:
    if spec is None or not spec.number:
        return None
    text = f"{spec.label} · {source_text(spec.source)}"
    source = Source("catalogue", text, f"trim:{spec.trim_id}:{spec.key}", spec.source.url)
    return Figure(Decimal(str(spec.number)) * factor, source)


def _first(known: Mapping[str, Spec], keys: Sequence[str]) -> Figure | None:
    found = (_figure(known.get(key)) for key in keys)
    return next((figure for figure in found if figure is not None), None)


def _range(known: Mapping[str, Spec]) -> tuple[str, Figure | None]:
    for cycle, key in RANGE_KEYS.items():
        figure = _figure(known.get(key))
        if figure is not None:
            return cycle, figure
    return "", None


def _displacement(known: Mapping[str, Spec]) -> float | None:
    for key, factor in (("displacement_ml", 1), ("displacement_l", 1000)):
        spec = known.get(key)
        if spec is not None and spec.number:
            return spec.number * factor
    return None


def _derived(known: Mapping[str, Spec], range_km: Figure | None) -> Figure | None:
    """Consumption from battery and range where the source gives none."""
    battery = _figure(known.get("battery_kwh"))
    if battery is None or range_km is None:
        return None
    value = (battery.value / range_km.value * 100).quantize(Decimal("0.1"))
    text = f"由电池能量和续航推算，不含充电损耗；{battery.source.text}"
    return Figure(value, Source("catalogue", text, battery.source.ref, battery.source.url))


def _grade(spec: Spec | None) -> str:
    text = (spec.text or "") if spec is not None else ""
    number = "".join(char for char in text.partition("号")[0] if char.isdigit())
    return GRADE_ITEMS.get(number, "petrol-92")


def _charging(known: Mapping[str, Spec], kind: str) -> Charging | None:
    hours = _figure(known.get(f"{kind}_h"))
    between = known.get(f"{kind}_range_pct")
    if hours is None:
        return None
    return Charging(hours, (between.text or "") if between is not None else "")
