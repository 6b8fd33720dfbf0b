"""All rules at one moment, and what they say on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from webapp.rules import scopes
from webapp.rules.overlaps import newest, overlaps
from webapp.rules.records import (
    ANY,
    FIELD_LABELS,
    Eligibility,
    Observation,
    Rule,
    Tables,
    Term,
    Vehicle,
)
from webapp.rules.scopes import Verdict
from webapp.rules.wording import day_in_words, scope_in_words

Why = Literal["unregistered", "ended", "not begun", "ambiguous", "out of scope", "unclear", "short"]


@dataclass(frozen=True)
class Unknown:
    """Why there is no term, in Chinese for visitors.

    `why`: the code or a term for that day is not “unregistered”; the last term has “ended”; the
    first has “not begun”; terms differ by car and none was given (“ambiguous”); the rule is not
    for this car (“out of scope”); it is not known whether the car meets it (“unclear”); its
    figure does not reach the line (“short”). Of the last two and of what ended or has not begun
    `term` is the term in question, which an official list may still grant.
    """

    reason: str
    why: Why
    term: Term | None = None


class Book:
    """Rows in force. `edited` are the keys of terms and observations that the staff entered:
    they come before shipped ones that a later version brings for the same time."""

    def __init__(self, tables: Tables, edited: Iterable[str] = ()) -> None:
        self.tables = tables
        self.edited = frozenset(edited)
        self._lines: dict[str, list[Term]] = {}
        ordered = sorted(
            tables.terms.values(), key=lambda term: (term.id not in self.edited, term.valid_from)
        )
        for term in ordered:
            self._lines.setdefault(newest(tables, term.rule.code), []).append(term)

    def rule(self, code: str) -> Rule | None:
        return self.tables.rules.get(code)

    def at(
        self, code: str, day: date, basis: str | None = None, vehicle: Vehicle | None = None
    ) -> Term | Unknown:
        """What the rule says on a day: of the terms of its basis the one that applies to the car.

        Rules that superseded one another are one rule here. Without a basis every term counts,
        without a car those that say the same.
        """
        if (rule := self.rule(code)) is None:
            return Unknown(f"没有登记代码是 {code} 的规定", "unregistered")
        terms = [
            term
            for term in self.terms_of(code)
            if basis is None or term.basis in (basis, ANY) or basis == ANY
        ]
        if vehicle is not None and terms:
            terms = [t for t in terms if scopes.verdict(scopes.plain(t), vehicle) != "no"]
            if not terms:
                return Unknown(f"“{rule.title}”不适用于这款车", "out of scope")
        valid = [term for term in terms if term.covers(day)]
        if not valid:
            return _outside(rule, terms, day)
        return self._for(rule, valid, vehicle) if vehicle else _agreed(rule, valid)

    def terms_of(self, code: str) -> list[Term]:
        """All terms of a rule and of those it superseded, by their first day; the staff's own
        come first."""
        return self._lines.get(newest(self.tables, code), []) if code in self.tables.rules else []

    def eligibility(self, trim: str, code: str) -> Eligibility | None:
        return self.tables.eligibilities.get(f"{trim}@{code}")

    def judge(self, term: Term, vehicle: Vehicle) -> Verdict:
        """Whether a term applies to a car. What the official list says of it comes before its
        test figures."""
        verdict = scopes.verdict(scopes.plain(term), vehicle)
        said = self.eligibility(vehicle.key, term.rule.code) if vehicle.key else None
        if verdict == "no" or said is None:
            measured = scopes.verdict(scopes.measured(term), vehicle)
            return min(verdict, measured, key=("no", "unknown", "yes").index)
        if said.answer == "yes":
            return verdict
        return "no" if said.answer == "no" else "unknown"

    def _for(self, rule: Rule, valid: list[Term], vehicle: Vehicle) -> Term | Unknown:
        judged = [(term, self.judge(term, vehicle)) for term in valid]
        for wanted in ("yes", "unknown", "no"):
            for term, verdict in judged:
                if verdict != wanted:
                    continue
                if verdict == "yes":
                    return term
                return self._doubtful(rule, term, vehicle, verdict)
        raise AssertionError("there is a verdict on each term")

    def _doubtful(self, rule: Rule, term: Term, vehicle: Vehicle, verdict: Verdict) -> Unknown:
        said = self.eligibility(vehicle.key, rule.code) if vehicle.key else None
        if said is not None and said.answer == "no":
            return Unknown(f"{said.batch}里没有这款车，“{rule.title}”不适用", "out of scope")
        if verdict == "no":
            line = "、".join(scope_in_words(scope) for scope in scopes.measured(term))
            return Unknown(f"目录要求{line}，这款车没有达到，要查目录", "short", term)
        unsure = [FIELD_LABELS[scope.field] for scope in term.scopes]
        lists = "，要查目录" if scopes.measured(term) else ""
        return Unknown(
            f"“{rule.title}”要看{'、'.join(dict.fromkeys(unsure))}，这里还不能确定{lists}",
            "unclear",
            term,
        )

    def observed(self, item: str, region: str, day: date) -> Observation | Unknown:
        """What was observed for that day in the region, or else in the province or the country
        it is in; the row says which."""
        rows = [row for row in self.tables.observations.values() if row.item == item]
        for wider in dict.fromkeys((region, region[:5], "CN")):
            found = [row for row in rows if row.region == wider and _covers(row, day)]
            if found:
                return min(found, key=lambda row: row.key not in self.edited)
        return Unknown(f"{day_in_words(day)}的“{item}”没有登记", "unregistered")

    def doubled(self) -> list[str]:
        """Terms of the staff's that a shipped one stands beside for the same days and cars, as a
        later version may bring it."""
        pairs = (pair[1:] for pair in overlaps(self.tables) if pair[0] == "terms")
        return sorted({id_ for pair in pairs for id_ in pair if id_ in self.edited})

    def ending(self, day: date, *, within: int) -> list[Term]:
        """Terms in force that end within so many days and that nothing follows."""
        last = day + timedelta(days=within)
        return sorted(
            (
                term
                for term in self.tables.terms.values()
                if term.covers(day) and term.valid_to is not None and term.valid_to <= last
                if not any(
                    other.valid_from == term.valid_to + timedelta(days=1)
                    and other.basis == term.basis
                    for other in self.terms_of(term.rule.code)
                )
            ),
            key=lambda term: (term.valid_to, term.id),
        )


def _covers(row: Observation, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)


def _agreed(rule: Rule, valid: list[Term]) -> Term | Unknown:
    if len({term.says for term in valid}) == 1:
        return valid[0]
    fields = dict.fromkeys(FIELD_LABELS[scope.field] for term in valid for scope in term.scopes)
    return Unknown(f"“{rule.title}”要看{'、'.join(fields) or '适用的情形'}", "ambiguous")


def _outside(rule: Rule, terms: list[Term], day: date) -> Unknown:
    """No term covers the day: the one before it has ended, or the one after has not begun."""
    ended = [term for term in terms if term.valid_to and term.valid_to < day]
    coming = [term for term in terms if term.valid_from > day]
    missing = f"{day.year} 年的{rule.title}还没有登记规则"
    if ended:
        last = max(ended, key=lambda term: term.valid_to or day)
        assert last.valid_to
        return Unknown(f"{missing}，登记的到 {day_in_words(last.valid_to)}为止", "ended", last)
    if coming:
        first = min(coming, key=lambda term: term.valid_from)
        begins = f"从 {day_in_words(first.valid_from)}起"
        dues = rule.kind in ("tax", "relief", "subsidy", "tariff")
        said = f"{missing}，登记的{begins}" if dues else f"{rule.title}{begins}"
        return Unknown(said, "not begun", first)
    return Unknown(missing, "unregistered")
