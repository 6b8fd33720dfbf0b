"""What is remembered of a conversation: who it is for, what is wanted, what was spoken of.

Kept with every turn as JSON. No question is parsed again: what later turns need of it is here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from webapp.assistant.calls import Reckoned, Want
from webapp.assistant.events import ConditionDict, PageContext, PastTurn
from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.search.understanding.result import Intent

VERSION: Final = 1
TOLD_AT_MOST: Final = 12
"""Answers and pages remembered one by one."""
QUESTION_AT_MOST: Final = 200


@dataclass(frozen=True)
class Standing:
    """A wish that stands: a condition with the turn and the words it comes from."""

    want: Want
    turn: int
    said: str = ""

    @property
    def kind(self) -> str:
        """must, wish or exclude."""
        if self.want.excludes:
            return "exclude"
        return "wish" if self.want.inferred else "must"


@dataclass(frozen=True)
class Fact:
    """Something said of people, a place, the use or money: `place.home_charging` no."""

    name: str
    value: str
    turn: int
    said: str = ""


@dataclass(frozen=True)
class Told:
    """An answer, or a page that was opened: the cars shown in their order, what was asked of
    them, and of a list its conditions and order."""

    turn: int
    intent: Intent
    trims: tuple[int, ...] = ()
    fields: tuple[str, ...] = ()
    wanted: tuple[Want, ...] = ()
    wants: tuple[Want, ...] = ()
    sort: str | None = None
    rank: str = ""
    """A figure no list is ordered by, `-` before it where less of it comes first."""
    question: str = ""
    visited: bool = False
    sum: bool = False
    """A sum was worked out, from what `question` says."""
    absent: tuple[tuple[str, int], ...] = ()
    """Cars spoken of that the catalogue does not have, each with the trim that stands for it, 0
    for none."""
    named: tuple[str, ...] = ()
    """Beside those, all cars of the question in the order of mention."""

    @property
    def present(self) -> tuple[int, ...]:
        """The trims that stand for no other car."""
        stands = {trim for _, trim in self.absent}
        return tuple(trim for trim in self.trims if trim not in stands)


@dataclass(frozen=True)
class Situation:
    """`told` newest first; `page` is where the last question was asked; `pending` the field asked
    of a car nobody named, whom we asked back for; `plan` the rule and calls of the last answer."""

    turn: int = 0
    facts: tuple[Fact, ...] = ()
    standing: tuple[Standing, ...] = ()
    told: tuple[Told, ...] = ()
    page: PageContext | None = None
    pending: str = ""
    plan: dict[str, Any] | None = None
    sum: Reckoned | None = None
    """The sum last worked out, until a list or a comparison."""
    asked_back: tuple[tuple[str, int], ...] = ()
    """What we asked back for, each with its turn."""

    @property
    def asked(self) -> tuple[Told, ...]:
        """What was really asked, newest first."""
        return tuple(one for one in self.told if not one.visited)

    @property
    def wants(self) -> tuple[Want, ...]:
        return tuple(one.want for one in self.standing)

    def fact(self, name: str) -> str | None:
        return next((fact.value for fact in self.facts if fact.name == name), None)

    def hearing(self, one: Told) -> Situation:
        return replace(self, told=(one, *self.told)[:TOLD_AT_MOST])

    def knowing(self, facts: tuple[Fact, ...]) -> Situation:
        """With these facts; of one name the last said counts."""
        names = {fact.name for fact in facts}
        kept = tuple(fact for fact in self.facts if fact.name not in names)
        return replace(self, facts=(*kept, *facts))

    def without(self, key: str) -> Situation:
        """Without one fact or wish, by the key of its chip; with a fact goes what followed from
        it."""
        facts = tuple(fact for fact in self.facts if fact.name != key)
        gone = len(facts) < len(self.facts)
        kept = tuple(
            one
            for one in self.standing
            if key_of(one.want) != key and not (gone and one.want.inferred)
        )
        return replace(self, facts=facts, standing=kept)

    def dump(self) -> str:
        return json.dumps({"version": VERSION, **asdict(self)}, ensure_ascii=False)


def key_of(want: Want) -> str:
    """Names a wish on a page: field, operator and value."""
    values = "|".join(map(str, want.condition.values))
    return f"{want.field} {want.operator} {values}"


def load(text: str) -> Situation:
    """What `dump` wrote. Raises ValueError for another version."""
    data: dict[str, Any] = json.loads(text)
    if data.pop("version", None) != VERSION:
        raise ValueError("a situation of another version")
    page = data["page"]
    return Situation(
        turn=data["turn"],
        facts=tuple(Fact(**one) for one in data["facts"]),
        standing=tuple(
            Standing(_want(one["want"]), one["turn"], one["said"]) for one in data["standing"]
        ),
        told=tuple(_told(one) for one in data["told"]),
        page=PageContext(**(page | {"compare": tuple(page["compare"])})) if page else None,
        pending=data["pending"],
        plan=data["plan"],
        sum=_sum(data.get("sum")),
        asked_back=tuple((about, turn) for about, turn in data.get("asked_back", ())),
    )


def before(history: tuple[PastTurn, ...]) -> Situation:
    """The situation a question is asked in: that of the last turn, brought up to those that have
    none because they were stopped or are older than situations are."""
    known = Situation()
    for turn in history:
        kept = _kept(turn)
        known = kept if kept is not None else _of_answer(known, turn)
    return known


def _kept(turn: PastTurn) -> Situation | None:
    try:
        return load(turn.situation) if turn.situation else None
    except (ValueError, KeyError, TypeError):
        return None


def _of_answer(known: Situation, turn: PastTurn) -> Situation:
    wants = tuple(readable(turn.conditions))
    told = Told(
        turn=known.turn + 1,
        intent=turn.intent,
        trims=turn.trims,
        wants=wants,
        sort=turn.sort,
        question=turn.question[:QUESTION_AT_MOST],
    )
    standing = known.standing
    if turn.intent == "search":
        standing = tuple(Standing(want, told.turn) for want in wants)
    return replace(known.hearing(told), turn=told.turn, standing=standing, page=turn.page)


def readable(conditions: tuple[ConditionDict, ...]) -> Iterator[Want]:
    """Conditions as they are kept with an answer; what no longer exists is left out."""
    for said in conditions:
        value, operator = said.get("value"), said.get("operator")
        if said.get("field") in FIELDS_BY_NAME and isinstance(operator, str) and value is not None:
            value = tuple(value) if isinstance(value, list) else value
            yield Want(said["field"], operator, value, bool(said.get("inferred")))


def _want(data: dict[str, Any]) -> Want:
    value = data["value"]
    return Want(
        data["field"],
        data["operator"],
        tuple(value) if isinstance(value, list) else value,
        data["inferred"],
    )


def _sum(data: dict[str, Any] | None) -> Reckoned | None:
    if data is None:
        return None
    return Reckoned(data["kind"], data["question"], tuple(map(tuple, data["figures"])))


def _told(data: dict[str, Any]) -> Told:
    wants = {name: tuple(map(_want, data[name])) for name in ("wants", "wanted")}
    absent = tuple((name, trim) for name, trim in data.get("absent", ()))
    lists = {n: tuple(data.get(n, ())) for n in ("trims", "fields", "named")}
    return Told(**(data | wants | lists | {"absent": absent}))
