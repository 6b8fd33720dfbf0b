"""What a figure may be. Nothing is computed from one outside its bounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from webapp.costs.parts import plain

FIRST_DAY: Final = date(1990, 1, 1)
LAST_DAY: Final = date(2100, 12, 31)


class OutOfBounds(ValueError):
    """The message, in Chinese, says what is wrong with the field and what to give."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Bound:
    """Lowest and highest value of a field, both allowed, in its unit; `whole`: no decimals."""

    field: str
    label: str
    unit: str
    low: Decimal
    high: Decimal
    whole: bool = False

    def check(self, value: Decimal) -> None:
        """Raises `OutOfBounds`."""
        if not value.is_finite() or not self.low <= value <= self.high:
            given = plain(value) if value.is_finite() else str(value)
            raise OutOfBounds(
                self.field,
                f"{self.label}请填 {plain(self.low)} 到 {plain(self.high)} {self.unit}，"
                f"现在是 {given} {self.unit}",
            )
        if self.whole and value != value.to_integral_value():
            raise OutOfBounds(self.field, f"{self.label}请填整数，现在是 {plain(value)}")


def _bound(
    field: str, label: str, unit: str, low: str, high: str, *, whole: bool = False
) -> tuple[str, Bound]:
    return field, Bound(field, label, unit, Decimal(low), Decimal(high), whole)


BOUNDS: Final = dict(
    (
        _bound("price", "开票价", "万元", "0.5", "5000"),
        _bound("insurance", "商业险", "元", "0", "200000"),
        _bound("plate", "上牌费用", "元", "0", "500000"),
        _bound("vessel", "车船税", "元", "0", "10000"),
        _bound("down", "首付比例", "%", "0", "95"),
        _bound("months", "期数", "个月", "1", "120", whole=True),
        _bound("rate", "年利率", "%", "0", "36"),
        _bound("tail", "尾款比例", "%", "0", "80"),
        _bound("payment", "月供", "元", "100", "1000000"),
        _bound("cash", "首付现金", "万元", "0", "5000"),
        _bound("years", "用车年数", "年", "1", "15", whole=True),
        _bound("km", "一年里程", "公里", "100", "200000"),
        _bound("home", "在家充电的比例", "%", "0", "100"),
        _bound("electric", "用电行驶的比例", "%", "0", "100"),
        _bound("over", "比标称高出", "%", "-30", "200"),
        _bound("fuel_price", "油价", "元/升", "1", "30"),
        _bound("home_price", "家充电价", "元/度", "0", "5"),
        _bound("public_price", "公共充电价", "元/度", "0", "10"),
        _bound("fuel_use", "油耗", "升/百公里", "0.5", "40"),
        _bound("power_use", "电耗", "度/百公里", "3", "100"),
        _bound("upkeep", "一年保养", "元", "0", "200000"),
        _bound("keeps", "残值比例", "%", "0", "100"),
        _bound("kw", "充电功率", "kW", "1", "1500"),
        _bound("charge_from", "起始电量", "%", "0", "99"),
        _bound("charge_to", "充到", "%", "1", "100"),
    )
)


def check(field: str, value: Decimal | None) -> None:
    """Raises `OutOfBounds` where the value is given and not allowed."""
    if value is not None:
        BOUNDS[field].check(value)


def check_day(day: date) -> None:
    """Raises `OutOfBounds` for a day before 1990 or after 2100."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise OutOfBounds("day", f"日期请填 1990 到 2100 年之间的一天，现在是 {day.year} 年")
