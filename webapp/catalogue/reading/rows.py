"""One row of a car file, read and checked as a whole before anything is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from webapp.catalogue.models import Brand, Maker, Series, Source, Trim
from webapp.catalogue.reading.cells import Cell, CellError, FlagError, clean, read_cell, read_month
from webapp.catalogue.reading.choices import CHOICES, ChoiceError
from webapp.catalogue.reading.header import CAR_LABELS, CAR_REQUIRED, Header
from webapp.catalogue.reading.names import is_garbled, split_trim_name
from webapp.catalogue.reading.reports import Problem, RowError
from webapp.catalogue.reading.spellings import is_unsaid
from webapp.catalogue.vocabulary import CONFIDENCE_LABELS, CONFIDENCES, STATUSES

_FIRST_YEAR: Final = 1990
_LENGTHS: Final[dict[str, int]] = {
    key: column.property.columns[0].type.length
    for key, column in {
        "key": Trim.key,
        "brand": Brand.name,
        "maker": Maker.name,
        "series": Series.name,
        "name": Trim.name,
        "source": Source.name,
        "source_url": Source.url,
    }.items()
}
_STATUS_WORDS: Final = {status: status for status in STATUSES} | {
    "停产": "停售",
    "已停售": "停售",
    "停产在售": "在售",
    "即将上市": "未上市",
    "即将销售": "未上市",
    "预售": "未上市",
}
_CONFIDENCE_WORDS: Final = {word: word for word in CONFIDENCES} | {
    label: word for word, label in CONFIDENCE_LABELS.items()
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Which car a row is about and where its values come from."""

    line: int
    key: str
    brand: str
    maker: str | None
    series: str
    name: str
    model_year: int | None
    named_year: int | None
    """The year in the name, where it says one."""
    status: str | None
    launch: str | None
    source: str
    source_url: str | None
    captured: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Row:
    """A checked row: its identity and its values by parameter key.

    `unread` are the cells that were left out because they say nothing the tables know.
    """

    identity: Identity
    values: dict[str, Cell]
    unread: tuple[Problem, ...] = ()


class _Fields:
    """Reads the fields of one row and collects what is wrong with them."""

    def __init__(self, cells: Sequence[str], header: Header) -> None:
        self._cells, self._header = cells, header
        self.problems: list[Problem] = []

    def read(self, key: str, parse: Callable[[str], str] = str) -> str | None:
        """The tidied, parsed text; None where empty or wrong."""
        raw = self._header.text(self._cells, key)
        try:
            text = clean(raw)
            if is_unsaid(text):
                if key in CAR_REQUIRED:
                    raise CellError("必填，不能为空")
                return None
            if len(text) > _LENGTHS.get(key, 300):
                raise CellError(f"超过 {_LENGTHS.get(key, 300)} 个字符")
            return parse(text)
        except CellError as error:
            self.problems.append(Problem(key, CAR_LABELS[key], raw[:100], str(error)))
            return None


def read_identity(line: int, cells: Sequence[str], header: Header, today: date) -> Identity:
    """The identifying columns of a row. Raises `RowError` with everything wrong in them."""
    fields = _Fields(cells, header)
    this_month = f"{today:%Y-%m}"
    key, source = fields.read("key", _whole_key), fields.read("source")
    brand, series = fields.read("brand", _proper_name), fields.read("series", _proper_name)
    full_name = fields.read("name", _proper_name)
    captured = fields.read("captured", lambda text: _captured(text, this_month))
    year = fields.read("model_year", lambda text: _year(text, today.year + 2))
    maker = fields.read("maker", _proper_name)
    status = fields.read("status", lambda text: _word(text, _STATUS_WORDS, STATUSES))
    launch = fields.read("launch", lambda text: _launch(text, today.year + 2))
    url = fields.read("source_url", _web_address)
    confidence = fields.read(
        "confidence", lambda text: _word(text, _CONFIDENCE_WORDS, tuple(CONFIDENCE_LABELS.values()))
    )
    if fields.problems or not (key and source and brand and series and full_name and captured):
        raise RowError(fields.problems)
    name, named_year = split_trim_name(full_name, brand=brand, series=series)
    return Identity(
        line=line,
        key=key,
        brand=brand,
        maker=maker,
        series=series,
        name=name,
        model_year=int(year) if year else _plausible(named_year, today.year + 2),
        named_year=named_year,
        status=status,
        launch=launch,
        source=source,
        source_url=url,
        captured=captured,
        confidence=confidence or "listed",
    )


def read_values(
    cells: Sequence[str], header: Header
) -> tuple[dict[str, Cell], tuple[Problem, ...]]:
    """The values of a row by parameter key, and the cells of flags that no table of spellings
    knows, which are left out. Raises `RowError` with every unreadable cell."""
    values: dict[str, Cell] = {}
    problems: list[Problem] = []
    unread: list[Problem] = []
    for column in header.values:
        text, parameter = cells[column.at], column.parameter
        if not text:
            continue
        try:
            cell = read_cell(
                text,
                key=parameter.key,
                type=parameter.type,
                unit=parameter.unit,
                written=column.unit,
            )
            if cell is None:
                continue
            if parameter.key in CHOICES and cell.fitted != "absent":
                CHOICES[parameter.key](cell.text or text)
            values[parameter.key] = cell
        except (CellError, ChoiceError) as error:
            kind = unread if isinstance(error, FlagError) else problems
            kind.append(Problem(parameter.key, parameter.label, text[:100], str(error)))
    if problems:
        raise RowError(problems)
    return values, tuple(unread)


def _proper_name(text: str) -> str:
    if is_garbled(text):
        raise CellError("是乱码，请检查文件的编码")
    return text


def _whole_key(text: str) -> str:
    if re.fullmatch(r"\d(?:\.\d+)?[eE]\+\d+", text):
        raise CellError(
            "被表格软件改成了科学计数法，原来的数字已经丢失；"
            "请在原始数据里把编号列设为文本格式，再重新导出"
        )
    return text


def _captured(text: str, this_month: str) -> str:
    month = read_month(text)
    if month > this_month:
        raise CellError(f"在未来：本月是 {this_month}")
    return month


def _launch(text: str, last_year: int) -> str:
    month = read_month(text)
    _year(month[:4], last_year)
    return month


def _year(text: str, last_year: int) -> str:
    match = re.fullmatch(r"(\d{4})(?:款|年|\.0)?", text)
    if match is None or not _FIRST_YEAR <= int(match[1]) <= last_year:
        raise CellError(f"应为 {_FIRST_YEAR} 至 {last_year} 的年份")
    return match[1]


def _plausible(year: int | None, last_year: int) -> int | None:
    return year if year and _FIRST_YEAR <= year <= last_year else None


def _word(text: str, words: dict[str, str], allowed: tuple[str, ...]) -> str:
    if text not in words:
        raise CellError(f"应为以下之一：{'、'.join(allowed)}")
    return words[text]


def _web_address(text: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>\"']+", text):
        raise CellError("不是网址，应以 http:// 或 https:// 开头")
    return text
