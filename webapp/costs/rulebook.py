"""Rules and observed prices as the sums read them."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from webapp.costs.parts import Figure, Source, plain
from webapp.formatting import month
from webapp.rules import Observation, Term, Unknown, Vehicle
from webapp.rules.records import REGIONS


class Rulebook(Protocol):
    """`webapp.rules` itself, or a `Book` of rows."""

    def at(
        self, code: str, day: date, basis: str | None = None, trim: Vehicle | None = None, /
    ) -> Term | Unknown: ...

    def observed(self, item: str, region: str, day: date, /) -> Observation | Unknown: ...


def source_of(term: Term) -> Source:
    """“车辆购置税减半征收（财政部公告 2023 年第 10 号）· 2026 年 1 月 1 日起”."""
    rule = term.rule
    since = term.valid_from
    text = f"{rule.title}（{rule.document}）· {since.year} 年 {since.month} 月 {since.day} 日起"
    if rule.verified_on is None:
        text += " · 没有原文可核对"
    return Source("rule", text, f"rule:{term.id}", rule.address)


def observed(rules: Rulebook, item: str, region: str, day: date) -> Figure | None:
    """The price of an item in the region, or else in the country; None where none is registered."""
    found = rules.observed(item, region, day)
    if isinstance(found, Unknown):
        return None
    where = REGIONS.get(found.region, found.region)
    text = (
        f"{plain(found.value)} {found.unit} · {where} · "
        f"{month(found.valid_from.isoformat()[:7])} · {found.source}"
    )
    return Figure(found.value, Source("observation", text, f"price:{found.key}", found.address))
