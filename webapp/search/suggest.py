"""What the search box offers while one types: series, brands and conditions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from webapp.catalogue import addresses
from webapp.catalogue.filters import Condition, Selection
from webapp.search.compiled import PerVersion
from webapp.search.completions import Completion, completions
from webapp.search.matching import (
    GROUP,
    INSIDE,
    NOTHING,
    OTHER,
    OWN,
    PREFIX,
    QUALIFIED,
    NameIndex,
    Spelled,
)
from webapp.search.names import Lexicon, Name, fold, lexicon
from webapp.search.queries import SeriesRow

MAX_TYPED: Final = 60
"""Characters beyond which nothing is suggested: that is a sentence, not a name."""
ENOUGH: Final = 5
"""Names that begin with what was typed, from which on no slip is supposed."""
CONDITIONS: Final = 4

_ENERGY_TAIL: Final = re.compile(r"(?<=.)(dm-?[ip]?|phev|erev|ev|纯电|插混|增程|双擎)$")
"""People add the kind of energy to a name that does without: 汉EV, 宋PLUS DM-i."""
_TAIL_ENERGY: Final = {"ev": "BEV", "纯电": "BEV", "erev": "EREV", "增程": "EREV", "双擎": "HEV"}


@dataclass(frozen=True, slots=True)
class SeriesOption:
    """`energies` are codes of the vocabulary; a price is None where none is known."""

    name: str
    brand: str
    url: str
    energies: tuple[str, ...]
    price_min_fen: int | None
    price_max_fen: int | None


@dataclass(frozen=True, slots=True)
class BrandOption:
    """A brand, or a group of them with its `members`."""

    name: str
    url: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """What matches `typed`, best first in each group; `names` are the canonical names of
    brands and series in one order, a group of brands standing as its members."""

    typed: str
    series: tuple[SeriesOption, ...] = ()
    brands: tuple[BrandOption, ...] = ()
    conditions: tuple[Completion, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        return len(self.series) + len(self.brands) + len(self.conditions)


def suggest(typed: str, *, limit: int = 8) -> Suggestions:
    """At most `limit` names and a few conditions that what was typed could become.

    Empty for text that holds no letter, figure or character, or is longer than `MAX_TYPED`.
    """
    text = unicodedata.normalize("NFKC", typed).strip().casefold()
    if len(text) > MAX_TYPED:
        return Suggestions(typed)
    index = _INDEX.get()
    ranked = index.rank(text)[:limit]
    names = [name for found, cost in ranked for name in _meant(found, cost)]
    return Suggestions(
        typed=typed,
        series=tuple(_series_option(n, index.lexicon) for n, _ in ranked if n.kind == "series"),
        brands=tuple(_brand_option(n) for n, _ in ranked if n.kind != "series"),
        conditions=tuple(completions(text, limit=CONDITIONS)),
        names=tuple(dict.fromkeys(names))[:limit],
    )


class _Index:
    """The names of one catalogue version, ready to be looked up."""

    def __init__(self, compiled: Lexicon) -> None:
        self.lexicon = compiled
        self._names = compiled.names
        spelled = (
            Spelled(place, form, _nearness(name, nth))
            for place, name in enumerate(compiled.names)
            for nth, form in enumerate(name.forms)
        )
        self._matches = NameIndex(spelled, compiled.readings)

    def rank(self, text: str) -> list[tuple[Name, int]]:
        """Names that match with their cost, the best first, then the one meant most often."""
        found = self._matches.find(fold(text), enough=ENOUGH)
        tail = _ENERGY_TAIL.search(text)
        if tail and min(found.values(), default=NOTHING) >= INSIDE:
            found = self._with_energy(text[: tail.start()], tail[1]) or found
        ranked = sorted(found, key=lambda at: (found[at], at))
        return [(self._names[at], found[at]) for at in ranked]

    def _with_energy(self, text: str, tail: str) -> dict[int, int]:
        """Series of that energy called `text`."""
        energy = _TAIL_ENERGY.get(tail, "PHEV")
        found = self._matches.find(fold(text), enough=ENOUGH)
        return {
            at: cost
            for at, cost in found.items()
            if (row := self._row(at)) is not None and energy in row.energies.split()
        }

    def _row(self, place: int) -> SeriesRow | None:
        series_id = self._names[place].series_id
        return None if series_id is None else self.lexicon.series[series_id]


def _nearness(name: Name, nth: int) -> int:
    if name.kind == "group":
        return GROUP
    if nth >= name.plain:
        return QUALIFIED
    return OWN if name.forms[nth] == fold(name.text) else OTHER


def _meant(found: Name, cost: int) -> tuple[str, ...]:
    """The canonical names of one match; a group means its brands only when written out."""
    if found.kind == "group":
        return found.members if cost < PREFIX else ()
    return (found.text,)


def _series_option(name: Name, compiled: Lexicon) -> SeriesOption:
    row = compiled.series[name.series_id or 0]
    return SeriesOption(
        name=row.name,
        brand=row.brand,
        url=addresses.series(row.id),
        energies=tuple(row.energies.split()),
        price_min_fen=row.price_min_fen,
        price_max_fen=row.price_max_fen,
    )


def _brand_option(name: Name) -> BrandOption:
    brands = name.members or (name.text,)
    condition = Condition("brand", "in", brands)
    return BrandOption(name.text, Selection(conditions=(condition,)).url(), name.members)


_INDEX: Final = PerVersion("search_suggestions", lambda: _Index(lexicon()))
