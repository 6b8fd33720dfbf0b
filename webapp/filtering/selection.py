"""A selection: the conditions, order and page of a list, and its address."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final, Self
from urllib.parse import urlencode

from webapp.filtering.fields import FilterTable

OPERATORS: Final = ("==", "!=", ">=", "<=", "in", "not in")
MAX_TEXT: Final = 200
MAX_VALUES: Final = 60
"""Values in one address: more is no person's choice."""

Scalar = float | int | str

_SUFFIXES: Final = {">=": "_min", "<=": "_max", "!=": "_not", "not in": "_not"}


@dataclass(frozen=True)
class Condition:
    """`value` is a scalar, or a tuple for `in` and `not in`; numbers in the field's unit."""

    field: str
    operator: str
    value: Scalar | tuple[Scalar, ...]

    @property
    def values(self) -> tuple[Scalar, ...]:
        return self.value if isinstance(self.value, tuple) else (self.value,)

    def as_dict(self) -> dict[str, Any]:
        value = list(self.value) if isinstance(self.value, tuple) else self.value
        return {"field": self.field, "operator": self.operator, "value": value}

    def as_json(self) -> str:
        return json.dumps(self.as_dict(), ensure_ascii=False)


@dataclass(frozen=True)
class Ranked:
    """The rows that a search engine found for `text`, the best match first."""

    text: str
    ids: tuple[int, ...]


@dataclass(frozen=True)
class Selection:
    """What a visitor asks of a list: conditions that all hold, order, page.

    Each table has a subclass of its own that sets `table`.
    """

    table: ClassVar[FilterTable]

    conditions: tuple[Condition, ...] = ()
    sort: str | None = None
    page: int = 1
    text: str = ""
    asked: str = ""
    view: str = ""
    """One of the table's views, or "" for the usual one."""
    inferred: tuple[str, ...] = ()
    """Fields, or single features, whose conditions words of `asked` only hint at."""
    skip: tuple[str, ...] = ()
    """Words of `asked` that were not understood and that the visitor does not care about."""

    ranked: Ranked | None = field(default=None, compare=False, repr=False)
    """What holds the words of `text`; nothing while it is for another text. Not part of what
    was asked: without it words are looked for in names."""

    @property
    def found(self) -> tuple[int, ...] | None:
        """The rows that hold the words, if that is known."""
        return self.ranked.ids if self.ranked and self.ranked.text == self.text else None

    def args(self, *, page: int | None = None) -> list[tuple[str, str]]:
        """The explicit address as name-value pairs, in a fixed order."""
        pairs = [pair for condition in self.conditions for pair in self.pairs(condition)]
        extra = (
            ("text", self.text),
            ("sort", self.sort or ""),
            ("view", self.view),
            ("asked", self.asked),
        )
        pairs += [(name, value) for name, value in extra if value]
        if self.asked:
            present = {hint for condition in self.conditions for hint in self.hints(condition)}
            pairs += [("inferred", name) for name in self.inferred if name in present]
            pairs += [("skip", word) for word in self.skip]
        number = self.page if page is None else page
        return pairs + ([("page", str(number))] if number > 1 else [])

    def query(self, *, page: int | None = None) -> str:
        return urlencode(self.args(page=page))

    def url(self, *, page: int = 1) -> str:
        query = self.query(page=page)
        return f"{self.table.address}?{query}" if query else self.table.address

    def pairs(self, condition: Condition) -> list[tuple[str, str]]:
        """The address part that means this condition."""
        row = self.table.by_name[condition.field]
        name = condition.field + _SUFFIXES.get(condition.operator, "")
        if row.kind == "number":
            return [(name, row.label_of(value)) for value in condition.values]
        return [(name, str(value)) for value in condition.values]

    def hints(self, condition: Condition) -> tuple[str, ...]:
        """What `inferred` says of this condition in an address."""
        return self.table.hints_of(condition.field, condition.values)

    def without(self, *dropped: Condition) -> Self:
        kept = tuple(c for c in self.conditions if c not in dropped)
        return replace(self, conditions=kept, page=1)

    def asking(self, sentence: str, *, inferred: tuple[str, ...] = ()) -> Self:
        """The same as read from `sentence`, with what it only hints at."""
        return replace(self, asked=sentence, inferred=inferred, skip=(), page=1)

    def is_inferred(self, condition: Condition) -> bool:
        return set(self.hints(condition)) <= set(self.inferred)

    def confirming(self, condition: Condition) -> Self:
        """The same with `condition` as if it had been said."""
        kept = tuple(name for name in self.inferred if name not in self.hints(condition))
        return replace(self, inferred=kept)

    def skipping(self, *words: str) -> Self:
        return replace(self, skip=tuple(dict.fromkeys((*self.skip, *words))))

    def adding_text(self, word: str) -> Self:
        return replace(self, text=f"{self.text} {word}".strip(), page=1)

    def without_question(self) -> Self:
        """The conditions alone, whatever sentence they came from."""
        return replace(self, asked="", inferred=(), skip=())

    def without_text(self) -> Self:
        return replace(self, text="", page=1)

    def adding(self, *conditions: Condition) -> Self:
        new = tuple(c for c in conditions if c not in self.conditions)
        return replace(self, conditions=self.conditions + new, page=1)

    def sorted_by(self, sort: str | None) -> Self:
        return replace(self, sort=sort, page=1)

    def viewed_by(self, view: str) -> Self:
        return replace(self, view=view, page=1)

    def widening(self, condition: Condition, widened: Condition) -> Self:
        changed = tuple(widened if c == condition else c for c in self.conditions)
        return replace(self, conditions=changed, page=1)

    def picking(self, field: str, value: Scalar) -> Self:
        """The same with this one value of the field, whatever was asked of the field before."""
        kept = tuple(c for c in self.conditions if c.field != field)
        picked = Condition(field, "==", value)
        return replace(self, conditions=(*kept, picked), page=1)

    def first(self, field: str, operator: str) -> Scalar | None:
        """The value of the first condition on `field` with `operator`, for the form."""
        for condition in self.conditions:
            if condition.field == field and condition.operator == operator:
                return condition.values[0]
        return None

    def chosen(self, field: str) -> frozenset[Scalar]:
        """Values asked for on a choice field or among the features."""
        return frozenset(
            value
            for condition in self.conditions
            if condition.field == field and condition.operator in ("==", "in")
            for value in condition.values
        )

    @property
    def is_plain(self) -> bool:
        """The list as one finds it, first page: nothing asked."""
        return self == type(self)()
