"""Cars named only to compare with: 和Model Y差不多大, X5这样的, 比海鸥大一点, 开了八年的速腾."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from webapp.catalogue.filters import Condition
from webapp.search.understanding.clauses import Tokens, is_filler
from webapp.search.understanding.fields import FIELDS
from webapp.search.understanding.findings import Finding
from webapp.search.understanding.lexicon import CarFacts, Lexicon, fold
from webapp.search.understanding.named import Named
from webapp.search.understanding.tables import rows, words_of
from webapp.search.understanding.tokens import Token

_AS_LONG: Final = 0.03
"""A car of about the same size is as long, give or take this part."""
_AS_DEAR: Final = 0.1
_SPAN: Final = 3
"""Fillers that may stand between a name and the word that makes it a comparison."""


@dataclass(frozen=True)
class Reference:
    """A named car that others are to be like. `used` are the tokens that say so; `aspect` a row's
    of `likeness.csv`, or `own` for the car one drives."""

    name: Named
    aspect: str
    used: tuple[int, ...]


@cache
def _aspects(side: str) -> Mapping[str, str]:
    return {
        word: row["aspect"]
        for row in rows("likeness.csv")
        if row["side"] == side
        for word in words_of(row)
    }


def references(tokens: Tokens, names: list[Named]) -> list[Reference]:
    """The names of a sentence that are no condition."""
    found = []
    for name in names:
        reference = _compared(tokens, name, len(names)) or _own(tokens, name)
        if reference:
            found.append(reference)
    return found


def like_findings(found: list[Reference], facts: Mapping[str, CarFacts]) -> list[Finding]:
    """Ranges around the cars to compare with, all inferred."""
    return [
        Finding(condition, tuple(sorted((reference.name.index, *reference.used))), inferred=True)
        for reference in found
        if reference.name.kind == "series" and reference.name.texts[0] in facts
        for condition in _conditions(reference.aspect, facts[reference.name.texts[0]])
    ]


def likened_makers(tokens: Tokens, text: str, lexicon: Lexicon) -> list[tuple[int, ...]]:
    """The tokens of every maker without a car here that others are to be like: 和路虎差不多的."""
    found: list[tuple[int, ...]] = []
    for kind, group in groupby(range(len(tokens)), lambda index: tokens[index].kind):
        used = tuple(group)
        written = fold(text[tokens[used[0]].start : tokens[used[-1]].end])
        absent = kind == "unknown" and written in lexicon.makers
        if absent and is_likened(tokens, used[0], used[-1]):
            found.append(used)
    return found


def is_likened(tokens: Tokens, first: int, last: int) -> bool:
    """Whether a word of likeness stands beside these tokens: 像智己L6那样的."""
    beside = {word for side in ("before", "after") for word in _aspects(side)}
    near = [*tokens[max(0, first - _SPAN) : first], *tokens[last + 1 : last + 1 + _SPAN]]
    return any(_written(token) in beside for token in near)


def _conditions(aspect: str, car: CarFacts) -> Iterator[Condition]:
    if aspect in ("size", "any", "cheaper") and car.length_mm:
        yield _bound("length_mm", ">=", car.length_mm * (1 - _AS_LONG))
        yield _bound("length_mm", "<=", car.length_mm * (1 + _AS_LONG))
    if aspect in ("price", "any") and car.price_low and car.price_high:
        yield _bound("price_wan", ">=", car.price_low * (1 - _AS_DEAR))
        yield _bound("price_wan", "<=", car.price_high * (1 + _AS_DEAR))
    if aspect == "cheaper" and car.price_low:
        yield _bound("price_wan", "<=", car.price_low)
    field, _, operator = aspect.partition(" ")
    if operator:
        value = _of(car, field, operator)
        if value:
            yield _bound(field, operator, value)


def _of(car: CarFacts, field: str, operator: str) -> float | None:
    """What more and less are measured from: of prices the nearer end."""
    if field == "price_wan":
        return car.price_low if operator == "<=" else car.price_high
    value: float | None = getattr(car, field)
    return value


def _bound(field: str, operator: str, value: float) -> Condition:
    integer = FIELDS[field].integer
    return Condition(field, operator, int(value + 0.5) if integer else round(value, 1))


def _compared(tokens: Tokens, name: Named, names: int) -> Reference | None:
    ahead = _near(tokens, name.index, -1)
    behind = _near(tokens, name.index, 1)
    before = _written(tokens[ahead]) if ahead is not None else ""
    after = _written(tokens[behind]) if behind is not None else ""
    if before == "比" and names == 1 and ahead is not None and behind is not None:
        than = _aspects("than").get(after.removeprefix("更"))
        return Reference(name, than, (ahead, behind)) if than else None
    aspect = _aspects("after").get(after)
    if before in _aspects("before") and ahead is not None:
        marks = (ahead,) if aspect is None or behind is None else (ahead, behind)
        kind = "cheaper" if before == "平替" else "any"
        return Reference(name, aspect or kind, marks)
    if aspect is None or behind is None or _asks(tokens, behind):
        return None
    weak = before in _aspects("weak") and ahead is not None
    return Reference(name, aspect, (ahead, behind) if weak and ahead is not None else (behind,))


def _asks(tokens: Tokens, index: int) -> bool:
    """和轩逸差不多吗."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    return following is not None and _written(following) in ("吗", "么", "嘛", "吧")


def _near(tokens: Tokens, index: int, step: int) -> int | None:
    """The nearest token that says something, or stands in the table of likeness."""
    known = {*_aspects("after"), *_aspects("before"), *_aspects("weak"), *_aspects("than"), "比"}
    for distance in range(1, _SPAN + 1):
        at = index + step * distance
        if not 0 <= at < len(tokens) or tokens[at].ends_clause:
            return None
        if _written(tokens[at]) in known:
            return at
        if not is_filler(tokens[at]):
            return None
    return None


def _own(tokens: Tokens, name: Named) -> Reference | None:
    """The car one drives or sells: 开了八年的速腾, 飞度卖了."""
    before = range(max(0, name.index - _SPAN), name.index)
    behind = range(name.index + 1, min(len(tokens), name.index + _SPAN))
    marks = [index for index in before if tokens[index].has("own_before")]
    marks += [index for index in behind if tokens[index].has("own_after")]
    return Reference(name, "own", tuple(marks)) if marks else None


def _written(token: Token) -> str:
    if token.word:
        return token.word.text
    return token.text
