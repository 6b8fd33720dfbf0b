"""Rule files (CSV) read into rows: every cell, every reference and every overlap is checked."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

from webapp.catalogue.vocabulary import ENERGIES, RANGE_CYCLES
from webapp.rules import cells
from webapp.rules.cells import Read, read_row
from webapp.rules.overlaps import overlaps
from webapp.rules.records import (
    ANSWERS,
    BASES,
    FIELD_LABELS,
    FORMS,
    KINDS,
    MEASURED,
    OPERATORS,
    Eligibility,
    Observation,
    Rule,
    Scope,
    Tables,
    Term,
)

FOLDER: Final = Path(__file__).parent / "data"
FILES: Final = ("rules", "terms", "scopes", "eligibilities", "observations")
PROBLEMS_SHOWN: Final = 20

Columns = Mapping[str, tuple[Read, bool]]

COLUMNS: Final[dict[str, Columns]] = {
    "rules": {
        "code": (cells.code, True),
        "kind": (cells.one_of(KINDS), True),
        "jurisdiction": (cells.region, True),
        "authority": (cells.word, True),
        "document": (cells.word, True),
        "title": (cells.word, True),
        "address": (cells.address, False),
        "published": (cells.day, False),
        "verified_on": (cells.day, False),
        "verified_by": (cells.word, True),
        "review_by": (cells.day, False),
        "superseded_by": (cells.code, False),
    },
    "terms": {
        "id": (cells.term_id, True),
        "rule": (cells.code, True),
        "valid_from": (cells.day, True),
        "valid_to": (cells.day, False),
        "basis": (cells.one_of(BASES), True),
        "form": (cells.one_of(FORMS), True),
        "rate": (cells.rate, False),
        "amount_fen": (cells.fen, False),
        "floor_fen": (cells.fen, False),
        "cap_fen": (cells.fen, False),
        "limit": (cells.decimal, False),
        "unit": (cells.word, False),
        "text": (cells.word, False),
        "note": (cells.word, False),
    },
    "scopes": {
        "term": (cells.term_id, True),
        "field": (cells.one_of(FIELD_LABELS), True),
        "operator": (cells.one_of(OPERATORS), True),
        "value": (cells.word, True),
        "cycle": (cells.one_of(RANGE_CYCLES), False),
    },
    "eligibilities": {
        "trim": (cells.word, True),
        "rule": (cells.code, True),
        "answer": (cells.one_of(ANSWERS), True),
        "batch": (cells.word, True),
        "source": (cells.word, True),
        "captured": (cells.day, True),
    },
    "observations": {
        "item": (cells.code, True),
        "region": (cells.region, True),
        "unit": (cells.word, True),
        "value": (cells.decimal, True),
        "valid_from": (cells.day, True),
        "valid_to": (cells.day, False),
        "source": (cells.word, True),
        "address": (cells.address, False),
        "captured": (cells.day, True),
    },
}
"""Columns of each file: how a cell is read, and whether it has to be filled in."""

_FORM_NEEDS: Final = {
    "rate": ("rate",),
    "amount": ("amount_fen",),
    "limit": ("limit", "unit"),
    "text": ("text",),
}


@dataclass(frozen=True)
class Problem:
    """What is wrong in a file; line 1 is its head."""

    file: str
    line: int
    column: str
    said: str

    def __str__(self) -> str:
        column = f"“{self.column}”" if self.column else ""
        return f"{self.file} 第 {self.line} 行{column}：{self.said}"


class RuleFileError(ValueError):
    """Files that cannot be taken in, with all that is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        shown = [str(problem) for problem in problems[:PROBLEMS_SHOWN]]
        if len(problems) > PROBLEMS_SHOWN:
            shown.append(f"还有 {len(problems) - PROBLEMS_SHOWN} 处")
        super().__init__("；".join(shown))


def kind_of(text: str) -> str | None:
    """Which of FILES a text is, by its head."""
    head = _head(text)
    return next((name for name in FILES if set(head) == set(COLUMNS[name])), None)


def nearest_kind(text: str) -> str:
    """The file with whose columns the head has most in common."""
    head = set(_head(text))
    return max(FILES, key=lambda name: len(head & set(COLUMNS[name])) / len(COLUMNS[name]))


@cache
def shipped() -> Tables:
    """The rows that come with the product."""
    texts = {name: FOLDER / f"{name}.csv" for name in FILES}
    return read({name: path.read_text("utf-8") for name, path in texts.items() if path.exists()})


def read(texts: Mapping[str, str], known: Tables | None = None) -> Tables:
    """Rows of files, given by their kind (one of FILES). They may name the rules and terms that
    are `known`, and are to fit beside them.

    Raises RuleFileError with everything that is wrong; nothing is taken in half.
    """
    reader = _Reader(known or Tables())
    for name in FILES:
        if name in texts:
            reader.read(name, texts[name])
    return reader.done()


class _Reader:
    """Reads the files in the order of FILES: rules are there when their terms come."""

    def __init__(self, known: Tables) -> None:
        self._known = known
        self._new = Tables()
        self._scopes: dict[str, list[Scope]] = {}
        self._problems: list[Problem] = []
        self._lines: dict[tuple[str, str], int] = {}
        self._take: dict[str, Callable[[int, dict[str, Any]], None]] = {
            "rules": self._rule,
            "terms": self._term,
            "scopes": self._scope,
            "eligibilities": self._eligibility,
            "observations": self._observation,
        }

    def read(self, name: str, text: str) -> None:
        for line, row in self._rows(name, text):
            values, wrong = read_row(row, COLUMNS[name])
            for column, said in wrong:
                self._wrong(name, line, column, said)
            if not wrong:
                self._take[name](line, values)

    def done(self) -> Tables:
        for id_, scopes in self._scopes.items():
            term = self._new.terms.get(id_) or self._known.terms[id_]
            self._new.terms[id_] = replace(term, scopes=tuple(scopes))
        if not self._problems:
            self._check_together()
        if self._problems:
            raise RuleFileError(sorted(self._problems, key=_place))
        return self._new

    def _rows(self, name: str, text: str) -> Iterator[tuple[int, dict[str, str]]]:
        head = _head(text)
        missing = [column for column in COLUMNS[name] if column not in head]
        odd = [column for column in head if column not in COLUMNS[name]]
        doubled = sorted({column for column in head if head.count(column) > 1})
        for columns, said in ((missing, "缺少列"), (odd, "不认识列"), (doubled, "列写了两次")):
            if columns:
                self._wrong(name, 1, "", f"{said} {'、'.join(columns)}")
        if missing or odd or doubled:
            return
        reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        try:
            next(reader)
            for row in reader:
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) != len(head):
                    said = f"有 {len(row)} 格，应有 {len(head)} 格"
                    self._wrong(name, reader.line_num, "", said)
                    continue
                yield reader.line_num, dict(zip(head, row, strict=True))
        except csv.Error:
            self._wrong(name, reader.line_num, "", "引号没有成对，读不下去了")

    def _wrong(self, name: str, line: int, column: str, said: str) -> None:
        self._problems.append(Problem(f"{name}.csv", line, column, said))

    def _once(self, name: str, key: str, line: int, column: str) -> bool:
        first = self._lines.setdefault((name, key), line)
        if first != line:
            self._wrong(name, line, column, f"{key} 在第 {first} 行已经写过")
        return first == line

    def _rule(self, line: int, row: dict[str, Any]) -> None:
        rule = Rule(**row)
        if rule.verified_on and rule.review_by and rule.review_by < rule.verified_on:
            self._wrong("rules", line, "review_by", "早于 verified_on")
        if self._once("rules", rule.code, line, "code"):
            self._new.rules[rule.code] = rule

    def _term(self, line: int, row: dict[str, Any]) -> None:
        rule = self._named(line, "terms", row["rule"])
        if not row["id"].startswith(f"{row['rule']}/"):
            self._wrong("terms", line, "id", f"要以“{row['rule']}/”开头")
        if row["valid_to"] and row["valid_to"] < row["valid_from"]:
            self._wrong("terms", line, "valid_to", "早于 valid_from")
        if row["floor_fen"] and row["cap_fen"] and row["floor_fen"] > row["cap_fen"]:
            self._wrong("terms", line, "floor_fen", "高于 cap_fen")
        needs = _FORM_NEEDS[row["form"]]
        for column in needs:
            if row[column] is None:
                self._wrong("terms", line, column, f"form 是 {row['form']} 时不能空着")
        for column in ("rate", "amount_fen", "limit"):
            if row[column] is not None and column not in needs:
                self._wrong("terms", line, column, f"form 是 {row['form']} 时要空着")
        if self._once("terms", row["id"], line, "id") and rule:
            known = self._known.terms.get(row["id"])
            scopes = known.scopes if known else ()
            self._new.terms[row["id"]] = Term(**row | {"rule": rule, "scopes": scopes})

    def _named(self, line: int, name: str, code: str) -> Rule | None:
        rule = self._new.rules.get(code) or self._known.rules.get(code)
        if rule is None:
            self._wrong(name, line, "rule", f"没有代码是 {code} 的规定")
        return rule

    def _scope(self, line: int, row: dict[str, Any]) -> None:
        id_ = row.pop("term")
        if id_ not in self._new.terms and id_ not in self._known.terms:
            self._wrong("scopes", line, "term", f"没有编号是 {id_} 的条款")
            return
        scope = Scope(**row)
        if said := _wrong_scope(scope):
            self._wrong("scopes", line, "value", said)
        if (scope.cycle is None) == (scope.field in MEASURED):
            said = "要写明工况" if scope.cycle is None else "这个字段没有工况，要空着"
            self._wrong("scopes", line, "cycle", said)
        self._scopes.setdefault(id_, []).append(scope)

    def _eligibility(self, line: int, row: dict[str, Any]) -> None:
        row["trim"] = row["trim"].strip()
        found = Eligibility(**row)
        known = self._named(line, "eligibilities", found.rule)
        if self._once("eligibilities", found.key, line, "trim") and known:
            self._new.eligibilities[found.key] = found

    def _observation(self, line: int, row: dict[str, Any]) -> None:
        found = Observation(**row)
        if found.valid_to and found.valid_to < found.valid_from:
            self._wrong("observations", line, "valid_to", "早于 valid_from")
        if self._once("observations", found.key, line, "item"):
            self._new.observations[found.key] = found

    def _check_together(self) -> None:
        whole = self._known.overlaid(self._new)
        for rule in self._new.rules.values():
            line = self._lines["rules", rule.code]
            if rule.superseded_by and rule.superseded_by not in whole.rules:
                said = f"没有代码是 {rule.superseded_by} 的规定"
                self._wrong("rules", line, "superseded_by", said)
            elif _circle(whole, rule.code):
                self._wrong("rules", line, "superseded_by", "规定互相取代，绕成了圈")
        if self._problems:
            return
        for name, later, earlier in overlaps(whole):
            mine = (later, earlier) if (name, later) in self._lines else (earlier, later)
            if line_found := self._lines.get((name, mine[0])):
                said = f"{mine[0]} 与 {mine[1]} 的有效期重叠，适用情形也相同"
                self._wrong(name, line_found, "valid_from", said)
            elif name == "terms" and (mine[0] in self._scopes or mine[1] in self._scopes):
                self._wrong("scopes", 1, "", f"{mine[0]} 与 {mine[1]} 会同时适用于一款车")


def _head(text: str) -> list[str]:
    first = next(iter(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))), [])
    return [cell.strip() for cell in first]


def _place(problem: Problem) -> tuple[int, int]:
    return FILES.index(problem.file.removesuffix(".csv")), problem.line


def _wrong_scope(scope: Scope) -> str:
    if scope.field == "energy":
        unknown = [word for word in scope.value.split("|") if word not in ENERGIES]
        if scope.operator != "in" or unknown:
            return f"能源类型用 in，写成 BEV|PHEV 这样，只能有 {'、'.join(ENERGIES)}"
        return ""
    try:
        cells.decimal(scope.value)
    except ValueError as error:
        return str(error)
    return "数字不能用 in" if scope.operator == "in" else ""


def _circle(tables: Tables, code: str) -> bool:
    seen = {code}
    following = tables.rules[code].superseded_by
    while following and following in tables.rules:
        if following in seen:
            return True
        seen.add(following)
        following = tables.rules[following].superseded_by
    return False
