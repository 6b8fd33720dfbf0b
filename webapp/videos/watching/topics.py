"""What a moment of a video can show of a car: one of its parameters, or a topic of several.

A topic stands beside each row of a trim's table that it says something of; `topic:boot` in the
database, the parameter's own key otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

PREFIX: Final = "topic:"


class Topic(NamedTuple):
    """How it is called, and the keys of the parameters it is seen beside."""

    label: str
    parameters: tuple[str, ...]


TOPICS: Final[dict[str, Topic]] = {
    "boot": Topic("后备厢", ("trunk_l", "trunk_max_l", "power_tailgate")),
    "motorway_range": Topic(
        "高速续航", ("measured_range_km", "range_cltc_km", "range_wltc_km", "range_nedc_km")
    ),
    "winter_range": Topic(
        "冬季续航", ("measured_range_km", "range_cltc_km", "range_wltc_km", "battery_cooling")
    ),
    "consumption": Topic(
        "实际能耗", ("consumption_kwh_100km", "fuel_wltc_l_100km", "fuel_depleted_l_100km")
    ),
    "charging": Topic("充电过程", ("fast_charge_h", "fast_charge_kw", "slow_charge_h")),
    "acceleration": Topic("加速", ("accel_0_100_s", "measured_accel_0_100_s")),
    "braking": Topic("刹车", ("measured_braking_100_0_m", "braking_100_0_m")),
    "ride": Topic("底盘和滤震", ("front_suspension", "rear_suspension", "air_suspension")),
    "noise": Topic("隔音", ("acoustic_side_glass",)),
    "front_seats": Topic("前排座椅", ("front_seat_functions", "seat_material")),
    "rear_seats": Topic("后排空间", ("row2_seat_functions", "wheelbase_mm", "rear_seat_folding")),
    "third_row": Topic("第三排", ("row3_seat_functions", "row3_seat_adjustment", "seat_layout")),
    "driving_assistance": Topic("辅助驾驶", ("assist_system", "assist_level", "lane_centring")),
    "parking": Topic("自动泊车", ("parking_assist", "parking_view", "remote_parking")),
    "screens": Topic("车机", ("centre_screen_in", "centre_screen", "hud")),
    "lights": Topic("灯光", ("low_beam", "adaptive_high_beam")),
}


def is_topic(subject: str) -> bool:
    return subject.startswith(PREFIX) and subject.removeprefix(PREFIX) in TOPICS


def label_of(subject: str) -> str:
    """How a topic is called."""
    return TOPICS[subject.removeprefix(PREFIX)].label if is_topic(subject) else "这一项"


def parameters_of(subject: str) -> tuple[str, ...]:
    """The keys of the rows that a subject says something of."""
    return TOPICS[subject.removeprefix(PREFIX)].parameters if is_topic(subject) else (subject,)


def row_of(subject: str, present: Iterable[str]) -> str | None:
    """The first of a subject's rows that a table of these keys has."""
    there = set(present)
    return next((key for key in parameters_of(subject) if key in there), None)
