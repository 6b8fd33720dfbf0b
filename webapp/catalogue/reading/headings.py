"""Titles of columns as files write them: which field is meant, in which unit, or which may be."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from rapidfuzz.distance import OSA

from webapp.catalogue.reading.names import HAN, transcribe
from webapp.catalogue.reading.reference import ParameterRow, headings
from webapp.catalogue.reading.units import UnitError, convert
from webapp.catalogue.vocabulary import unit_word

TITLE_SHOWN: Final = 40
_NEAR_SHOWN: Final = 4
_LEAST_ALIKE: Final = 0.6
_AS_GOOD: Final = 0.1
"""What is hardly less alike than the best is named beside it: 纯电续航里程 fits four cycles."""
_LONG_ENOUGH: Final = 5
"""Below so many characters one of them makes another word: 动力类型 is no slip of 助力类型."""
_MARKS: Final = " *:_.,;#\ufeff"
_SAYS_NOTHING: Final = frozenset({"必填", "选填", "可选", "年月", "年.月", "年-月", "年款", "文本"})
"""What may stand in brackets behind a title without being a unit."""
_BRACKETED = re.compile(r"(?P<base>[^(\[【]+)[(\[【](?:单位:?)?(?P<unit>[^()\[\]【】]+)[)\]】]")
_LONGEST_UNIT: Final = 8


@dataclass(frozen=True, slots=True)
class Meaning:
    """The field of a column, and the unit its title gives to bare numbers (empty: the own)."""

    key: str
    unit: str = ""


class Headings:
    """Every title that is understood for one kind of file: names of fields and their other
    spellings. `labels` are the fields that are no parameters, `values` the parameters."""

    def __init__(self, labels: Mapping[str, str], values: Iterable[ParameterRow]) -> None:
        self._parameters = {row.key: row for row in values}
        self._names: dict[str, str] = {}
        known = {*labels, *self._parameters}
        for key, others in headings().items():
            if key in known:
                self._names |= {folded(name): key for name in others}
        for row in self._parameters.values():
            units = {row.unit, unit_word(row.unit)} - {None}
            with_units = [f"{row.label}({unit})" for unit in units]
            self._names |= {folded(name): row.key for name in (row.key, row.label, *with_units)}
        for key, label in labels.items():
            self._names |= {folded(key): key, folded(label): key}

    def meaning(self, title: str) -> Meaning | None:
        """The field a title stands for, None where it stands for none."""
        plain = folded(title)
        if plain in self._names:
            return Meaning(self._names[plain])
        for base, unit in _splits(plain):
            key = self._names.get(base)
            if key is not None and (found := self._with_unit(key, unit)):
                return found
        return None

    def as_field(self, title: str, key: str) -> Meaning:
        """A title that somebody said means `key`, with the unit it names."""
        for _, unit in _splits(folded(title)):
            if found := self._with_unit(key, unit):
                return found
        return Meaning(key)

    def _with_unit(self, key: str, unit: str) -> Meaning | None:
        row = self._parameters.get(key)
        if unit in _SAYS_NOTHING:
            return Meaning(key)
        if row is None or row.type != "number":
            return None
        try:
            convert(Decimal(1), unit, row.unit)
        except UnitError:
            return None
        return Meaning(key, unit)

    def near(self, title: str) -> list[str]:
        """The fields a title that is none may mean, the likeliest ones; mostly none."""
        plain = folded(title[:TITLE_SHOWN])
        match = _BRACKETED.fullmatch(plain)
        base = match["base"] if match else plain
        found: dict[str, float] = {}
        for name, key in self._names.items():
            found[key] = max(found.get(key, 0.0), _alike(base, name))
        best = max(found.values(), default=0.0)
        likely = [key for key, alike in found.items() if best and alike > best - _AS_GOOD]
        return likely if len(likely) <= _NEAR_SHOWN else []


def folded(title: str) -> str:
    """A title as it is compared: half-width, small letters, without blanks, tags and marks."""
    text = re.sub(r"<[^<>]*>", "", html.unescape(title))
    plain = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return plain.strip(_MARKS)


def _splits(plain: str) -> Iterable[tuple[str, str]]:
    """Ways to read a title as name and unit: `轴距(mm)`, `轴距/mm`, `轴距mm`."""
    if match := _BRACKETED.fullmatch(plain):
        yield match["base"].strip(_MARKS), match["unit"]
        return
    for length in range(1, min(_LONGEST_UNIT, len(plain) - 1) + 1):
        if (unit := plain[-length:]) not in _SAYS_NOTHING:
            yield plain[:-length].rstrip("/-_:,|").removesuffix(",单位"), unit


def _alike(title: str, name: str) -> float:
    """0 to 1: how likely a title is a slip of a name: one that sounds alike, Latin letters that
    were mistyped, or a name of which some characters were left out. 0 for all others, also for
    a longer title, whose further words may mean another thing."""
    if title == name:
        return 1.0
    chinese = bool(HAN.search(title))
    if chinese and len(title) == len(name) > 1 and transcribe(title) == transcribe(name):
        return 1.0
    if min(len(title), len(name)) < _LONG_ENOUGH:
        return 0.0
    if not chinese and name.isascii():
        slips = 1 if len(name) < 2 * _LONG_ENOUGH else 2
        return 0.9 if OSA.distance(title, name, score_cutoff=slips) <= slips else 0.0
    letters = iter(name)
    alike = len(title) / len(name)
    return alike if alike >= _LEAST_ALIKE and all(one in letters for one in title) else 0.0
