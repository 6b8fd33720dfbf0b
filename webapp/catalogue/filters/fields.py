"""The filter table of the catalogue: one row per field of the vocabulary."""

from __future__ import annotations

from typing import Final

from webapp.catalogue import vocabulary as words
from webapp.filtering.fields import Field, FilterTable, choice, decimal, integer

FIELDS: Final = (
    decimal("price_wan", "指导价", "万", 0, 5000),
    choice("energy", "能源", words.ENERGIES, words.ENERGY_LABELS),
    choice("body", "车身", words.BODIES),
    choice("size", "级别", words.SIZES),
    integer("seats", "座位数", "座", 1, 20),
    choice("brand", "品牌"),
    choice("series", "车系"),
    choice("origin", "品牌国别", words.ORIGINS),
    integer("range_km", "纯电续航", "km", 0, 3000),
    decimal("battery_kwh", "电池容量", "kWh", 0, 500),
    decimal("fuel_l_100km", "综合油耗", "L/100km", 0, 60),
    decimal("accel_0_100_s", "百公里加速", "秒", 0, 60),
    decimal("power_kw", "最大功率", "kW", 0, 3000),
    decimal("torque_nm", "最大扭矩", "N·m", 0, 20000),
    choice("drive", "驱动", words.DRIVES),
    choice("gearbox", "变速箱", words.GEARBOXES),
    integer("model_year", "年款", "款", 1980, 2100),
    choice("status", "状态", words.STATUSES),
    integer("length_mm", "车长", "mm", 0, 10000),
    integer("width_mm", "车宽", "mm", 0, 5000),
    integer("height_mm", "车高", "mm", 0, 5000),
    integer("wheelbase_mm", "轴距", "mm", 0, 8000),
    Field("features", "配置", "features", choices=words.FEATURES),
)

SORTS: Final = {
    "price": "价格从低到高",
    "-price": "价格从高到低",
    "dealer_price": "经销商报价从低到高",
    "-range": "续航从长到短",
    "-sales": "销量从高到低",
    "accel": "加速从快到慢",
    "fuel": "油耗从低到高",
    "-power": "功率从大到小",
    "-length": "车长从长到短",
    "-launch": "上市从新到旧",
    "-score": "评分从高到低",
}
TABLE: Final = FilterTable("/cars/", FIELDS, SORTS, views=("trims",))
FIELDS_BY_NAME: Final = TABLE.by_name

DEFAULT_SORT_LABEL: Final = "综合排序"
WORDS_SORT_LABEL: Final = "最相关在前"
"""The same where words were asked for and found."""
