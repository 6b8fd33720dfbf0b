"""The columns of a trim that lists, comparisons and the search index read, in one place."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Final

from webapp.catalogue.models import Trim


@dataclass(frozen=True)
class TrimFacts:
    """What is said of one trim, by the names of its columns; None unknown."""

    id: int
    name: str
    model_year: int | None
    status: str | None
    launch: str | None
    price_fen: int | None
    dealer_price_fen: int | None
    energy: str | None
    range_km: int | None
    range_cycle: str | None
    battery_kwh: float | None
    fuel_l_100km: float | None
    power_kw: float | None
    torque_nm: float | None
    accel_0_100_s: float | None
    seats: int | None
    body: str | None
    size: str | None
    drive: str | None
    gearbox: str | None
    length_mm: int | None
    width_mm: int | None
    height_mm: int | None
    wheelbase_mm: int | None
    displacement_l: float | None
    cylinders: int | None
    aspiration: str | None
    transmission: str | None
    gears: int | None
    chemistry: str | None
    motors: str | None
    consumption_kwh_100km: float | None
    fast_charge_min: int | None
    trunk_l: int | None
    fuel_tank_l: float | None
    ground_clearance_mm: int | None
    top_speed_kmh: int | None
    airbags: int | None
    door_kind: str | None
    tyre_width_mm: int | None
    rim_inch: int | None
    centre_screen_in: float | None
    cell_maker: str | None
    warranty_years: int | None
    ev_warranty: str | None
    voltage_v: int | None
    wading_mm: int | None
    lidars: int | None
    series_id: int


FACT_COLUMNS: Final[tuple[Any, ...]] = tuple(getattr(Trim, one.name) for one in fields(TrimFacts))
"""The columns in the order of `TrimFacts`, which subclasses go on after."""
