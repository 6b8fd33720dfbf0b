"""A parameter page as a row of the import file, by the keys of parameters.csv."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.seed import raw_cells
from scripts.seed.autohome import Listed
from scripts.seed.from_union import (
    PARAMETER_PAGE,
    SOURCES,
    month_of,
    size_of,
    status_of,
    version_of,
)

CAR_COLUMNS: Final = (
    "key",
    "brand",
    "maker",
    "series",
    "name",
    "model_year",
    "status",
    "launch",
    "source",
    "captured",
)

# Parameters of the source that are no parameters here: they name the car, or only repeat
# what others say (长*宽*高).
_NOT_PARAMETERS: Final = frozenset(
    {"series_id", "trim", "厂商", "级别", "上市时间", "长*宽*高(mm)"}
)
# Everything else is found by its name, with or without the unit behind it.
_RENAMED: Final = {
    "能源类型": "powertrain_kind",
    "排量(L)": "displacement_l",
    "电动机(Ps)": "motor_ps",
    "系统综合功率(Ps)": "system_power_ps",
    "简称": "gearbox",
    "前排无框车门": "frameless_door",
    "辅助匝道自动驶出(入)": "ramp_assist",
    "前/后排头部气囊(气帘)": "curtain_airbags",
    "最低荷电状态油耗(L/100km)WLTC": "fuel_depleted_wltc_l_100km",
    "最低荷电状态油耗(L/100km)CLTC": "fuel_depleted_cltc_l_100km",
    "最低荷电状态油耗(L/100km)NEDC": "fuel_depleted_nedc_l_100km",
}
_PRICES: Final = ("price_wan", "dealer_price_wan")
_COLOURS: Final = ("exterior_colours", "interior_colours")
_LATIN_ITEMS: Final = ("media_ports", "mobile_network")
# (what is there, by which of these parameters that can only be told of what is there)
_IMPLIED: Final = (
    ("hud", ("ar_hud", "panoramic_hud", "hud_size_in")),
    ("power_tailgate", ("tailgate_position_memory",)),
    ("fast_charge", ("fast_charge_kw", "fast_charge_h")),
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A row of parameters.csv, as far as a cell depends on it."""

    key: str
    label: str
    type: str


class Columns:
    """Translates parameter pages. `parameters` is the file parameters.csv."""

    def __init__(self, parameters: Path) -> None:
        with parameters.open(encoding="utf-8", newline="") as file:
            rows = [
                Parameter(row["key"], row["label"], row["type"]) for row in csv.DictReader(file)
            ]
        self.order: Final = [row.key for row in rows]
        self._by_key = {row.key: row for row in rows}
        self._by_label = {row.label: row for row in rows}

    def row(self, trim: Listed) -> dict[str, str]:
        """The row of one trim. Raises KeyError for a parameter without a row in the table."""
        row = _identity(trim)
        for name, raw in trim.raw.items():
            if name in _NOT_PARAMETERS:
                continue
            parameter = self._parameter(name)
            for key, cell in _cells(parameter, raw):
                row.setdefault(key, cell)
        row["energy"] = trim.union["energy"]
        row["body"] = trim.union["body"]
        row["size"] = size_of(trim.union["level"])
        return row | _implied(row)

    def _parameter(self, name: str) -> Parameter:
        if name in _RENAMED:
            return self._by_key[_RENAMED[name]]
        if name in self._by_label:
            return self._by_label[name]
        without_unit = re.sub(r"\s*(?:\([^()]*\)|（[^（）]*）|\[[^\]]*\])$", "", name)
        if without_unit not in self._by_label:
            raise KeyError(f"no parameter for {name}")
        return self._by_label[without_unit]


def _identity(trim: Listed) -> dict[str, str]:
    source, captured = SOURCES[PARAMETER_PAGE]
    union = trim.union
    launch = month_of(trim.raw.get("上市时间", ""))
    return {
        "key": union["uid"],
        "brand": union["brand"],
        "maker": union["maker"],
        "series": union["series"],
        "name": version_of(union["full_name"]),
        "model_year": union["model_year"],
        "status": status_of(launch, union["price_wan"], captured),
        "launch": launch,
        "source": source,
        "captured": captured,
    }


def _cells(parameter: Parameter, raw: str) -> list[tuple[str, str]]:
    """Keys and cells that one cell of the source becomes."""
    key = parameter.key
    if key == "trunk_l":
        low, high = raw_cells.span(raw)
        return [(key, low), *([("trunk_max_l", high)] if high else [])]
    if key == "engine" and raw.startswith("纯电动"):
        return []  # the page writes the motor's power in the engine's place
    if key == "displacement_l" and float(raw) == 0:
        return []  # a gap in the source
    cell = _cell(parameter, raw)
    return [(key, cell)] if cell else []


def _cell(parameter: Parameter, raw: str) -> str | None:
    if parameter.key in _PRICES:
        return raw_cells.price(raw)
    if parameter.key in _COLOURS:
        return raw_cells.colours(raw)
    if parameter.type == "number":
        return raw_cells.number(raw)
    if parameter.type == "text":
        return raw_cells.text(raw, split_latin=parameter.key in _LATIN_ITEMS)
    cell = raw_cells.flag(raw)
    # A package whose contents are its own name.
    return cell.replace(f" {parameter.label}", "") if cell else None


def _implied(row: Mapping[str, str]) -> dict[str, str]:
    implied: dict[str, str] = {}
    for key, signs in _IMPLIED:
        said = [row[sign] for sign in signs if sign in row and row[sign] != raw_cells.ABSENT]
        if key not in row and said:
            optional = all(cell.startswith(raw_cells.OPTIONAL) for cell in said)
            implied[key] = raw_cells.OPTIONAL if optional else raw_cells.STANDARD
    return implied
