"""The cells of a rule file, each read by the kind of its column. Raises ValueError in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final
from urllib.parse import urlsplit

from webapp.rules.records import REGIONS

_CODE: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
"""But tab and line feed."""
_REGION: Final = re.compile(r"CN(-\d\d(\d\d)?)?")
_MONEY: Final = 10**13
"""A hundred milliard yuan in fen; what is more has lost its point."""
LENGTH: Final = {"text": 1000, "note": 1000, "address": 500}
"""Characters a cell may hold, by column; 200 in the others."""
USUAL_LENGTH: Final = 200

Read = Callable[[str], Any]


def word(cell: str) -> str:
    return cell


def code(cell: str) -> str:
    if not _CODE.fullmatch(cell):
        raise ValueError("要用小写英文、数字和短横线，如 purchase-tax")
    return cell


def term_id(cell: str) -> str:
    if not _ID.fullmatch(cell):
        raise ValueError("要写成“规定的代码/名称”，如 purchase-tax/2019")
    return cell


def day(cell: str) -> date:
    try:
        if _DAY.fullmatch(cell):
            return date.fromisoformat(cell)
    except ValueError:
        pass
    raise ValueError("不是 2026-01-31 这样的日期")


def fen(cell: str) -> int:
    if not cell.isascii() or not cell.isdigit():
        raise ValueError("金额要写成整数的分，1.5 万元是 1500000")
    if int(cell) > _MONEY:
        raise ValueError("金额太大了")
    return int(cell)


def decimal(cell: str) -> Decimal:
    try:
        value = Decimal(cell)
    except InvalidOperation:
        raise ValueError("不是数字") from None
    if not value.is_finite() or not 0 <= value < 10**9 or abs(int(value.as_tuple().exponent)) > 6:
        raise ValueError("不是 0 到十亿之间、最多六位小数的数字")
    return value


def rate(cell: str) -> Decimal:
    value = decimal(cell)
    if not 0 < value <= 1:
        raise ValueError("比例要写成 0 到 1 之间的小数，50% 是 0.5")
    return value


def address(cell: str) -> str:
    try:
        parts = urlsplit(cell)
    except ValueError:
        raise ValueError("不是网址") from None
    if parts.scheme != "https" or not parts.hostname or re.search(r"\s", cell):
        raise ValueError("网址要以 https:// 开头")
    if "@" in parts.netloc:
        raise ValueError("网址里不能有用户名和密码")
    return cell


def region(cell: str) -> str:
    if not _REGION.fullmatch(cell) or cell[:5] not in REGIONS:
        raise ValueError("地区要写成 CN，或 CN-31 这样的省级代码")
    return cell


def one_of(allowed: Iterable[str]) -> Read:
    listed = tuple(allowed)

    def read(cell: str) -> str:
        if cell not in listed:
            raise ValueError(f"只能是 {'、'.join(listed)}")
        return cell

    return read


def read_row(
    row: Mapping[str, str], columns: Mapping[str, tuple[Read, bool]]
) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """The values by column, None for an empty cell, and (column, what is wrong) of bad cells.

    Of each column: how it is read, and whether it has to be filled in.
    """
    values: dict[str, Any] = {}
    wrong = []
    for name, (read, required) in columns.items():
        cell = row[name].strip()
        limit = LENGTH.get(name, USUAL_LENGTH)
        try:
            if _CONTROL.search(cell):
                raise ValueError("含有看不见的控制字符，请重新输入")
            if len(cell) > limit:
                raise ValueError(f"最多 {limit} 个字")
            if not cell and required:
                raise ValueError("不能空着")
            values[name] = read(cell) if cell else None
        except ValueError as error:
            wrong.append((name, str(error)))
    return values, wrong
