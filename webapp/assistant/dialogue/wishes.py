"""How wishes go on from turn to turn: kept, replaced field by field, moved, dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median
from typing import Final, NamedTuple

from webapp.assistant import once
from webapp.assistant.calls import Moved, Want
from webapp.catalogue.filters import FIELDS_BY_NAME, Condition
from webapp.catalogue.measures import applies
from webapp.search.understanding.dialogue import Cue
from webapp.search.understanding.reading import Parse
from webapp.search.understanding.result import ReadCondition

Wants = tuple[Want, ...]

STEP: Final = 0.15
"""A nudge moves a bound by so much of it; a length by less, as cars differ less in it."""
LENGTH_STEP: Final = 0.03
_LIKE: Final = 5
"""How many times one figure may be the other for a bare number to take its place."""
_AGAINST: Final = {"wheelbase_mm": ("length_mm", "<="), "length_mm": ("wheelbase_mm", ">=")}
"""A bound that has to give way before a car can be bigger, or smaller."""
_SIGNED: Final = {
    "price_wan": ("price_wan+", "price_wan-"),
    "range_km": ("range_km+", None),
    "fuel_l_100km": (None, "fuel_l_100km-"),
    "accel_0_100_s": ("accel_0_100_s-", None),
    "wheelbase_mm": ("wheelbase_mm+", "length_mm-"),
    "length_mm": ("wheelbase_mm+", "length_mm-"),
    "size": ("wheelbase_mm+", "length_mm-"),
}
"""What a subject with 高 or 低 behind it moves."""
_SIZES: Final = frozenset("长多强大快远小短少矮慢") | {"大些"}
"""High and low of what is not said are of the price; these are not."""
MEASURES: Final = _SIZES | {"高", "低"}
"""How much there is of something; the other words of their rows change it."""
_SORTED_BY: Final = {
    "price": "price_wan",
    "-price": "price_wan",
    "-range": "range_km",
    "accel": "accel_0_100_s",
    "fuel": "fuel_l_100km",
    "-length": "size",
}


def wants_of(reads: Iterable[ReadCondition]) -> Wants:
    return tuple(Want.of(read.condition, inferred=read.inferred) for read in reads)


def merged(old: Sequence[Want], new: Sequence[Want]) -> Wants:
    """A field asked about anew replaces what was asked of it; exclusions and features add up."""
    kept = [want for want in old if not any(_replaces(own, want) for own in new)]
    if any(own.field == "series" and own.operator in ("==", "in") for own in new):
        kept = [want for want in kept if want.field != "brand"]
    kept = [want for want in kept if not _idle(want, new)]
    return (*kept, *(own for own in new if own not in kept))


def _replaces(new: Want, old: Want) -> bool:
    if new.field != old.field:
        return False
    values, before = set(new.condition.values), set(old.condition.values)
    if new.field == "features":
        return values == before
    if new.excludes:
        return old.operator in ("==", "in") and before <= values
    return not old.excludes or bool(values & before)


def _idle(old: Want, added: Sequence[Want]) -> bool:
    """A bound no car of the energy now asked for can meet: a range of petrol cars."""
    energies = [c.condition.values for c in added if c.field == "energy" and not c.excludes]
    return any(not any(applies(old.field, str(e)) for e in values) for values in energies)


def either(old: Sequence[Want], new: Sequence[Want]) -> Wants:
    """“7座也行”: the value asked for before, or this one. Where none was, this one is no news."""
    found = []
    for own in new:
        before = [w for w in old if w.field == own.field and not w.excludes
                  and {w.operator, own.operator} <= {"==", "in"}]  # fmt: skip
        values = tuple(dict.fromkeys(v for c in (*before, own) for v in c.condition.values))
        if before and len(values) > 1:
            found.append(Want(own.field, "in", values, own.inferred))
    return tuple(found)


def allowed(old: Sequence[Want], new: Sequence[Want]) -> Wants:
    """“MPV也行”: what was ruled out before is no longer."""
    named = {(own.field, value) for own in new for value in own.condition.values}
    return tuple(
        want
        for want in old
        if not (want.excludes and {(want.field, v) for v in want.condition.values} & named)
    )


def summed(old: Sequence[Want], more: float) -> Wants:
    """“再加5万”: both ends of the price move by so much."""
    return tuple(
        replace(want, value=max(0.0, float(want.condition.values[0]) + more))
        if want.field == "price_wan" and want.operator in ("<=", ">=")
        else want
        for want in old
    )


def without_fields(old: Iterable[Want], fields: Iterable[str]) -> Wants:
    gone = frozenset(fields)
    return tuple(want for want in old if want.field not in gone)


def without(old: Sequence[Want], fields: frozenset[str], parse: Parse) -> Wants:
    """Without what was said of these fields; of features only those that are named."""
    named = {v for field, values in parse.values if field == "features" for v in values}
    kept = [
        want
        for want in old
        if want.field not in fields
        or (want.field == "features" and named and not named & set(want.condition.values))
    ]
    return tuple(kept)


def dropped(parse: Parse, old: Sequence[Want]) -> frozenset[str]:
    """Fields whose wishes the visitor takes back: “价格不限”, “SUV不是必须的”, “去掉四驱”.

    去掉 with a value takes the wish for it back where it was asked for; else it excludes it.
    """
    cues = [cue for cue in parse.cues if cue.has("drops") or (cue.has("leaves") and cue.start)]
    if not cues:
        return _taken_back(parse, old)
    fields = {m.of for cue in parse.cues if (m := cue.meaning("subject"))}
    takes_out = all(cue.has("takes_out") for cue in cues)
    for field, values in parse.values:
        asked = [w for w in old if w.field == field and not w.excludes]
        if not takes_out or any(set(values) & set(w.condition.values) for w in asked):
            fields.add(field)
    return frozenset(fields)


_TAKEN_BACK: Final = frozenset({"features", "drive", "seats", "gearbox"})
"""“不要四驱了” takes the wish for it back; “不要纯电了” rules electric cars out."""


def _taken_back(parse: Parse, old: Sequence[Want]) -> frozenset[str]:
    """“不要电动尾门了”: what was asked for is no longer, and is not ruled out."""
    if not any(cue.has("takes_out") for cue in parse.cues):
        return frozenset()
    if not parse.values and not parse.amounts:
        return frozenset(m.of for cue in parse.cues if (m := cue.meaning("subject")))
    asked = {(w.field, v) for w in old if not w.excludes for v in w.condition.values}
    return frozenset(
        field
        for field, values in parse.values
        if field in _TAKEN_BACK and any((field, value) in asked for value in values)
    )


def sort_dropped(parse: Parse, sort: str | None, fields: frozenset[str]) -> bool:
    """“去掉省油这个条件” takes back the order as well."""
    if sort is None or not any(cue.has("drops") for cue in parse.cues):
        return False
    own = {m.of.rstrip("+-") for cue in parse.cues if (m := cue.meaning("nudge"))}
    return _SORTED_BY.get(sort) in fields | own or "sort" in fields


class Nudge(NamedTuple):
    """A bound that is to move; `lower` where less is wanted."""

    field: str
    lower: bool

    @property
    def operator(self) -> str:
        return "<=" if self.lower else ">="


def nudge_in(parse: Parse) -> Nudge | None:
    """“再便宜点”, “太贵了”, “预算再低一些”: which bound is to move; None where none is."""
    cues = parse.cues
    if "最" in parse.text or any(cue.has("why") or cue.has("how_much") for cue in cues):
        return None
    for cue in cues:
        if sure := cue.meaning("nudge!"):
            return _signed(sure.of)
    if not any(cue.has("degree") or cue.has("as_well") for cue in cues):
        return None
    return nudge_of(cues)


def nudge_of(cues: Sequence[Cue]) -> Nudge | None:
    """Which figure words like 贵, 省油, 续航长 are about, and whether little of it is wanted."""
    ups = [cue for cue in cues if cue.has("up")]
    downs = [cue for cue in cues if cue.has("down")]
    for cue in cues:
        subject = cue.meaning("subject")
        if subject and subject.of in _SIGNED and (ups or downs):
            way = _SIGNED[subject.of][0 if ups else 1]
            return _signed(way) if way else None
    for cue in cues:
        if own := cue.meaning("nudge"):
            return _signed(own.of)
    if any(cue.text not in _SIZES for cue in (*ups, *downs)):
        return Nudge("price_wan", lower=not ups)
    return None


def _signed(of: str) -> Nudge:
    return Nudge(of.rstrip("+-"), of.endswith("-"))


def nudged(nudge: Nudge, old: Sequence[Want], shown: Sequence[int]) -> tuple[Wants, Moved] | None:
    """The bound where it moves to, from the bound asked for before; without one from the middle
    of the cars shown."""
    ends = [w for w in old if w.field == "price_wan" and w.operator in (">=", "<=")]
    if nudge == Nudge("price_wan", lower=False) and len(ends) > 1:
        return _both_ends(ends)
    own = (nudge.field, nudge.operator)
    other_end = (nudge.field, ">=" if nudge.lower else "<=")
    for which, cars in (
        (_AGAINST.get(nudge.field, own), ()),
        (own, ()),
        (other_end, ()),
        (own, shown),
    ):
        up = which[1] == ">=" if cars or which == own else not nudge.lower
        if which == _AGAINST.get(nudge.field):
            up = not nudge.lower
        if (moved := _moved(which, up, old, cars)) is not None:
            return moved
    return None


def _both_ends(ends: Sequence[Want]) -> tuple[Wants, Moved]:
    """Dearer than from here to there: both ends rise."""
    raised = tuple(
        replace(w, value=_rounded("price_wan", float(w.condition.values[0]) * (1 + STEP)))
        for w in ends
    )
    was, now = next((w, r) for w, r in zip(ends, raised, strict=True) if w.operator == "<=")
    return raised, Moved("price_wan", "<=", float(now.value), float(was.value))


def _moved(
    which: tuple[str, str], up: bool, old: Sequence[Want], shown: Sequence[int]
) -> tuple[Wants, Moved] | None:
    field, operator = which
    before = next((float(w.condition.values[0]) for w in old
                   if w.field == field and w.operator in (operator, "==")), None)  # fmt: skip
    start = before if before is not None else _middle(field, shown)
    if start is None:
        return None
    step = LENGTH_STEP if field in ("wheelbase_mm", "length_mm") else STEP
    now = _rounded(field, start * (1 + step if up else 1 - step))
    of_cars = 0 if before is not None else len(shown)
    return (Want(field, operator, now),), Moved(field, operator, now, start, of_cars)


def _middle(field: str, shown: Sequence[int]) -> float | None:
    values = [v for trim in once.trims_by_id(shown) if (v := getattr(trim, field)) is not None]
    return float(median(values)) if values else None


def _rounded(field: str, value: float) -> float | int:
    if FIELDS_BY_NAME[field].integer:
        return int(round(value, -1)) if value >= 100 else round(value)
    return round(value) if value >= 10 else round(value, 1)


def with_number(old: Sequence[Want], value: float) -> Wants | None:
    """“那800呢”: the bound whose figure is most like it takes the new one. None where none is."""
    figures = [
        (max(number, value) / min(number, value), place)
        for place, want in enumerate(old)
        if FIELDS_BY_NAME[want.field].kind == "number"
        and len(want.condition.values) == 1
        and (number := float(want.condition.values[0])) > 0
        and value > 0
    ]
    if not figures or min(figures)[0] > _LIKE:
        return None
    place = min(figures)[1]
    plain = int(value) if FIELDS_BY_NAME[old[place].field].integer else value
    changed = Want(old[place].field, old[place].operator, plain)
    return (*old[:place], changed, *old[place + 1 :])


def of_car(field: str, value: str) -> Want:
    return Want.of(Condition(field, "==", value), inferred=True)
