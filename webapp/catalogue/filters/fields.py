"""The filter table: one row per field of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from webapp.catalogue import vocabulary as words

Kind = Literal["number", "choice", "features"]


@dataclass(frozen=True)
class Field:
    """One thing a visitor can ask about.

    `unit` is how the number reads and is typed; `low` and `high` bound what is accepted.
    `choices` is empty where the allowed values are names in the database (brand, series).
    """

    name: str
    label: str
    kind: Kind
    unit: str = ""
    integer: bool = False
    low: float = 0
    high: float = 0
    choices: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)

    def label_of(self, value: object) -> str:
        """How a value of this field reads: "BEV" -> "纯电", 20.0 -> "20"."""
        if self.kind == "number" and isinstance(value, int | float):
            return f"{value:g}" if not self.integer else str(int(value))
        return self.labels.get(str(value), str(value))


def _choice(
    name: str, label: str, choices: tuple[str, ...] = (), labels: Mapping[str, str] | None = None
) -> Field:
    return Field(name, label, "choice", choices=choices, labels=labels or {})


def _integer(name: str, label: str, unit: str, low: int, high: int) -> Field:
    return Field(name, label, "number", unit, True, low, high)


def _decimal(name: str, label: str, unit: str, low: float, high: float) -> Field:
    return Field(name, label, "number", unit, False, low, high)


FIELDS: Final = (
    _decimal("price_wan", "指导价", "万", 0, 5000),
    _choice("energy", "能源", words.ENERGIES, words.ENERGY_LABELS),
    _choice("body", "车身", words.BODIES),
    _choice("size", "级别", words.SIZES),
    _integer("seats", "座位数", "座", 1, 20),
    _choice("brand", "品牌"),
    _choice("series", "车系"),
    _choice("origin", "品牌国别", words.ORIGINS),
    _integer("range_km", "纯电续航", "km", 0, 3000),
    _decimal("battery_kwh", "电池容量", "kWh", 0, 500),
    _decimal("fuel_l_100km", "综合油耗", "L/100km", 0, 60),
    _decimal("accel_0_100_s", "百公里加速", "秒", 0, 60),
    _decimal("power_kw", "最大功率", "kW", 0, 3000),
    _decimal("torque_nm", "最大扭矩", "N·m", 0, 20000),
    _choice("drive", "驱动", words.DRIVES),
    _choice("gearbox", "变速箱", words.GEARBOXES),
    _integer("model_year", "年款", "款", 1980, 2100),
    _choice("status", "状态", words.STATUSES),
    _integer("length_mm", "车长", "mm", 0, 10000),
    _integer("width_mm", "车宽", "mm", 0, 5000),
    _integer("height_mm", "车高", "mm", 0, 5000),
    _integer("wheelbase_mm", "轴距", "mm", 0, 8000),
    Field("features", "配置", "features", choices=words.FEATURES),
)

FIELDS_BY_NAME: Final = {row.name: row for row in FIELDS}

SORTS: Final = {
    "price": "价格从低到高",
    "-price": "价格从高到低",
    "-range": "续航从长到短",
    "-sales": "销量从高到低",
    "accel": "加速从快到慢",
    "fuel": "油耗从低到高",
    "-power": "功率从大到小",
    "-length": "车长从长到短",
    "-launch": "上市从新到旧",
    "-score": "评分从高到低",
}
DEFAULT_SORT_LABEL: Final = "综合排序"
WORDS_SORT_LABEL: Final = "最相关在前"
"""The same where words were asked for and found."""
