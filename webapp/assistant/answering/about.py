"""Which figures a question that weighs cars is about: 哪个充电快, 后排呢."""

from __future__ import annotations

import re
from typing import Final

from webapp.assistant.answering.cues import rows_for

USES: Final = "uses.csv"
_ABOUT: Final = (
    ("便宜|贵|价格|价钱|划算|差价|多少钱", ("price_wan",)),
    ("续航|跑得?远|更远", ("range_km",)),
    ("省油|油耗|费油", ("fuel_l_100km",)),
    ("省电|电耗|费电|耗电", ("consumption_kwh_100km",)),
    ("加速|更快|(?<!充电)哪个快|动力|马力", ("accel_0_100_s", "power_kw")),
    ("后备[厢箱]", ("trunk_l",)),
    ("轴距|后排", ("wheelbase_mm",)),
    ("好停|停车|掉头", ("length_mm", "width_mm")),
    ("(?:哪个|谁|更)更?[重轻]|[重轻]多少|多重|重量|自重", ("curb_weight_kg",)),
    ("(?:哪[个款辆台]|谁|更)更?[宽窄]|车宽", ("width_mm",)),
    (
        "(?<!续航)(?<!里程)(?<!质保)(?<!轴距)(?:哪[个款辆台]|谁)(?:车身)?更?[长短]|车长",
        ("length_mm",),
    ),
    ("(?:哪个|谁|更)更?[高矮](?!级|档|配)|车高", ("height_mm",)),
    ("充电.{0,3}(?:快|慢|久)", ("fast_charge_h",)),
    ("扭矩", ("torque_nm",)),
    ("电池(?:大|容量|多大)|带电量|度电", ("battery_kwh",)),
    (
        "空间|宽敞|(?<!后备厢)(?<!后备箱)(?:哪个|谁|更)更?大",
        ("length_mm", "wheelbase_mm", "trunk_l"),
    ),
)


def keys_about(text: str) -> tuple[str, ...]:
    """Keys of columns and parameters, in the order of the table."""
    found = (keys for pattern, keys in _ABOUT if re.search(pattern, text))
    return tuple(dict.fromkeys(key for keys in found for key in keys))


def uses_told(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What is said of the uses a text tells of, and the keys of the figures they depend on."""
    rows = [row for row in rows_for(USES, text) if row["measures"]]
    keys = dict.fromkeys(key for row in rows for key in row["measures"].split())
    return tuple(row["says"] for row in rows), tuple(keys)
