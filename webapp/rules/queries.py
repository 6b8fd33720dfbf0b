"""Reads: the rules in force, what they say, what of a car they ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from webapp.catalogue.models import Trim
from webapp.catalogue.queries import catalogue_version, specs_of
from webapp.catalogue.vocabulary import RANGE_CYCLES
from webapp.extensions import Model, db
from webapp.rules.book import Book, Unknown
from webapp.rules.models import EligibilityRow, ObservationRow, RuleRow, TermRow
from webapp.rules.reading import shipped
from webapp.rules.records import Eligibility, Observation, Rule, Scope, Tables, Term, Vehicle
from webapp.rules.wording import value_of

_EXTENSION: Final = "chezhi.rules"
_RANGES: Final = {f"range_{cycle.lower()}_km": cycle for cycle in RANGE_CYCLES}
_DISPLACEMENT: Final = {"displacement_ml": 1.0, "displacement_l": 1000.0}


def at(
    code: str, day: date, basis: str | None = None, trim: Vehicle | None = None
) -> Term | Unknown:
    """What a rule says on a day, `Book.at` of the rules in force; `trim` from `vehicles`."""
    return book().at(code, day, basis, trim)


def observed(item: str, region: str, day: date) -> Observation | Unknown:
    """What was observed for that day, `Book.observed` of the rows in force."""
    return book().observed(item, region, day)


def book() -> Book:
    """The shipped rows with the staff's in their place; kept in each process per version of the
    catalogue, which every correction raises."""
    version = catalogue_version()
    kept: tuple[int, Book] | None = current_app.extensions.get(_EXTENSION)
    if kept is None or kept[0] != version:
        own = entered()
        kept = (version, Book(shipped().overlaid(own), [*own.terms, *own.observations]))
        current_app.extensions[_EXTENSION] = kept
    return kept[1]


def entered() -> Tables:
    """The rows that the staff entered and that are in force."""
    rules = {row.code: _record(Rule, row) for row in _current(RuleRow)}
    named = shipped().rules | rules
    observations = [_record(Observation, row) for row in _current(ObservationRow)]
    eligibilities = [_record(Eligibility, row) for row in _current(EligibilityRow)]
    return Tables(
        rules,
        {row.key: term(row, named[row.rule]) for row in _current(TermRow) if row.rule in named},
        {row.key: row for row in observations},
        {row.key: row for row in eligibilities},
    )


def term(row: TermRow, rule: Rule) -> Term:
    """A stored term as a record."""
    names = [field.name for field in fields(Term) if field.name not in ("id", "rule", "scopes")]
    scopes = (Scope(one.field, one.operator, one.value, one.cycle) for one in row.scopes)
    values = {name: getattr(row, name) for name in names}
    return Term(id=row.key, rule=rule, scopes=tuple(scopes), **values)


@dataclass(frozen=True)
class Past:
    """A row that something took the place of. `key` is that of the rule or term; `said` what it
    said; `document` what it stood in, as far as the row itself tells."""

    key: str
    said: str
    document: str
    superseded_at: datetime


def history(codes: Sequence[str]) -> list[Past]:
    """What was in force of these rules and their terms, the newest first."""
    rules = db.session.scalars(
        select(RuleRow).where(RuleRow.code.in_(codes), RuleRow.superseded_at.is_not(None))
    )
    terms = db.session.scalars(
        select(TermRow).where(TermRow.rule.in_(codes), TermRow.superseded_at.is_not(None))
    )
    found = [Past(row.code, row.title, row.document, _ended(row)) for row in rules]
    for row in terms:
        rule = book().tables.rules.get(row.rule) or shipped().rules[row.rule]
        record = term(row, rule)
        until = record.valid_to.isoformat() if record.valid_to else "未定"
        said = f"{value_of(record)}（{record.valid_from} 至 {until}）"
        found.append(Past(row.key, said, "", _ended(row)))
    return sorted(found, key=lambda past: past.superseded_at, reverse=True)


def _ended(row: RuleRow | TermRow) -> datetime:
    assert row.superseded_at is not None
    return row.superseded_at


def _current(model: type[Any]) -> Sequence[Any]:
    statement = select(model).where(model.superseded_at.is_(None)).order_by(model.id)
    if model is TermRow:
        statement = statement.options(selectinload(TermRow.scopes))
    return db.session.scalars(statement).all()


def _record(kind: type[Any], row: Model) -> Any:
    return kind(**{field.name: getattr(row, field.name) for field in fields(kind)})


def vehicles(trim_ids: Sequence[int]) -> dict[int, Vehicle]:
    """By id what scopes ask of these trims. Two statements."""
    specs: dict[int, dict[str, float]] = {}
    for spec in specs_of(trim_ids, keys=[*_RANGES, *_DISPLACEMENT]):
        if spec.number is not None:
            specs.setdefault(spec.trim_id, {})[spec.key] = spec.number
    rows = db.session.execute(
        select(Trim.id, Trim.key, Trim.energy, Trim.seats).where(Trim.id.in_(trim_ids))
    )
    return {
        id_: Vehicle(
            energy=energy,
            displacement_ml=_displacement(specs.get(id_, {})),
            seats=seats,
            ranges={
                cycle: specs[id_][key]
                for key, cycle in _RANGES.items()
                if key in specs.get(id_, {})
            },
            key=trim_key,
        )
        for id_, trim_key, energy, seats in rows
    }


def _displacement(specs: dict[str, float]) -> float | None:
    return next((specs[key] * by for key, by in _DISPLACEMENT.items() if key in specs), None)
