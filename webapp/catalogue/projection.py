"""Current values read into the columns that filters, lists and class figures use.

Everything here is a pure function of values: `service` reads them, stores the result, and can
do so again at any time. What the values do not say stays None (SQL NULL).
"""

from __future__ import annotations

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from webapp.catalogue import derived
from webapp.catalogue.derived import Values
from webapp.catalogue.measures import applies, in_ranked_cycle
from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.reading.choices import CHOICES, ChoiceError
from webapp.catalogue.reading.reference import parameters
from webapp.catalogue.vocabulary import BODIES, ENERGIES, FEATURES, PLUG_IN_ENERGIES, SIZES

Columns = dict[str, Any]
"""Column name to value, ready for an INSERT or UPDATE."""

FEN_PER_WAN: Final = 1_000_000

_RANGES: Final = (
    ("range_cltc_km", "CLTC"),
    ("range_wltc_km", "WLTC"),
    ("range_nedc_km", "NEDC"),
    ("range_epa_km", "EPA"),
)
# A plug-in's figure with a full battery says nothing about its thirst on a journey.
_FUEL_PLUG_IN: Final = (
    "fuel_depleted_l_100km",
    "fuel_depleted_wltc_l_100km",
    "fuel_depleted_cltc_l_100km",
    "fuel_depleted_nedc_l_100km",
    "fuel_l_100km",
)
_FUEL: Final = ("fuel_wltc_l_100km", "fuel_nedc_l_100km", "fuel_l_100km")
_PLAIN: Final = ("battery_kwh", "power_kw", "torque_nm", "accel_0_100_s")
_SYSTEM: Final = {"power_kw": "system_power_kw", "torque_nm": "system_torque_nm"}
"""What stands for a figure of the whole car where a source only gives that of its system."""
_WHOLE: Final = ("seats", "length_mm", "width_mm", "height_mm", "wheelbase_mm")

# (feature, parameter, pattern in its text that says yes, whether it can also say no).
# A parameter that lists what is there says no by listing without it; one that names a
# special form (AR-HUD) says nothing about the plain form.
_FEATURE_RULES: Final = (
    ("激光雷达", "lidar_count", "", True),
    ("激光雷达", "lidar_brand", "", False),
    ("高速领航", "assist_roads", "高速|城市", True),
    ("城市领航", "assist_roads", "城市", True),
    ("座椅加热", "front_seat_functions", "加热", True),
    ("座椅加热", "row2_seat_functions", "加热", False),
    ("座椅通风", "front_seat_functions", "通风", True),
    ("座椅通风", "row2_seat_functions", "通风", False),
    ("座椅按摩", "front_seat_functions", "按摩", True),
    ("座椅按摩", "row2_seat_functions", "按摩", False),
    ("全景天窗", "sunroof", "全景|天幕", True),
    ("全景天窗", "dimming_roof", "", False),
    ("抬头显示", "hud", "", True),
    ("抬头显示", "hud_size_in", "", False),
    ("抬头显示", "ar_hud", "", False),
    ("抬头显示", "panoramic_hud", "", False),
    ("冰箱", "fridge", "", True),
    ("对外放电", "v2l", "", True),
    ("对外放电", "v2l_kw", "", True),
    ("对外放电", "v2l_dc_kw", "", False),
    ("快充", "fast_charge", "", True),
    ("快充", "fast_charge_kw", "", False),
    ("快充", "high_voltage_fast_charge", "", False),
    ("空气悬架", "air_suspension", "", True),
    # Height adjustment of a passenger car is done with air springs.
    ("空气悬架", "variable_suspension", "高低|空气", True),
    ("360影像", "parking_view", "360|全景|540", True),
    ("360影像", "transparent_chassis_view", "", False),
    ("电动尾门", "power_tailgate", "", True),
    ("电动尾门", "hands_free_tailgate", "", False),
    ("CarPlay", "phone_link", "(?i:carplay)", True),
    ("无框车门", "frameless_door", "", True),
)

PROJECTED_KEYS: Final = frozenset(
    {"price_wan", "dealer_price_wan", *CHOICES, *(key for key, _ in _RANGES)}
    | {*_FUEL_PLUG_IN, *_FUEL, *_PLAIN, *_WHOLE}
    | {key for _, key, _, _ in _FEATURE_RULES}
    | {*_SYSTEM.values()}
    | derived.KEYS
)
"""Every parameter that `project_trim` looks at."""


def feature_parameters(feature: str) -> tuple[str, ...]:
    """The parameters that can say whether a car has a feature, the plainest first."""
    return tuple(dict.fromkeys(key for name, key, _, _ in _FEATURE_RULES if name == feature))


CLASS_FIELDS: Final = (
    "price_wan",
    "range_km",
    "battery_kwh",
    "fuel_l_100km",
    "power_kw",
    "accel_0_100_s",
    "length_mm",
    "wheelbase_mm",
)
CLASS_LEAST: Final = 5
"""Fewer trims than this make no class: a median of three is an anecdote."""


def project_trim(values: Values) -> Columns:
    """The projection columns of a `Trim` from its current values."""
    columns: Columns = {key: _choice(values, key) for key in CHOICES}
    price = _number(values, "price_wan")
    columns["price_fen"] = None if price is None else _fen(price)
    dealer = _number(values, "dealer_price_wan")
    columns["dealer_price_fen"] = None if dealer is None else _fen(dealer)
    columns["range_km"], columns["range_cycle"] = _range(values)
    columns["fuel_l_100km"] = _fuel(values, columns["energy"])
    for key in _PLAIN:
        number = _number(values, key)
        columns[key] = _number(values, _SYSTEM.get(key, key)) if number is None else number
    for key in _WHOLE:
        number = _number(values, key)
        columns[key] = None if number is None else round(number)
    columns["features"], columns["features_known"] = _features(values)
    return columns | derived.derived_columns(values)


def _number(values: Values, key: str) -> float | None:
    cell = values.get(key)
    return cell.number if cell else None


def _choice(values: Values, key: str) -> str | None:
    cell = values.get(key)
    if cell is None or cell.text is None or cell.fitted in ("optional", "absent"):
        return None
    try:
        return CHOICES[key](cell.text)
    except ChoiceError:  # imported under older rules; new imports refuse such a text
        return None


def _fen(price_wan: float) -> int:
    # Through the shortest decimal: 12.98 万元 is 129,800 元 exactly, its float is not.
    return int((Decimal(repr(price_wan)) * FEN_PER_WAN).to_integral_value(ROUND_HALF_UP))


def _range(values: Values) -> tuple[int | None, str | None]:
    for key, cycle in _RANGES:
        if (number := _number(values, key)) is not None:
            return round(number), cycle
    return None, None


def _fuel(values: Values, energy: str | None) -> float | None:
    if not applies("fuel_l_100km", energy):
        return None
    for key in _FUEL_PLUG_IN if energy in PLUG_IN_ENERGIES else _FUEL:
        if number := _number(values, key):  # a stated 0 is a gap in the source, not a figure
            return number
    return None


def _features(values: Values) -> tuple[int, int]:
    """Bit masks over `FEATURES`: which are there, and of which it is known."""
    there = known = 0
    for feature, key, pattern, can_deny in _FEATURE_RULES:
        says = _says(key, values.get(key), pattern)
        bit = 1 << FEATURES.index(feature)
        if says:
            there |= bit
        if says or (says is False and can_deny):
            known |= bit
    return there, known


def _says(key: str, cell: Cell | None, pattern: str) -> bool | None:
    if cell is None:
        return None
    if cell.fitted == "absent":
        return False
    if cell.number is not None:
        return cell.number > 0
    if not pattern:  # words in the cell of a flag are no statement that it is there
        return True if cell.fitted or parameters()[key].type != "flag" else None
    return None if cell.text is None else re.search(pattern, cell.text) is not None


def project_series(trims: Sequence[Mapping[str, Any]]) -> Columns:
    """The projection columns of a `Series`, sales apart, from the columns of its trims."""
    priced = [trim for trim in trims if trim["status"] == "在售"] or trims
    prices = [trim["price_fen"] for trim in priced if trim["price_fen"] is not None]
    energies = {trim["energy"] for trim in trims}
    return {
        "body": _usual(trims, "body", BODIES),
        "size": _usual(trims, "size", SIZES),
        "energies": " ".join(energy for energy in ENERGIES if energy in energies),
        "status": _series_status([trim["status"] for trim in trims]),
        "price_min_fen": min(prices, default=None),
        "price_max_fen": max(prices, default=None),
    }


def _usual(trims: Sequence[Mapping[str, Any]], column: str, order: Sequence[str]) -> str | None:
    """The word most of the newest trims bear; of two equally frequent the first in `order`."""
    stated = [trim for trim in trims if trim[column] is not None]
    newest = max((trim["model_year"] or 0 for trim in stated), default=0)
    counts = Counter(trim[column] for trim in stated if (trim["model_year"] or 0) == newest)
    return max(counts, key=lambda word: (counts[word], -order.index(word)), default=None)


def _series_status(statuses: Sequence[str | None]) -> str | None:
    for status in ("在售", "未上市"):
        if status in statuses:
            return status
    return "停售" if statuses and set(statuses) == {"停售"} else None


def class_figures(trims: Iterable[Mapping[str, Any]]) -> list[Columns]:
    """Tenth percentile, median and ninetieth percentile of each field of each class.

    `trims` are rows with size, body, energy, range_cycle, price_fen and the other class fields; a
    range counts where it was measured as most are. The result is rows of `ClassFigure`, price in
    万元, for classes of at least `CLASS_LEAST` known figures.
    """
    known: dict[tuple[str, str, str, str], list[float]] = defaultdict(list)
    for trim in trims:
        if trim["size"] is None or trim["body"] is None or trim["energy"] is None:
            continue
        for field in CLASS_FIELDS:
            number = trim["price_fen" if field == "price_wan" else field]
            if number is not None and in_ranked_cycle(field, trim["range_cycle"]):
                number = number / FEN_PER_WAN if field == "price_wan" else float(number)
                known[trim["size"], trim["body"], trim["energy"], field].append(number)
    return [
        _class_figure(*group, sorted(numbers))
        for group, numbers in sorted(known.items())
        if len(numbers) >= CLASS_LEAST
    ]


def _class_figure(size: str, body: str, energy: str, field: str, numbers: list[float]) -> Columns:
    tenths = statistics.quantiles(numbers, n=10, method="inclusive")
    return {
        "size": size,
        "body": body,
        "energy": energy,
        "field": field,
        "low": round(tenths[0], 4),
        "median": round(statistics.median(numbers), 4),
        "high": round(tenths[8], 4),
        "trims": len(numbers),
    }
