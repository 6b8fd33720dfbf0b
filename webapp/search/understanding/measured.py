"""What an amount measures: told by its unit, by a word beside it, or by neither."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from webapp.search.understanding.amounts import TEN_THOUSAND, Amount, Shape
from webapp.search.understanding.clauses import Tokens, before, behind, is_filler
from webapp.search.understanding.vocabulary import Choice, Measure, Vocabulary

LENGTHS: Final = ("length_mm", "width_mm", "height_mm", "wheelbase_mm")
_LITRES: Final = frozenset({"trunk_l", "fuel_tank_l", "displacement_l"})
_METRES: Final = frozenset({*LENGTHS, "ground_clearance_mm", "wading_mm", "tyre_width_mm"})
_WARRANTIES: Final = ("warranty_years", "ev_warranty_years")
_INCHES: Final = frozenset({"rim_inch", "centre_screen_in"})
_COUNTED: Final = frozenset({"price_wan", "fuel_l_100km", "airbags", "cylinders"})
_NAMED_ONLY: Final = frozenset({"inch", "top_speed_kmh"})
"""Units that measure many things: a word beside them decides."""
_LATEST_YEAR: Final = 2030
_DISPLACEMENT: Final = 3.0
"""Litres up to this are an engine's where nothing says that they are burnt."""
_MOST_COUNTED: Final = 8
"""From so many on, a bare 个 counts ten thousands: 三个选一个, but 22个."""
PERSONS: Final = frozenset({"family", "children", "elders"})
_BARE_PRICES: Final = ((3, 99), (20_000, 5_000_000))
"""万元 and 元 that a bounded number without unit may mean: 20以内的SUV."""


@dataclass(frozen=True)
class Reading:
    """An amount in the unit of a field. `bare` is the operator where none is said; `bounded`
    whether one of <= and >= was said."""

    field: str
    low: float
    high: float
    shape: Shape
    bare: str
    bounded: bool
    alternatives: tuple[float, ...] = ()
    also: Choice | None = None
    """What the unit says besides: the T of 2.0T."""


@dataclass(frozen=True)
class Measured:
    """A reading and the tokens that name its field."""

    reading: Reading
    used: tuple[int, ...] = ()


@dataclass(frozen=True)
class NoCondition:
    """An amount that was understood and is nothing to filter by: 首付5万, 20岁."""


@dataclass(frozen=True)
class _Named:
    """A word beside an amount that names a field, and where it stands."""

    measure: Measure
    index: int


def is_thrift(tokens: Tokens, index: int, amount: Amount) -> tuple[int, ...]:
    """The tokens of 一箱油1000公里; empty where it is something else."""
    if not amount.unit or amount.unit.kind != "range_km":
        return ()
    for other in (*before(tokens, index), *behind(tokens, index)):
        if tokens[other].has("context_thrift"):
            return tuple(sorted((other, index)))
    return ()


def measured(
    tokens: Tokens, index: int, known: Vocabulary, taken: Collection[int]
) -> Measured | NoCondition | None:
    """What the amount at `index` measures; None where nothing tells.

    `taken` are the measuring words that belong to amounts before.
    """
    amount = tokens[index].amount
    if amount is None:
        return None
    if amount.shape == "many" or _in_other_matters(tokens, index):
        return NoCondition()
    if amount.unit and amount.unit.kind in PERSONS:
        return NoCondition()  # how many seats they need only follows
    named = _named(tokens, index, known, taken)
    field = _field(tokens, index, amount, named.measure.field if named else "")
    field = field if field is not None else _talked_about(tokens, index, known)
    if field is None:
        return None
    if not field:
        return NoCondition()
    own = named if named and named.measure.field == field else None
    measure = own.measure if own else known.measures.get(field)
    reading = _reading(amount, field, own, measure, _is_bounded(tokens, index))
    if measure and not measure.low <= reading.low <= measure.high:
        return NoCondition() if amount.unit or amount.wan else None
    return Measured(reading, (own.index,) if own else ())


def _in_other_matters(tokens: Tokens, index: int) -> bool:
    """首付5万, 月供3000以内, 30万公里的二手: beside a word that makes it another matter."""
    distance = _may_be_a_distance(tokens[index].amount)
    for other in before(tokens, index):
        token = tokens[other]
        if other < index - 1 and (tokens[other + 1].spaced or tokens[index].spaced):
            break
        if token.has("context_before") or (distance and token.has("context_before_distance")):
            return True
        driven = token.word and token.word.measure and token.word.measure.field == "range_km"
        if token.amount or not (is_filler(token) or driven or (token.word and token.word.before)):
            break
    for other in behind(tokens, index):
        token = tokens[other]
        if token.has("context_after") or (distance and token.has("context_after_distance")):
            return True
        if not (is_filler(token) or token.kind == "bound"):
            break
    return False


def _may_be_a_distance(amount: Amount | None) -> bool:
    """通勤 leaves 15万 a price, but makes 40公里 the way to work."""
    return bool(amount and not amount.wan and not (amount.unit and amount.unit.kind == "yuan"))


def _named(tokens: Tokens, index: int, known: Vocabulary, taken: Collection[int]) -> _Named | None:
    """The measuring word of the amount: before it, else behind it."""
    amount = tokens[index].amount
    for other in before(tokens, index):
        found = _measuring(tokens, other, known)
        if found and other not in taken and amount and _fits(amount, found):
            return _Named(found, other)
        if not _may_stand_between(tokens, other) or other in taken:
            break
    for other in behind(tokens, index):
        found = _measuring(tokens, other, known)
        if found and amount and _fits(amount, found) and not _has_own(tokens, other, found):
            return _Named(found, other)
        if not (is_filler(tokens[other]) or tokens[other].kind == "bound"):
            break
    return None


def _measuring(tokens: Tokens, index: int, known: Vocabulary) -> Measure | None:
    word = tokens[index].word
    return word.measure if word else None


def _may_stand_between(tokens: Tokens, index: int) -> bool:
    token = tokens[index]
    return bool(is_filler(token) or (token.word and (token.word.before or token.word.measure)))


def _has_own(tokens: Tokens, index: int, measure: Measure) -> bool:
    """Whether the measuring word at `index` has an amount of its own behind it."""
    for other in behind(tokens, index):
        if amount := tokens[other].amount:
            return _fits(amount, measure) and not tokens[index + 1].spaced
        if not _may_stand_between(tokens, other):
            return False
    return False


def _fits(amount: Amount, measure: Measure) -> bool:
    """Whether an amount with this unit can be of the field a word names."""
    kind = amount.unit.kind if amount.unit else ""
    field = measure.field
    if amount.unit is None:
        if amount.wan:
            return field == "price_wan"
        return (amount.high >= measure.low and amount.low <= measure.high) or amount.low >= 5_000
    if kind == "mm":
        return field in _METRES
    if kind == "inch":
        return field in _INCHES
    if kind == "yuan":
        return field == "price_wan"
    if kind == "count":
        return field in _COUNTED
    if kind == "people":
        return field == "seats"
    if kind == "fuel_l_100km":
        return field == kind or field in _LITRES
    if kind == "battery_kwh":
        return field in (kind, "consumption_kwh_100km")
    if kind == "year":
        return field in _WARRANTIES
    return kind == field


def _field(tokens: Tokens, index: int, amount: Amount, named: str) -> str | None:
    """The field; empty for a matter no field has, None where nothing tells."""
    if amount.unit is None:
        if amount.wan:
            return "price_wan"
        return named or _guessed(tokens, index, amount)
    kind = amount.unit.kind
    if named in _LITRES or named in ("consumption_kwh_100km", *_WARRANTIES):
        return named
    if kind in _NAMED_ONLY:
        return named
    if kind == "fast_charge_min":
        return kind if named or _charges(tokens, index) else ""
    if kind == "mm":
        return named or _plain_length(amount)
    if kind == "yuan":
        return "price_wan"
    if kind == "people":
        return "seats" if named else ""
    if kind == "year":
        return "model_year" if _year(amount.low) and not _of_old_car(tokens) else ""
    if kind == "count":
        return named or _counted(tokens, index, amount)
    if kind == "fuel_l_100km" and not named:
        burnt = amount.low > _DISPLACEMENT and (
            not amount.decimals or _is_bounded(tokens, index) or amount.shape != "exact"
        )
        return kind if burnt else "displacement_l" if amount.low <= _DISPLACEMENT else ""
    if kind == "battery_kwh" and _beside(tokens, index, "fuel_l_100km"):
        return ""
    if kind == "model_year" and not _year(amount.low):
        return ""
    return kind


def _of_old_car(tokens: Tokens) -> bool:
    """Whether a car one has, or gives away, is spoken of: 2013年的老捷达报废."""
    return any(token.has("own_before") or token.has("own_after") for token in tokens)


def _charges(tokens: Tokens, index: int) -> bool:
    """Whether an amount of minutes is of charging: 快充30分钟, 半小时充到80."""
    near = tokens[max(0, index - 3) : index + 4]
    return any(token.word is not None and "充" in token.word.text for token in near)


def _counted(tokens: Tokens, index: int, amount: Amount) -> str | None:
    """22个 of money: bounded, with a verb that spends it, or more than one counts otherwise."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    spent = following is not None and following.has("affords")
    many = amount.low >= _MOST_COUNTED
    return "price_wan" if many or spent or _is_bounded(tokens, index) else None


def _guessed(tokens: Tokens, index: int, amount: Amount) -> str | None:
    """A bounded number without unit is a price in everyday speech: 20以内的SUV; but 我爸快60了 is
    an age."""
    if _is_aged(tokens, index):
        return ""
    plausible = any(low <= amount.low <= high for low, high in _BARE_PRICES)
    spread = amount.shape == "span" and amount.high - amount.low >= 1
    if plausible and (_is_bounded(tokens, index) or spread):
        return "price_wan"
    return None


def _is_aged(tokens: Tokens, index: int) -> bool:
    """Whether nothing but fillers and bounds stand between a person and the number."""
    for other in before(tokens, index):
        if tokens[other].has("person"):
            return True
        if not (_may_stand_between(tokens, other) or tokens[other].kind == "bound"):
            break
    return False


def _talked_about(tokens: Tokens, index: int, known: Vocabulary) -> str | None:
    """The field a word earlier in the sentence is about: 续航长的，至少600."""
    amount = tokens[index].amount
    if amount is None or not _is_bounded(tokens, index):
        return None
    for token in reversed(tokens[:index]):
        word = token.word
        field = word.measure.field if word and word.measure else ""
        field = word.hint.field if word and word.hint else field
        measure = known.measures.get(field)
        if measure and measure.low <= amount.low <= measure.high:
            return field
    return None


def _plain_length(amount: Amount) -> str:
    """Metres without a word for what: nothing else of a car is as long as the car."""
    return "length_mm" if amount.low * (amount.unit.factor if amount.unit else 1) >= 3_500 else ""


def _beside(tokens: Tokens, index: int, field: str) -> bool:
    for other in before(tokens, index):
        word = tokens[other].word
        if word and word.measure:
            return word.measure.field == field
        if not _may_stand_between(tokens, other):
            return False
    return False


def _is_bounded(tokens: Tokens, index: int) -> bool:
    if index + 1 < len(tokens) and tokens[index + 1].bound:
        return True
    for other in before(tokens, index):
        word = tokens[other].word
        if word and word.before:
            return True
        if not _may_stand_between(tokens, other):
            return False
    return False


def _year(value: float) -> int:
    """24 and 2024 as a year; 0 for what is none."""
    year = int(value) + 2000 if 15 <= value < 100 else int(value)
    return year if 2000 <= year <= _LATEST_YEAR else 0


def _bare(amount: Amount, field: str, named: _Named | None, known: Measure | None) -> str:
    """The operator meant where none is said."""
    if field in ("model_year", "seats") and not (named and named.measure.bare == ">="):
        return "=="
    if named:
        return named.measure.bare or "~"
    if field == "price_wan" or amount.shape == "around":
        return "~"
    return _BARE.get(field) or (known.bare if known else "==")


_BARE: Final = {
    "range_km": ">=",
    "battery_kwh": ">=",
    "fuel_l_100km": "<=",
    "power_kw": ">=",
    "torque_nm": ">=",
    "accel_0_100_s": "<=",
    "length_mm": ">=",
    "width_mm": "<=",
    "height_mm": "<=",
    "wheelbase_mm": ">=",
}


def _reading(
    amount: Amount, field: str, named: _Named | None, known: Measure | None, bounded: bool
) -> Reading:
    factor = amount.unit.factor if amount.unit else named.measure.factor if named else 1.0
    values = (amount.low, amount.high, *amount.alternatives)
    low, high, *others = (_scaled(value, amount, field, factor) for value in values)
    bare = _bare(amount, field, named, known)
    also = amount.unit.also if amount.unit else None
    return Reading(field, low, high, amount.shape, bare, bounded, tuple(others), also)


def _scaled(value: float, amount: Amount, field: str, factor: float) -> float:
    if field == "model_year":
        return _year(value)
    if field == "price_wan":
        if amount.wan:
            return value / TEN_THOUSAND
        # 预算200000 is in 元, 预算20 in 万.
        return value / TEN_THOUSAND if amount.unit is None and value >= 5_000 else value * factor
    if field in LENGTHS and amount.unit is None:
        return value * (1000 if value < 10 else 10 if value < 1000 else 1)
    return value * factor
