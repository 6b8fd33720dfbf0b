"""Rows that would both apply on one day to one car."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import Final

from webapp.rules.records import ANY, Observation, Tables, Term
from webapp.rules.scopes import disjoint

_NEVER: Final = date.max


def overlaps(tables: Tables) -> Iterator[tuple[str, str, str]]:
    """(file, later row, earlier row) of each two that exclude each other.

    Rules that superseded one another count as one.
    """
    terms: dict[str, list[Term]] = {}
    for term in tables.terms.values():
        terms.setdefault(newest(tables, term.rule.code), []).append(term)
    for group in terms.values():
        for one, other in combinations(sorted(group, key=lambda term: term.valid_from), 2):
            together = _meet(one, other) and _same_basis(one, other)
            if together and not disjoint(one.scopes, other.scopes):
                yield "terms", other.id, one.id
    seen: dict[tuple[str, str], list[Observation]] = {}
    for row in tables.observations.values():
        seen.setdefault((row.item, row.region), []).append(row)
    for rows in seen.values():
        for first, second in combinations(sorted(rows, key=lambda row: row.valid_from), 2):
            if _meet(first, second):
                yield "observations", second.key, first.key


def newest(tables: Tables, code: str) -> str:
    """The code of the rule that stands at the end of those that superseded this one."""
    seen = {code}
    while following := tables.rules[code].superseded_by:
        if following not in tables.rules or following in seen:
            break
        seen.add(following)
        code = following
    return code


def _meet(one: Term | Observation, other: Term | Observation) -> bool:
    first, second = (one.valid_to or _NEVER), (other.valid_to or _NEVER)
    return one.valid_from <= second and other.valid_from <= first


def _same_basis(one: Term, other: Term) -> bool:
    return one.basis == other.basis or ANY in (one.basis, other.basis)
