"""What one question asks, once history and page have been taken into account."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from webapp.assistant.answering.parts import Part
from webapp.catalogue.filters import TABLE, Condition, Selection
from webapp.search.understanding.result import Intent, ReadCondition

AGAINST: Final = "(?:和|跟|与|同|对比|比|还是|或者?|[Vv][Ss]|[Pp][Kk]|、)"
"""Stands between two that are weighed against each other, as a pattern."""


@dataclass(frozen=True)
class Ranking:
    """A figure, a column of a trim or a parameter, by which cars are ranked: those first that
    have `most` of it, or least. With `average` they are averaged instead."""

    key: str
    most: bool = True
    average: bool = False


@dataclass(frozen=True)
class SalesAsked:
    """A period, empty for the newest, and how many places of a ranking, 0 for none."""

    period: str = ""
    top: int = 0


@dataclass(frozen=True)
class Task:
    """`text` is the question with what it points at put in: “Model Y 续航多少”.

    `series` and `brands` are named, `trims` are pointed at exactly (by the page, by an
    ordinal). `field` is what a lookup asks for, `wanted` the value a yes-no question names.
    `said` is everything the visitor wrote, from which a figure may be repeated; `story` what the
    same message tells before a question that names nothing itself. `changes` say
    in words what a follow-up changed. `seen` are trims shown before, which a further page of the
    same list leaves out; `missing` are words that point at a car nobody named. `why` asks
    for the reasons of a place in a list, `steps` what the versions of a series differ in and which
    is worth it: "all", whether the "entry" does, what the two "ends" differ in; `among_class` how
    the car stands in its class.
    `asked` is everything a lookup or comparison asks for, by word; `ranking` what no list is
    ordered by, `sales` which sales. `absent` are cars named that the catalogue does not have,
    `near` series called alike; `unsupported` are wishes no list can be filtered by. `figures` are
    what is known for a sum; with `sum` it is worked out anew, and they count before those of the
    text. `meets` are wishes that stand: `trims` are the versions that meet them; without trims
    none does.
    """

    text: str
    intent: Intent
    said: str
    story: str = ""
    conditions: tuple[ReadCondition, ...] = ()
    sort: str | None = None
    series: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    trims: tuple[int, ...] = ()
    field: str | None = None
    wanted: tuple[Condition, ...] = ()
    unread: tuple[str, ...] = ()
    changes: tuple[Part, ...] = ()
    seen: tuple[int, ...] = ()
    missing: str = ""
    why: bool = False
    steps: str = ""
    among_class: bool = False
    asked: tuple[tuple[str, ...], ...] = ()
    ranking: Ranking | None = None
    sales: SalesAsked | None = None
    absent: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    sum: str = ""
    figures: tuple[tuple[str, Decimal], ...] = ()
    meets: tuple[ReadCondition, ...] = ()
    options: tuple[str, ...] = ()
    """What may have been meant where words point at several cars, as questions."""
    decides: bool = False
    """A comparison is asked which of its cars to take."""

    @property
    def selection(self) -> Selection:
        inferred = [read.condition for read in self.conditions if read.inferred]
        hints = (h for c in inferred for h in TABLE.hints_of(c.field, c.values))
        return Selection(
            tuple(read.condition for read in self.conditions),
            self.sort,
            inferred=tuple(dict.fromkeys(hints)),
        )
