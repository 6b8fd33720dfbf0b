"""The first row of an import file: which column is which field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from webapp.catalogue.reading.headings import TITLE_SHOWN, Headings, folded
from webapp.catalogue.reading.reference import ParameterRow, parameters
from webapp.catalogue.reading.reports import FileError, Problem
from webapp.catalogue.vocabulary import unit_word
from webapp.csvtext import csv_text

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
SALES_LABELS: Final = {
    "brand": "品牌",
    "series": "车系",
    "period": "月份",
    "scope": "口径",
    "units": "销量",
    "source": "来源",
    "confidence": "可信度",
}
SALES_REQUIRED: Final = tuple(key for key in SALES_LABELS if key != "confidence")


CAR_FIXABLE: Final = (
    "brand",
    "maker",
    "series",
    "model_year",
    "status",
    "launch",
    "source",
    "source_url",
    "captured",
    "confidence",
)
"""Fields that may be said once for a whole file that has no column for them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an importer says about the columns of a file.

    `columns`: title to the key of its field, empty to leave the column out. `fixed`: key to the
    text that holds for every row. `skip_unknown`: leave out columns that are not known.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    skip_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file: the key of its field, empty where it is left out, None where it is
    not known; and the unit its title gives to bare numbers."""

    at: int
    title: str
    key: str | None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ValueColumn:
    """A column with values of a parameter."""

    at: int
    parameter: ParameterRow
    unit: str


@dataclass(frozen=True, slots=True)
class Header:
    """Where the fields are: column number by key, and the columns of values."""

    width: int
    fields: dict[str, int]
    values: list[ValueColumn]
    fixed: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[Column, ...] = ()

    def text(self, cells: Sequence[str], key: str) -> str:
        """The raw text of a field; empty where the file has no such column."""
        at = self.fields.get(key)
        return self.fixed.get(key, "") if at is None else cells[at]


@cache
def car_headings() -> Headings:
    """The titles of a car file."""
    return Headings(CAR_LABELS, parameters().values())


def field_label(key: str) -> str:
    """What visitors read for a field of a car file."""
    return CAR_LABELS.get(key) or parameters()[key].label


def read_columns(titles: Sequence[str], plan: Plan) -> list[Column]:
    """Which field each column of a car file is, known or not."""
    return _columns(titles, car_headings(), plan)


def read_car_header(titles: Sequence[str], plan: Plan | None = None) -> Header:
    """The columns of a car file. Raises `FileError` with everything that is wrong."""
    plan = plan or Plan()
    columns = read_columns(titles, plan)
    found = _resolve(columns, car_headings(), CAR_LABELS, CAR_REQUIRED, plan)
    return Header(
        width=max(column.at for column in found.values()) + 1,
        fields={key: column.at for key, column in found.items() if key in CAR_LABELS},
        values=[
            ValueColumn(column.at, parameters()[key], column.unit)
            for key, column in found.items()
            if key not in CAR_LABELS
        ],
        fixed=plan.fixed,
        left_out=tuple(column for column in columns if not column.key and column.title),
    )


def read_plan(
    columns: Iterable[tuple[str, str]] = (),
    fixed: Iterable[tuple[str, str]] = (),
    *,
    skip_unknown: bool = False,
) -> Plan:
    """A plan whose fields may be named by key or title. Raises ValueError for a field that is
    none; its text tells a Chinese reader so."""
    return Plan(
        {title: key and _field(key) for title, key in columns},
        {_fixable(key): text for key, text in fixed},
        skip_unknown,
    )


def _field(name: str) -> str:
    meaning = car_headings().meaning(name)
    if meaning is None:
        raise ValueError(f"没有字段“{name[:TITLE_SHOWN]}”{_hint(name, car_headings())}")
    return meaning.key


def _fixable(name: str) -> str:
    key = _field(name)
    if key not in CAR_FIXABLE:
        allowed = "、".join(f"{CAR_LABELS[one]}（{one}）" for one in CAR_FIXABLE)
        raise ValueError(f"“{name[:TITLE_SHOWN]}”每款车不同，不能统一填写；可以统一填写：{allowed}")
    return key


def empty_car_file() -> str:
    """A car file with every column and no row, as CSV."""
    units = [(row.label, unit_word(row.unit)) for row in parameters().values()]
    labels = [f"{label}({unit})" if unit else label for label, unit in units]
    return csv_text([[*CAR_LABELS.values(), *labels]])


def read_sales_header(titles: Sequence[str]) -> Header:
    """The columns of a sales file. Raises `FileError` with everything that is wrong."""
    names, plan = Headings(SALES_LABELS, ()), Plan()
    columns = _columns(titles, names, plan)
    found = _resolve(columns, names, SALES_LABELS, SALES_REQUIRED, plan)
    places = {key: column.at for key, column in found.items()}
    return Header(width=max(places.values()) + 1, fields=places, values=[])


def _columns(titles: Sequence[str], names: Headings, plan: Plan) -> list[Column]:
    said = {folded(title): key for title, key in plan.columns.items()}
    columns = []
    for at, title in enumerate(title.strip() for title in titles):
        key = said.get(folded(title))
        meaning = names.as_field(title, key) if key else names.meaning(title)
        if key == "" or (meaning is None and plan.skip_unknown):
            columns.append(Column(at, title, ""))
        elif meaning is None:
            columns.append(Column(at, title, None))
        else:
            columns.append(Column(at, title, meaning.key, meaning.unit))
    return columns


def _resolve(
    columns: Sequence[Column],
    names: Headings,
    labels: Mapping[str, str],
    required: tuple[str, ...],
    plan: Plan,
) -> dict[str, Column]:
    problems: list[Problem] = []
    found: dict[str, Column] = {}
    for column in columns:
        if not column.key:
            continue
        if (earlier := found.get(column.key)) is not None:
            reason = (
                f"第 {column.at + 1} 列“{column.title}”与第 {earlier.at + 1} 列重复，请只留一列"
            )
            label = labels.get(column.key, column.title)
            problems.append(Problem(column.key, label, column.title, reason))
        else:
            found[column.key] = column
    titles = [column.title for column in columns]
    if not found:
        raise FileError([(1, Problem(None, None, ",".join(titles)[:100], _no_header(titles)))])
    problems += _unknown_columns(columns, names, labels) + _misplanned(plan, titles, found)
    for key in required:
        if key not in found and not plan.fixed.get(key, "").strip():
            reason = f"缺少必需的列：{labels[key]}（{key}）"
            problems.append(Problem(key, labels[key], "", reason))
    if problems:
        raise FileError([(1, problem) for problem in problems])
    return found


def _unknown_columns(
    columns: Sequence[Column], names: Headings, labels: Mapping[str, str]
) -> list[Problem]:
    unknown = [column for column in columns if column.key is None]
    problems = []
    for column in unknown[:UNKNOWN_NAMED]:
        title = column.title[:TITLE_SHOWN]
        reason = f"不认识列名“{title}”（第 {column.at + 1} 列）{_hint(title, names, labels)}"
        if not title:
            reason = f"第 {column.at + 1} 列没有列名"
        problems.append(Problem(column.title[:100] or None, None, column.title[:100], reason))
    if len(unknown) > UNKNOWN_NAMED:
        more = f"另有 {len(unknown) - UNKNOWN_NAMED} 列不认识"
        problems.append(Problem(None, None, "", more))
    return problems


def _misplanned(plan: Plan, titles: Sequence[str], found: Mapping[str, Column]) -> list[Problem]:
    """What a plan says of columns that the file has not, or has as well."""
    there = {folded(title) for title in titles}
    problems = [
        Problem(title[:100], None, title[:100], f"表头里没有要对应的列“{title[:TITLE_SHOWN]}”")
        for title in plan.columns
        if folded(title) not in there
    ]
    for key in plan.fixed:
        if key in found:
            reason = f"第 {found[key].at + 1} 列已经是{CAR_LABELS[key]}，不能再统一填写"
            problems.append(Problem(key, CAR_LABELS[key], plan.fixed[key][:100], reason))
    return problems


def _hint(title: str, names: Headings, labels: Mapping[str, str] = CAR_LABELS) -> str:
    near = [f"“{labels.get(key) or field_label(key)}”（{key}）" for key in names.near(title)]
    if not near:
        return ""
    return f"，最接近的是{near[0]}" if len(near) == 1 else f"，可能是{'、'.join(near)}之一"


def _no_header(titles: Sequence[str]) -> str:
    if len(titles) == 1 and any(mark in titles[0] for mark in ";；，、|"):
        return "没有认识的列名：各列应以英文逗号或制表符分隔"
    read = "、".join(titles)[:TITLE_SHOWN]
    hint = "" if read.isascii() else "；如果读到的是乱码，请把文件另存为 UTF-8"
    return f"第一行不是表头，没有一个认识的列名。读到的是：{read}{hint}"
