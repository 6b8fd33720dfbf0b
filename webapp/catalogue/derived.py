"""What the parameter table says in figures and words of its own, read into columns of a `Trim`.

"7挡湿式双离合" says the kind of a gearbox and how many gears it has, "235/60 R18" the width of a
tyre and the size of a rim. Nobody is refused for what cannot be read here: it stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.vocabulary import LIFELONG
from webapp.numerals import numeral_value

Values = Mapping[str, Cell]
"""Parameter key to the current value of one trim."""

_Table = tuple[tuple[str, str], ...]
"""Searched from the top: the first pattern found in the text decides."""

_ASPIRATION: Final[_Table] = (
    ("涡轮", "涡轮增压"),
    ("机械增压", "机械增压"),
    ("自然吸气|自吸", "自然吸气"),
)
_TRANSMISSION: Final[_Table] = (
    ("e-?cvt|电子无级", "E-CVT"),
    ("cvt|无级", "CVT"),
    ("双离合|dct|dsg", "双离合"),
    ("dht|混合动力专用", "DHT"),
    ("amt|机械式自动|序列", "AMT"),
    ("固定齿比|单速|减速", "单速"),
    (r"手自一体|\bat\b|\d+\s*at|\d+\s*[挡档速]自动", "AT"),
    (r"手动|\bmt\b", "手动"),
)
_CHEMISTRY: Final[_Table] = (
    ("磷酸铁锂", "磷酸铁锂"),
    ("三元", "三元锂"),
    ("半固态", "半固态"),
    ("镍氢", "镍氢"),
    ("钠离子", "钠离子"),
)
_MOTORS: Final[_Table] = (
    ("四|4", "四电机"),
    ("三|3", "三电机"),
    ("双|2", "双电机"),
    ("单|1", "单电机"),
)
_DOORS: Final[_Table] = (
    ("侧滑", "侧滑门"),
    ("鸥翼|鹰翼", "鸥翼门"),
    ("剪刀", "剪刀门"),
    ("对开", "对开门"),
    ("平开", "平开门"),
)
_CELL_MAKERS: Final[_Table] = (
    ("^宁德时代", "宁德时代"),
    ("^(?:弗迪|比亚迪)", "弗迪"),
    ("^中创新航", "中创新航"),
    ("^国轩", "国轩高科"),
    ("^蜂巢", "蜂巢能源"),
    ("^欣旺达", "欣旺达"),
    ("^亿纬", "亿纬锂能"),
    ("^瑞浦", "瑞浦兰钧"),
    ("正力", "正力新能"),
    ("", "其他"),
)
_YEARS: Final = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]+)\s*年")
_GEARS: Final = re.compile(r"(?<!模拟)(\d{1,2})\s*(?:[挡档速]|at\b|dct\b|mt\b)")
_TYRE: Final = re.compile(r"(\d{3})\s*/\s*\d{2,3}\s*Z?R\s*(\d{2})", re.I)
_AIRBAGS: Final = {
    "front_airbags": (("主驾", 1), ("副驾", 1)),
    "side_airbags": (("前排", 2), ("后排", 2)),
    "curtain_airbags": (("前排", 1), ("后排", 1)),
    "knee_airbags": (("主驾", 1), ("副驾", 1)),
}
"""Places that a cell names, and how many airbags are there. A curtain on each side reaches over
both rows, so that one which names both rows is two, as one that names a single row is."""
_CURTAINS: Final = 2
_EV_WARRANTIES: Final = ("ev_first_owner_warranty", "ev_system_warranty", "battery_warranty")


def _number(values: Values, key: str) -> float | None:
    cell = values.get(key)
    return cell.number if cell else None


def _standard(values: Values, key: str) -> str:
    """What the cell says of the car as it is sold; empty where it names options only."""
    cell = values.get(key)
    if cell is None or cell.text is None or cell.fitted in ("optional", "absent"):
        return ""
    return cell.text.partition("○")[0].casefold()


def _word(table: _Table, text: str) -> str | None:
    return next((word for pattern, word in table if re.search(pattern, text)), None)


def _displacement(values: Values) -> float | None:
    litres, millilitres = _number(values, "displacement_l"), _number(values, "displacement_ml")
    if litres or millilitres:
        return round(litres or (millilitres or 0) / 1000, 1)
    return None  # a stated 0 is an electric car's


def _transmission(values: Values) -> str | None:
    said = (_standard(values, key) for key in ("gearbox_type", "gearbox"))
    return next((kind for text in said if (kind := _word(_TRANSMISSION, text))), None)


def _gears(values: Values) -> int | None:
    kind = _transmission(values)
    if kind in ("CVT", "E-CVT"):
        return None  # those it has are only imitated
    stated = re.fullmatch(r"\d{1,2}", _standard(values, "gears").strip())
    match = stated or _GEARS.search(_standard(values, "gearbox"))
    if match:
        return int(match[match.lastindex or 0])
    return 1 if kind == "单速" else None


def _chemistry(values: Values) -> str | None:
    """None where two are named: which of them a car has is then not said."""
    text = _standard(values, "battery_type")
    found = {word for pattern, word in _CHEMISTRY if re.search(pattern, text)}
    return found.pop() if len(found) == 1 else None


def _motors(values: Values) -> str | None:
    number = _number(values, "motor_count")
    return _word(_MOTORS, f"{number:g}" if number else _standard(values, "motor_count"))


def _minutes(values: Values) -> int | None:
    hours = _number(values, "fast_charge_h")
    return round(hours * 60) if hours else None


def _clearance(values: Values) -> int | None:
    """The laden figure is another one and does not stand in for it."""
    for key in ("ground_clearance_mm", "ground_clearance_unladen_mm"):
        if number := _number(values, key):
            return round(number)
    return None


def _airbags(values: Values) -> int | None:
    """Those of the places that are named; None where not even the front ones are."""
    if not _standard(values, "front_airbags"):
        return None
    count = 0
    for key, places in _AIRBAGS.items():
        text = _standard(values, key)
        found = [number for place, number in places if place in text]
        count += _CURTAINS if key == "curtain_airbags" and found else sum(found)
    centre = values.get("centre_airbag")
    return count + (centre is not None and centre.fitted == "standard")


def _cell_maker(values: Values) -> str | None:
    """None where several makers are named: whose cells a car has is then not said."""
    named = re.split(r"[\s、/]+", _standard(values, "cell_brand").strip())
    found = {_word(_CELL_MAKERS, one) for one in named if one}
    return found.pop() if len(found) == 1 else None


def _warranty_years(values: Values) -> int | None:
    """The years of 三年或10万公里."""
    match = _YEARS.search(_standard(values, "vehicle_warranty"))
    if match is None:
        return None
    return int(match[1]) if match[1].isdigit() else int(numeral_value(match[1]) or 0) or None


def _ev_warranty(values: Values) -> str | None:
    """What battery, motor and their control are warranted for: for good to the first owner, or
    some years."""
    said = [_standard(values, key) for key in _EV_WARRANTIES]
    if any("终身" in text or "不限年限" in text for text in said):
        return LIFELONG
    return "有年限" if any(_YEARS.search(text) for text in said) else None


def _door(values: Values) -> str | None:
    text = _standard(values, "door_style") + _standard(values, "rear_door_style")
    sliding = _standard(values, "sliding_door")
    kind = _word(_DOORS, text) or ("侧滑门" if sliding else None)
    return "电动侧滑门" if kind == "侧滑门" and "电动" in sliding + text else kind


def _tyre(values: Values, group: int) -> int | None:
    match = _TYRE.search(_standard(values, "front_tyres"))
    return int(match[group]) if match else None


def _plain(key: str, *, whole: bool) -> Callable[[Values], float | int | None]:
    def read(values: Values) -> float | int | None:
        number = _number(values, key)
        return None if not number else round(number) if whole else number

    return read


_COLUMNS: Final[Mapping[str, Callable[[Values], Any]]] = {
    "displacement_l": _displacement,
    "cylinders": _plain("cylinders", whole=True),
    "aspiration": lambda values: _word(_ASPIRATION, _standard(values, "intake")),
    "transmission": _transmission,
    "gears": _gears,
    "chemistry": _chemistry,
    "motors": _motors,
    "consumption_kwh_100km": _plain("consumption_kwh_100km", whole=False),
    "fast_charge_min": _minutes,
    "trunk_l": _plain("trunk_l", whole=True),
    "fuel_tank_l": _plain("fuel_tank_l", whole=False),
    "ground_clearance_mm": _clearance,
    "top_speed_kmh": _plain("top_speed_kmh", whole=True),
    "airbags": _airbags,
    "door_kind": _door,
    "tyre_width_mm": lambda values: _tyre(values, 1),
    "rim_inch": lambda values: _tyre(values, 2),
    "centre_screen_in": _plain("centre_screen_in", whole=False),
    "cell_maker": _cell_maker,
    "warranty_years": _warranty_years,
    "ev_warranty": _ev_warranty,
    "voltage_v": _plain("voltage_v", whole=True),
    "wading_mm": _plain("wading_depth_mm", whole=True),
    "lidars": _plain("lidar_count", whole=True),
}

KEYS: Final = frozenset(
    {
        "displacement_l",
        "displacement_ml",
        "cylinders",
        "intake",
        "gearbox_type",
        "gearbox",
        "gears",
        "battery_type",
        "motor_count",
        "consumption_kwh_100km",
        "fast_charge_h",
        "trunk_l",
        "fuel_tank_l",
        "ground_clearance_mm",
        "ground_clearance_unladen_mm",
        "top_speed_kmh",
        *_AIRBAGS,
        "centre_airbag",
        "door_style",
        "rear_door_style",
        "sliding_door",
        "front_tyres",
        "centre_screen_in",
        "cell_brand",
        "vehicle_warranty",
        *_EV_WARRANTIES,
        "voltage_v",
        "wading_depth_mm",
        "lidar_count",
    }
)
"""Every parameter that is looked at."""


def derived_columns(values: Values) -> dict[str, Any]:
    """The columns by name; None where the values do not say."""
    return {name: read(values) for name, read in _COLUMNS.items()}
