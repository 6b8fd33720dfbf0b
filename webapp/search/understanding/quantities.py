"""Conditions on number fields: which field an amount is of, and which bound is on it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from webapp.catalogue.filters import Condition
from webapp.search.understanding.amounts import Amount, last_place
from webapp.search.understanding.clauses import (
    Tokens,
    before,
    behind,
    is_filler,
)
from webapp.search.understanding.fields import FIELDS
from webapp.search.understanding.findings import Finding
from webapp.search.understanding.measured import Measured, Reading, is_thrift, measured
from webapp.search.understanding.negation import Scopes
from webapp.search.understanding.vocabulary import Vocabulary

EXACT_FIELDS: Final = frozenset({"seats", "model_year", "cylinders"})
"""Fields people name by value: 七座, 25款, 三缸. Anything else they bound."""
_AMONG: Final = frozenset({"里", "里面", "内"})
"""七座里 is among those with seven seats."""
_FLIPPED: Final = {"<=": ">=", ">=": "<="}
_SMALL: Final = frozenset({"accel_0_100_s", "fuel_l_100km"})
_THAN: Final = {
    ">=": ("贵", "高", "多", "大", "长", "远", "慢", "宽"),
    "<=": ("便宜", "低", "少", "小", "短", "近", "快", "窄", "矮"),
}
"""What 比 and an amount come to with these words behind."""
_AROUND: Final = 0.1
"""20万左右 is 20万 give or take this part."""


@dataclass(frozen=True)
class _Said:
    """The operator said around an amount (empty for none) and the tokens that say it."""

    operator: str
    used: tuple[int, ...]


class Quantities:
    """All amounts of a sentence, read.

    `findings` are the conditions; `measures` the tokens that name their fields; `seen` the
    amounts that were understood and make no condition (首付5万); `opened` those the speaker
    leaves open, with the tokens that say so (5座也行); `thrift` the tokens of `一箱油1000公里`,
    which only says that a car is economical.
    """

    def __init__(self, tokens: Tokens, known: Vocabulary, scope: Scopes) -> None:
        self._tokens = tokens
        self._known = known
        self._scope = scope
        self.findings: list[Finding] = []
        self.measures: set[int] = set()
        self.seen: set[int] = set()
        self.opened: list[tuple[int, ...]] = []
        self.thrift: tuple[int, ...] = ()
        for index, token in enumerate(tokens):
            if token.amount:
                self._read(index, token.amount)

    def _read(self, index: int, amount: Amount) -> None:
        if thrift := is_thrift(self._tokens, index, amount):
            self.thrift, self.seen = thrift, self.seen | {index}
            return
        found = measured(self._tokens, index, self._known, self.measures)
        if found is None:
            return
        if isinstance(found, Measured):
            self.measures.update(found.used)
            self._conclude(index, found)
        else:
            self.seen.add(index)

    def _conclude(self, index: int, found: Measured) -> None:
        bound = self._plain(self._bound(index, found), found.reading)
        negation = self._scope.refuses(index)
        used = tuple(sorted({index, *found.used, *bound.used, *negation}))
        reading = found.reading
        if self._scope.leaves_open(index):
            self.seen.add(index)
            self.opened.append(used)
            return
        if negation:
            conditions = _negated(reading, bound.operator)
        else:
            conditions = list(_conditions(reading, bound.operator or reading.bare))
        if not conditions:
            self.seen.add(index)
        firm = bool(bound.operator) or reading.bare != "~"
        said = bound.operator in _FLIPPED or reading.shape == "span"
        self.findings += [Finding(one, used, firm=firm, bound=said) for one in conditions]
        if reading.also and conditions and not negation:
            meant = Condition(reading.also.field, "in", reading.also.values)
            self.findings.append(Finding(meant, used, group=-2 - index))

    def _plain(self, bound: _Said, reading: Reading) -> _Said:
        """A bound of which the field or the amount says what it comes to."""
        operator = bound.operator
        if operator == "only":
            operator = "<=" if reading.bare == "~" else ""
        elif operator == "reach":
            operator = "<=" if reading.field in _SMALL else ">="
        elif operator == "from":
            operator = "" if reading.shape == "span" else ">="
        return replace(bound, operator=operator)

    def _bound(self, index: int, found: Measured) -> _Said:
        """What stands behind the amount decides; 大概 in front only where nothing else does."""
        measure = found.used
        ahead = self._bound_ahead(index, measure)
        if ahead.operator == "than":
            return self._than(index, ahead)
        following = self._bound_behind(index, found)
        if not following.operator:
            return ahead
        if ahead.operator not in ("", "~") and following.operator in ("~", "between"):
            return _Said(ahead.operator, (*ahead.used, *following.used))
        return following

    def _bound_ahead(self, index: int, measure: tuple[int, ...]) -> _Said:
        for other in before(self._tokens, index):
            token = self._tokens[other]
            if token.word and token.word.before:
                return _Said(token.word.before.operator, (other,))
            # 不到二十万就能买到的六座: a longer filler parts the bound from the number.
            if (
                other not in measure
                and not token.has("spend")
                and not (is_filler(token) and token.end - token.start == 1)
            ):
                break
        return _Said("", ())

    def _than(self, index: int, ahead: _Said) -> _Said:
        """比15万贵 is more than that, 比15万便宜 less."""
        after = next(behind(self._tokens, index), None)
        word = self._tokens[after].word if after is not None else None
        for operator, words in _THAN.items():
            if word and after is not None and word.text.startswith(words):
                return _Said(operator, (*ahead.used, after))
        return _Said("", ())

    def _joins(self, index: int) -> bool:
        """Whether 加 adds another wish, as in 1.5T加双离合, and is no bound."""
        following = self._tokens[index + 1] if index + 1 < len(self._tokens) else None
        word = following.word if following else None
        return self._tokens[index].text == "加" and word is not None and word.choice is not None

    def _bound_behind(self, index: int, found: Measured) -> _Said:
        priced = found.reading.field == "price_wan"
        for other in behind(self._tokens, index):
            token = self._tokens[other]
            if token.bound and not self._joins(other):
                within = found.reading.field in EXACT_FIELDS and token.text in _AMONG
                return _Said("" if within else token.bound.operator, (other,))
            if priced and token.has("affords") and found.reading.shape != "spoken":
                return _Said("<=", (other,))
            if other not in found.used and not is_filler(token):
                break
        return _Said("", ())


def _negated(reading: Reading, operator: str) -> list[Condition]:
    """不要30万以上的 is at most 30; 不要七座 is any other number of seats."""
    if operator in _FLIPPED:
        return list(_conditions(reading, _FLIPPED[operator]))
    if reading.field not in EXACT_FIELDS:
        return []
    values = tuple(dict.fromkeys(int(value) for value in reading.alternatives or (reading.low,)))
    if len(values) > 1:
        return [Condition(reading.field, "not in", values)]
    return [Condition(reading.field, "!=", values[0])]


def _conditions(reading: Reading, operator: str) -> Iterator[Condition]:
    low, high = reading.low, reading.high
    spread = reading.shape in ("span", "spoken")
    if reading.shape == "either" or (spread and reading.field in EXACT_FIELDS):
        yield from _any_of(reading, operator)
    elif high == float("inf"):
        yield _condition(reading.field, ">=", low)
    elif _is_range(reading, operator):
        yield from _between(reading.field, low, high)
    elif reading.shape == "around" and not reading.bounded:
        yield from _around(reading)
    elif operator in ("<=", ">="):
        yield _condition(reading.field, operator, low if operator == ">=" else high)
    elif operator == "level":
        yield from _level(reading)
    elif reading.field in EXACT_FIELDS or operator == "==":
        yield _condition(reading.field, "==", low)
    elif operator == "+":
        # 3秒多 is below four, as 30多万 is below 40; 20万多点 is near 20.
        more = 1 if reading.field in _SMALL else low * _AROUND
        yield from _between(reading.field, low, low + more)
    else:
        yield from _around(reading)


def _around(reading: Reading) -> Iterator[Condition]:
    low, high = reading.low * (1 - _AROUND), reading.low * (1 + _AROUND)
    yield from _between(reading.field, low, high, digits=1)


def _is_range(reading: Reading, operator: str) -> bool:
    """10到15万以内 keeps both ends, 十几万以内 only the upper."""
    if reading.shape == "span":
        return not (reading.bounded and operator == ">=")
    return reading.shape == "spoken" and not (reading.bounded and operator in ("<=", ">="))


def _any_of(reading: Reading, operator: str) -> Iterator[Condition]:
    """6、7座 is either; 24到26款 all of them in a row; 六七座以上 at least the lower."""
    if operator in (">=", "<=") and reading.bounded:
        value = reading.low if operator == ">=" else int(reading.high)
        yield _condition(reading.field, operator, value)
    elif operator == ">=" and reading.field == "seats":
        yield _condition(reading.field, operator, reading.low)
    elif reading.field == "model_year" and reading.shape == "span":
        yield from _between(reading.field, reading.low, reading.high)
    else:
        values = reading.alternatives or range(int(reading.low), int(reading.high) + 1)
        yield Condition(reading.field, "in", tuple(int(value) for value in values))


def _level(reading: Reading) -> Iterator[Condition]:
    """20万级 is 20 up to 30, 15万级 15 up to 16; 4秒级 is below 5."""
    step = last_place(reading.low) if reading.low % 1 == 0 else 0.1
    high = reading.low + step - (1 if FIELDS[reading.field].integer else 0.01)
    if reading.field == "accel_0_100_s":
        yield _condition(reading.field, "<=", high)
    else:
        yield from _between(reading.field, reading.low, high)


def _between(field: str, low: float, high: float, *, digits: int = 2) -> Iterator[Condition]:
    yield _condition(field, ">=", low, digits=digits)
    yield _condition(field, "<=", high, digits=digits)


def _condition(field: str, operator: str, value: float, *, digits: int = 2) -> Condition:
    whole = FIELDS[field].integer or field in ("power_kw", "torque_nm")
    # Half a kilowatt up: 300马力 are 220.65 kW.
    return Condition(field, operator, int(value + 0.5) if whole else _plain(round(value, digits)))


def _plain(value: float) -> float | int:
    return int(value) if value == int(value) else value
