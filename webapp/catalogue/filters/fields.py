"""The filter table of the catalogue: one row per field of the vocabulary, then the parameters that
can be filtered by as well."""

from __future__ import annotations

from typing import Final

from webapp.catalogue import addresses
from webapp.catalogue import vocabulary as words
from webapp.filtering.fields import Field, FilterTable, choice, decimal, integer

VOCABULARY: Final = (
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
PARAMETERS: Final = (
    choice("range_cycle", "续航工况", words.RANGE_CYCLES),
    decimal("displacement_l", "排量", "L", 0, 20),
    integer("cylinders", "气缸数", "缸", 0, 24),
    choice("aspiration", "进气形式", words.ASPIRATIONS),
    choice("transmission", "变速箱类型", words.TRANSMISSIONS),
    integer("gears", "挡位数", "挡", 0, 30),
    choice("chemistry", "电池类型", words.CHEMISTRIES),
    choice("motors", "驱动电机数", words.MOTORS),
    decimal("consumption_kwh_100km", "百公里耗电量", "kWh", 0, 100),
    integer("fast_charge_min", "快充时间", "分钟", 0, 600),
    integer("trunk_l", "后备厢容积", "L", 0, 10000),
    decimal("fuel_tank_l", "油箱容积", "L", 0, 500),
    integer("ground_clearance_mm", "离地间隙", "mm", 0, 1000),
    integer("top_speed_kmh", "最高车速", "km/h", 0, 600),
    integer("airbags", "气囊数", "个", 0, 30),
    choice("door_kind", "车门形式", words.DOOR_KINDS),
    integer("tyre_width_mm", "轮胎宽度", "mm", 0, 500),
    integer("rim_inch", "轮圈尺寸", "英寸", 0, 40),
    decimal("centre_screen_in", "中控屏尺寸", "英寸", 0, 100),
    choice("cell_maker", "电芯品牌", words.CELL_MAKERS),
    integer("warranty_years", "整车质保", "年", 0, 30),
    choice("ev_warranty", "三电质保", words.EV_WARRANTIES),
    integer("voltage_v", "高压平台", "V", 0, 2000),
    integer("wading_mm", "涉水深度", "mm", 0, 3000),
    integer("lidars", "激光雷达数量", "颗", 0, 20),
)
"""Of these many trims do not say the figure."""
FIELDS: Final = (*VOCABULARY, *PARAMETERS)

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
TABLE: Final = FilterTable(addresses.LISTING, FIELDS, SORTS, views=("trims",))
FIELDS_BY_NAME: Final = TABLE.by_name

DEFAULT_SORT_LABEL: Final = "综合排序"
WORDS_SORT_LABEL: Final = "最相关在前"
"""The same where words were asked for and found."""
