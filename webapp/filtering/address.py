"""Conditions and their URL grammar.

    F_min, F_max, F     a number field: at least, at most, exactly (repeated: any of);
                        F_min and F_max of one value say exactly that
    F, F_not            a choice field: any of, none of (repeatable)
    F, F_not            a field of features: all of, none of (repeatable)
    text                words that must stand in a name
    sort, page          order and page
    view                another way to show the list, by its name in the table
    asked               the sentence it came from
    inferred            a field, or a feature, that the sentence only hints at; repeatable
    skip                a word of the sentence that may stay unread; repeatable

Reading is strict: whatever cannot be honoured is a `Problem`, nothing is dropped silently.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from werkzeug.datastructures import MultiDict

from webapp.filtering.fields import Field, FilterTable
from webapp.filtering.selection import MAX_TEXT, MAX_VALUES, Condition, Scalar, Selection

Chosen = TypeVar("Chosen", bound=Selection)

MAX_PAGE: Final = 10_000


@dataclass(frozen=True)
class Problem:
    """Something in the address that cannot be honoured."""

    parameter: str
    value: str
    reason: str

    def __str__(self) -> str:
        shown = f"={self.value[:40]}" + ("…" if len(self.value) > 40 else "") if self.value else ""
        return f"参数 {self.parameter[:40]}{shown}：{self.reason}"


class UnreadableSelection(ValueError):
    """Carries every `Problem` of an address."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("；".join(map(str, problems)))
        self.problems = problems


def read_selection(kind: type[Chosen], args: MultiDict[str, str]) -> Chosen:
    """Read an address into a selection of this kind.

    Raises `UnreadableSelection` listing all that cannot be honoured.

    Empty values are what an unfilled form sends and mean nothing. Values of
    choice fields without a list of choices are not checked here: the database knows them.
    """
    reader = _Reader(kind.table, args)
    conditions = tuple(c for row in kind.table.fields for c in reader.field(row))
    selection = kind(
        conditions=conditions,
        sort=reader.sort(),
        page=reader.page(),
        text=reader.plain("text"),
        asked=reader.plain("asked"),
        view=reader.view(),
        inferred=reader.inferred(),
        skip=reader.words("skip"),
    )
    reader.finish()
    return selection


class _Reader:
    def __init__(self, table: FilterTable, args: MultiDict[str, str]) -> None:
        self._table = table
        self._args = args
        self._read: set[str] = set()
        self._problems: list[Problem] = []
        if sum(len(args.getlist(name)) for name in args) > MAX_VALUES:
            self._problem("条件", "", f"一次最多 {MAX_VALUES} 个值")
        for name, value in args.items(multi=True):
            # Werkzeug puts U+FFFD where the address is not UTF-8.
            if not f"{name}{value}".isprintable() or "\ufffd" in name + value:
                self._problem(_shown(name), _shown(value), "含有不能识别的字符，地址应为 UTF-8")

    def _problem(self, parameter: str, value: str, reason: str) -> None:
        self._problems.append(Problem(parameter, value, reason))

    def _values(self, name: str) -> list[str]:
        self._read.add(name)
        values = [value.strip() for value in self._args.getlist(name)]
        return list(dict.fromkeys(value for value in values if value))

    def field(self, row: Field) -> Iterable[Condition]:
        if row.kind == "number":
            bounds = [self._bound(row, "_min", ">="), self._bound(row, "_max", "<=")]
            exact = [*_any_of(row.name, self._numbers(row, row.name), "==", "in")]
            low, high = bounds
            if low and high and low.value == high.value:
                bounds = [Condition(row.name, "==", low.value)]
            yield from (bound for bound in bounds if bound and bound not in exact)
            yield from exact
            yield from _any_of(row.name, self._numbers(row, row.name + "_not"), "!=", "not in")
        elif row.kind == "features":
            for value in self._choices(row, row.name):
                yield Condition(row.name, "in", (value,))
            for value in self._choices(row, row.name + "_not"):
                yield Condition(row.name, "not in", (value,))
        else:
            yield from _any_of(row.name, self._choices(row, row.name), "==", "in")
            yield from _any_of(row.name, self._choices(row, row.name + "_not"), "!=", "not in")

    def _bound(self, row: Field, suffix: str, operator: str) -> Condition | None:
        numbers = self._numbers(row, row.name + suffix)
        if len(numbers) > 1:
            self._problem(row.name + suffix, str(numbers[1]), "只能给一个值")
        return Condition(row.name, operator, numbers[0]) if numbers else None

    def _numbers(self, row: Field, name: str) -> list[Scalar]:
        numbers: list[Scalar] = []
        for value in self._values(name):
            number = _parse(value, integer=row.integer)
            if number is None:
                kind = "整数" if row.integer else "数字"
                self._problem(name, value, f"{row.label}要写成{kind}，单位{row.unit}")
            elif not row.low <= number <= row.high:
                self._problem(
                    name, value, f"{row.label}应在 {row.low:g} 到 {row.high:g} {row.unit}之间"
                )
            else:
                numbers.append(number)
        return numbers

    def _choices(self, row: Field, name: str) -> list[Scalar]:
        chosen: list[Scalar] = []
        for value in self._values(name):
            if row.choices and value not in row.choices:
                allowed = "、".join(row.choices)
                self._problem(name, value, f"没有这个{row.label}，可选：{allowed}")
            else:
                chosen.append(value)
        return chosen

    def sort(self) -> str | None:
        for value in self._values("sort"):
            if value in self._table.sorts:
                return value
            allowed = "、".join(self._table.sorts)
            self._problem("sort", value, f"没有这种排序，可选：{allowed}")
        return None

    def view(self) -> str:
        for value in self._values("view"):
            if value in self._table.views:
                return value
            self._problem("view", value, f"只能是 {'、'.join(self._table.views)}")
        return ""

    def inferred(self) -> tuple[str, ...]:
        known = self._table.hintable
        named = self._values("inferred")
        for value in named:
            if value not in known:
                self._problem("inferred", value, "没有这个字段或配置")
        return tuple(value for value in named if value in known)

    def words(self, name: str) -> tuple[str, ...]:
        values = self._values(name)
        for value in values:
            if len(value) > MAX_TEXT:
                self._problem(name, value, f"太长了，最多 {MAX_TEXT} 个字")
        return tuple(values)

    def page(self) -> int:
        for value in self._values("page"):
            number = _parse(value, integer=True)
            if number is None or not 1 <= number <= MAX_PAGE:
                self._problem("page", value, f"页码应是 1 到 {MAX_PAGE} 的整数")
            else:
                return int(number)
        return 1

    def plain(self, name: str) -> str:
        text = " ".join(self._values(name))
        if len(text) > MAX_TEXT:
            self._problem(name, text, f"太长了，最多 {MAX_TEXT} 个字")
        return text

    def finish(self) -> None:
        for name in self._args:
            if name not in self._read:
                self._problem(name, self._args[name], "不认识这个参数")
        if self._problems:
            raise UnreadableSelection(self._problems)


def _shown(text: str) -> str:
    return "".join(char if char.isprintable() else "�" for char in text[:80])


def _any_of(field: str, values: list[Scalar], one: str, many: str) -> Iterable[Condition]:
    if len(values) == 1:
        yield Condition(field, one, values[0])
    elif values:
        yield Condition(field, many, tuple(values))


def _parse(value: str, *, integer: bool) -> float | int | None:
    # ASCII digits only: float() would also take "١٢", "1_000", "nan" and "1e3".
    if not value.isascii() or not value.lstrip("-").replace(".", "", 1).isdigit():
        return None
    number = float(value)
    if not math.isfinite(number) or (integer and not number.is_integer()):
        return None
    return int(number) if integer else number
