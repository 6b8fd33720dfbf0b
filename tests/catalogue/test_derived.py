"""Figures and words of the parameter table read into columns that lists are filtered by."""

from __future__ import annotations

from typing import Any

import pytest

from tests.catalogue.test_projection import numbers, text
from webapp.catalogue.derived import KEYS, derived_columns
from webapp.catalogue.filters.fields import PARAMETERS
from webapp.catalogue.projection import PROJECTED_KEYS
from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.reading.reference import parameters


@pytest.mark.parametrize(
    ("values", "column", "read"),
    [
        (numbers(displacement_ml=1498), "displacement_l", 1.5),
        (numbers(displacement_ml=1498, displacement_l=1.6), "displacement_l", 1.6),
        (numbers(displacement_ml=0), "displacement_l", None),
        (text(intake="双涡轮增压"), "aspiration", "涡轮增压"),
        (text(intake="自然吸气"), "aspiration", "自然吸气"),
        (text(gearbox="7挡湿式双离合"), "transmission", "双离合"),
        (text(gearbox="7挡湿式双离合"), "gears", 7),
        (text(gearbox="8挡手自一体"), "transmission", "AT"),
        (text(gearbox="8AT"), "gears", 8),
        (text(gearbox="E-CVT无级变速"), "transmission", "E-CVT"),
        (text(gearbox="CVT无级变速(模拟8挡)"), "transmission", "CVT"),
        (text(gearbox="CVT无级变速(模拟8挡)", gears="8"), "gears", None),
        (text(gearbox="自动"), "transmission", None),
        (text(gearbox="电动车单速变速箱"), "gears", 1),
        (text(gearbox_type="手动变速箱(MT)", gears="6"), "gears", 6),
        (text(battery_type="磷酸铁锂电池"), "chemistry", "磷酸铁锂"),
        (text(battery_type="三元锂电池 磷酸铁锂电池"), "chemistry", None),
        (text(battery_type="锂离子电池"), "chemistry", None),
        (text(motor_count="双电机"), "motors", "双电机"),
        (numbers(motor_count=3), "motors", "三电机"),
        (numbers(fast_charge_h=0.33), "fast_charge_min", 20),
        (numbers(trunk_l=521.0), "trunk_l", 521),
        (numbers(ground_clearance_unladen_mm=200), "ground_clearance_mm", 200),
        (numbers(ground_clearance_laden_mm=160), "ground_clearance_mm", None),
        (text(door_style="平开门+侧滑门", sliding_door="双侧电动"), "door_kind", "电动侧滑门"),
        (text(door_style="平开门+侧滑门", sliding_door="双侧手动"), "door_kind", "侧滑门"),
        (text(door_style="平开门"), "door_kind", "平开门"),
        (text(front_tyres="235/60 R18 ○ 255/45 R20"), "tyre_width_mm", 235),
        (text(front_tyres="P275/35ZR21"), "rim_inch", 21),
        (text(front_tyres="18英寸"), "rim_inch", None),
        (text(cell_brand="宁德时代(江苏时代) 宁德时代(四川时代)"), "cell_maker", "宁德时代"),
        (text(cell_brand="比亚迪"), "cell_maker", "弗迪"),
        (text(cell_brand="宁德时代 弗迪"), "cell_maker", None),
        (text(cell_brand="时代上汽"), "cell_maker", "其他"),
        (text(vehicle_warranty="六年或15万公里"), "warranty_years", 6),
        (text(vehicle_warranty="3年不限公里"), "warranty_years", 3),
        (text(vehicle_warranty="不限公里"), "warranty_years", None),
        (text(ev_first_owner_warranty="终身质保/非营运"), "ev_warranty", "首任车主终身"),
        (
            text(ev_system_warranty="八年或16万公里", battery_warranty="首任车主终身质保/非营运"),
            "ev_warranty",
            "首任车主终身",
        ),
        (text(ev_system_warranty="八年或16万公里"), "ev_warranty", "有年限"),
        (numbers(voltage_v=800), "voltage_v", 800),
        (numbers(wading_depth_mm=600), "wading_mm", 600),
        (numbers(lidar_count=2), "lidars", 2),
    ],
)
def test_a_cell_is_read_into_a_column(values: dict[str, Cell], column: str, read: Any) -> None:
    assert derived_columns(values)[column] == read


def test_airbags_are_counted_place_by_place_without_the_optional_ones() -> None:
    values = text(
        front_airbags="主驾 / 副驾",
        side_airbags="前排 ○ 后排 (2000元)",
        curtain_airbags="前排 / 后排",
        knee_airbags="主驾膝部气囊",
    )
    assert derived_columns(values)["airbags"] == 7
    assert derived_columns(values | {"centre_airbag": Cell(fitted="standard")})["airbags"] == 8
    assert derived_columns(text(side_airbags="仅前排"))["airbags"] is None


def test_every_parameter_of_the_filter_table_is_derived_from_keys_there_are() -> None:
    assert {row.name for row in PARAMETERS} - {"range_cycle"} == set(derived_columns({}))
    assert set(parameters()) >= KEYS
    assert PROJECTED_KEYS >= KEYS
