"""The conditions of a saved search: how they are kept, named, and read again later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from webapp.catalogue.filters import FIELDS, FIELDS_BY_NAME, TABLE, Condition, Selection
from webapp.catalogue.filters.words import phrase
from webapp.filtering import Scalar
from webapp.filtering.given import condition_given
from webapp.saved.models import NAME

_PLACES: Final = {row.name: place for place, row in enumerate(FIELDS)}
_NEGATIVE: Final = ("!=", "not in")
_LISTS: Final = ("in", "not in")
_BOUNDS: Final = (">=", "<=")
_MORE: Final = " 等"


@dataclass(frozen=True)
class Kept:
    """What is left of a saved search: the conditions that can still be asked, the words looked for
    in names, and in words the conditions that are no longer there."""

    conditions: tuple[Condition, ...]
    text: str = ""
    gone: tuple[str, ...] = ()

    @property
    def selection(self) -> Selection:
        return Selection(conditions=self.conditions, text=self.text)

    @property
    def chips(self) -> list[str]:
        """The conditions in words, a range as one."""
        said = []
        for condition in self.conditions:
            upper = _upper(self.conditions, condition)
            if upper is not None:
                said.append(f"{FIELDS_BY_NAME[condition.field].label} {_range(condition, upper)}")
            elif _lower(self.conditions, condition) is None:
                said.append(phrase(condition))
        return said + ([f"含“{self.text}”"] if self.text else [])


def kept_of(selection: Selection) -> Kept:
    """The conditions of a list in one order, whatever order they were asked in; without the
    sentence they came from, sort, page and view."""
    ordered = sorted(
        {_in_order(condition) for condition in selection.conditions},
        key=lambda c: (_PLACES[c.field], c.operator, str(c.value)),
    )
    return Kept(tuple(ordered), " ".join(selection.text.split()))


def write(kept: Kept) -> str:
    """JSON, each condition with its words, which outlive its field."""
    said = [one.as_dict() | {"said": phrase(one)} for one in kept.conditions]
    return json.dumps({"conditions": said, "text": kept.text}, ensure_ascii=False)


def read(stored: str) -> Kept:
    """As written; a condition whose field or value the filter table has no longer is in `gone`."""
    content: dict[str, Any] = json.loads(stored)
    found, gone = [], []
    for one in content["conditions"]:
        said = one.pop("said")
        try:
            found.append(condition_given(TABLE, one))
        except ValueError:
            gone.append(said)
    return Kept(tuple(found), content["text"], tuple(gone))


def without_names(kept: Kept, unknown: Collection[tuple[str, str]]) -> Kept:
    """The same where brands and series, as (field, name), are not in the catalogue any more."""
    found: list[Condition] = []
    gone: list[str] = []
    for condition in kept.conditions:
        lost = [value for value in condition.values if (condition.field, str(value)) in unknown]
        if lost:
            gone.append(phrase(_with(condition, lost)))
        if rest := [value for value in condition.values if value not in lost]:
            found.append(_with(condition, rest))
    return Kept(tuple(found), kept.text, (*kept.gone, *gone))


def digest(kept: Kept) -> str:
    """The same for the same conditions, however they are worded."""
    said = json.dumps([[one.as_dict() for one in kept.conditions], kept.text], ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()


def proposed_name(kept: Kept) -> str:
    """A short name, such as “15–20 万 · 纯电 · SUV”; what does not fit is left out as “等”."""
    parts = []
    for condition in kept.conditions:
        upper = _upper(kept.conditions, condition)
        if upper is not None or _lower(kept.conditions, condition) is None:
            parts.append(_short(condition, upper))
    if kept.text:
        parts.append(f"“{kept.text}”")
    name = " · ".join(parts)
    if len(name) <= NAME:
        return name
    while len(parts) > 1 and len(name := " · ".join(parts)) > NAME - len(_MORE):
        parts.pop()
    return name[: NAME - len(_MORE)] + _MORE


def _short(condition: Condition, upper: Condition | None) -> str:
    row = FIELDS_BY_NAME[condition.field]
    label = "" if row.name == "price_wan" else f"{row.label} "
    if upper is not None:
        return f"{label}{_range(condition, upper)}"
    if condition.operator in _BOUNDS:
        end = "以上" if condition.operator == ">=" else "以内"
        return f"{label}{row.label_of(condition.values[0])} {row.unit}{end}"
    if row.kind == "number":
        return phrase(condition)
    values = "、".join(row.label_of(value) for value in condition.values)
    return f"不要{values}" if condition.operator in _NEGATIVE else values


def _range(lower: Condition, upper: Condition) -> str:
    row = FIELDS_BY_NAME[lower.field]
    low, high = (row.label_of(one.values[0]) for one in (lower, upper))
    return f"{low}–{high} {row.unit}".rstrip()


def _upper(conditions: Sequence[Condition], lower: Condition) -> Condition | None:
    """The other end of a range that this condition begins."""
    return _end(conditions, lower, "<=") if lower.operator == ">=" else None


def _lower(conditions: Sequence[Condition], upper: Condition) -> Condition | None:
    return _end(conditions, upper, ">=") if upper.operator == "<=" else None


def _end(conditions: Sequence[Condition], one: Condition, operator: str) -> Condition | None:
    same = (c for c in conditions if c.field == one.field and c.operator == operator)
    return next(same, None)


def _with(condition: Condition, values: Sequence[Scalar]) -> Condition:
    """The same of these values."""
    negative = condition.operator in _NEGATIVE
    if len(values) == 1 and condition.operator in _LISTS:
        return Condition(condition.field, "!=" if negative else "==", values[0])
    if len(values) == len(condition.values):
        return condition
    return Condition(condition.field, condition.operator, tuple(values))


def _in_order(condition: Condition) -> Condition:
    """Several values in one order, each once; a number as a float is the same as an integer."""
    row = FIELDS_BY_NAME[condition.field]
    values = tuple(sorted({row.label_of(v): v for v in condition.values}.items()))
    plain = tuple(float(v) if row.kind == "number" else v for _, v in values)
    if isinstance(condition.value, tuple):
        return Condition(condition.field, condition.operator, plain)
    return Condition(condition.field, condition.operator, plain[0])
