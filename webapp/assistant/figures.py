"""The figures of a sum as a form under it: what each is called, and the sentence that the filled
form asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from webapp.errors import BadInput

PREFIX: Final = "sum_"
"""Before a figure's name, the name of its field."""
_LONGEST: Final = 12


class Figure(NamedTuple):
    label: str
    unit: str
    says: str


FIGURES: Final = {
    "km": Figure("一年跑", "公里", "每年{}公里"),
    "years": Figure("算几年", "年", "开{}年"),
    "fuel_price": Figure("油价", "元/升", "油价{}元"),
    "power_price": Figure("电价", "元/度", "电价{}元"),
    "down_yuan": Figure("首付", "元", "首付{}元"),
    "months": Figure("分几期", "期", "分{}期"),
    "rate": Figure("年利率", "%", "年利率{}%"),
}
"""By the names that sums know their figures by, in the order they are asked in."""


def question_of(data: Mapping[str, Any]) -> str:
    """“每年30000公里，油价8元”; empty where no figure is filled in. Raises BadInput where one
    is no figure."""
    said = []
    for name, figure in FIGURES.items():
        value = str(data.get(f"{PREFIX}{name}") or "").strip().replace(",", "")
        if not value:
            continue
        if len(value) > _LONGEST or not value.isascii() or not value.replace(".", "", 1).isdigit():
            raise BadInput(f"{figure.label}：请填一个数字，单位是{figure.unit}。")
        said.append(figure.says.format(value))
    return "，".join(said)
