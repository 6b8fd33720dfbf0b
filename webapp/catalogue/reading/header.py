"""The first row of an import file: which column is which field."""

from __future__ import annotations

import csv
import difflib
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.catalogue.reading.reference import ParameterRow, parameters
from webapp.catalogue.reading.reports import FileError, Problem
from webapp.catalogue.vocabulary import unit_word

CAR_LABELS: Final = {
    "key": "编号",
    "brand": "品牌",
    "maker": "厂商",
    "series": "车系",
    "name": "车型",
    "model_year": "年款",
    "status": "状态",
    "launch": "上市时间",
    "source": "来源",
    "source_url": "来源网址",
    "captured": "采集月份",
    "confidence": "可信度",
}
CAR_REQUIRED: Final = ("key", "brand", "series", "name", "source", "captured")
UNKNOWN_NAMED: Final = 20
"""Unknown columns that are named one by one; a table of another kind has hundreds."""
TITLE_SHOWN: Final = 40
NEAR: Final = 0.5
"""How alike two names are (difflib), from which one is taken for a slip of the other."""
SALES_LABELS: Final = {
    "brand": "品牌",
    "series": "车系",
    "period": "月份",
    "scope": "口径",
    "units": "销量",
    "source": "来源",
}


@dataclass(frozen=True, slots=True)
class Header:
    """Where the fields are: column number by key, and (column number, parameter) of values."""

    width: int
    fields: dict[str, int]
    values: list[tuple[int, ParameterRow]]

    def text(self, cells: Sequence[str], key: str) -> str:
        """The raw text of a field; empty where the file has no such column."""
        at = self.fields.get(key)
        return "" if at is None else cells[at]


def read_car_header(cells: Sequence[str]) -> Header:
    """The columns of a car file. Raises `FileError` with everything that is wrong."""
    names = _names(CAR_LABELS, parameters().values())
    found = _resolve(cells, names, CAR_LABELS, CAR_REQUIRED)
    values = [(at, parameters()[key]) for key, at in found.items() if key not in CAR_LABELS]
    return Header(
        width=max(found.values()) + 1,
        fields={key: at for key, at in found.items() if key in CAR_LABELS},
        values=values,
    )


def empty_car_file() -> str:
    """A car file with every column and no row, as CSV; with a BOM, so that Excel reads UTF-8."""
    units = [(row.label, unit_word(row.unit)) for row in parameters().values()]
    labels = [f"{label}({unit})" if unit else label for label, unit in units]
    out = io.StringIO()
    csv.writer(out).writerow([*CAR_LABELS.values(), *labels])
    return "\ufeff" + out.getvalue()


def read_sales_header(cells: Sequence[str]) -> Header:
    """The columns of a sales file. Raises `FileError` with everything that is wrong."""
    found = _resolve(cells, _names(SALES_LABELS, ()), SALES_LABELS, tuple(SALES_LABELS))
    return Header(width=max(found.values()) + 1, fields=found, values=[])


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _names(labels: Mapping[str, str], values: Iterable[ParameterRow]) -> dict[str, str]:
    """Every accepted spelling of a column, folded, to its key."""
    names: dict[str, str] = {}
    for row in values:
        units = {row.unit, unit_word(row.unit)} - {None}
        with_units = [f"{row.label}({unit})" for unit in units]
        names |= {_folded(name): row.key for name in (row.key, row.label, *with_units)}
    for key, label in labels.items():
        names |= {_folded(key): key, _folded(label): key}
    return names


def _resolve(
    cells: Sequence[str],
    names: Mapping[str, str],
    labels: Mapping[str, str],
    required: tuple[str, ...],
) -> dict[str, int]:
    titles = [title.strip() for title in cells]
    problems: list[Problem] = []
    unknown: list[int] = []
    found: dict[str, int] = {}
    for at, title in enumerate(titles):
        key = names.get(_folded(title))
        if key is None:
            unknown.append(at)
        elif key in found:
            reason = f"与第 {found[key] + 1} 列重复"
            problems.append(Problem(key, labels.get(key, title), title, reason))
        else:
            found[key] = at
    if not found:
        raise FileError([(1, Problem(None, None, ",".join(titles)[:100], _no_header(titles)))])
    for at in unknown[:UNKNOWN_NAMED]:
        reason = _unknown(titles[at], at, names, labels)
        problems.append(Problem(titles[at][:100] or None, None, titles[at][:100], reason))
    if len(unknown) > UNKNOWN_NAMED:
        more = f"另有 {len(unknown) - UNKNOWN_NAMED} 列不认识"
        problems.append(Problem(None, None, "", more))
    for key in required:
        if key not in found:
            reason = f"缺少必需的列：{labels[key]}（{key}）"
            problems.append(Problem(key, labels[key], "", reason))
    if problems:
        raise FileError([(1, problem) for problem in problems])
    return found


def _unknown(title: str, at: int, names: Mapping[str, str], labels: Mapping[str, str]) -> str:
    if not title:
        return f"第 {at + 1} 列没有列名"
    said = f"不认识列名“{title[:TITLE_SHOWN]}”（第 {at + 1} 列）"
    near = difflib.get_close_matches(_folded(title[:TITLE_SHOWN]), names, n=1, cutoff=NEAR)
    if not near:
        return said
    key = names[near[0]]
    return f"{said}，最接近的是“{labels.get(key) or parameters()[key].label}”（{key}）"


def _no_header(titles: Sequence[str]) -> str:
    if len(titles) == 1 and any(mark in titles[0] for mark in ";\t|"):
        return "没有认识的列名：各列应以英文逗号分隔"
    read = "、".join(titles)[:TITLE_SHOWN]
    hint = "" if read.isascii() else "；如果读到的是乱码，请把文件另存为 UTF-8"
    return f"第一行不是表头，没有一个认识的列名。读到的是：{read}{hint}"
