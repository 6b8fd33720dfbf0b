"""What every sum of an answer is made of: its cars, its figures with their formulas, its lines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final

from webapp import costs
from webapp.assistant import once
from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    Ref,
    Remark,
    bound,
    paragraph,
    say,
)
from webapp.assistant.answering.stated import Figures, over, stated, told
from webapp.assistant.answering.task import Task
from webapp.catalogue.queries import TrimRow
from webapp.costs.car import KEYS
from webapp.costs.parts import Entry, Line, Missing, Source, money, plain

FEN: Final = 100
SHOWN: Final = frozenset(
    f"assumed:{key}"
    for key in ("insurance", "plate", "upkeep", "keeps", "over", "charge_to", "months")
)
"""Assumptions that stand in the lines themselves."""


@dataclass
class Sum:
    """One sum as it comes about: the question, its cars, and the sources its figures rest on."""

    task: Task
    trims: list[TrimRow]
    garage: Garage
    day: date
    used: dict[Source, None] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.task.text

    @cached_property
    def said(self) -> Figures:
        """What the question states, and what is known besides."""
        own, known = stated(self.text), dict(self.task.figures)
        return over(known, own) if self.task.sum else over(own, known)

    def car(self, trim: TrimRow) -> costs.Car:
        return costs.car_of(trim, [s for s in once.specs_of([trim.id]) if s.key in KEYS])

    def figure(self, text: str, formula: str, sources: Iterable[Source] = ()) -> Part:
        """A figure with its formula as its source, and the citations it rests on."""
        refs = []
        for source in sources:
            self.used[source] = None
            if source.kind == "catalogue":
                _, trim_id, key = source.ref.split(":", 2)
                own = next((t for t in self.garage.trims if str(t.id) == trim_id), None)
                refs += [self.garage.ref(own, key)] if own else []
            elif source.kind in ("rule", "observation"):
                refs.append(Ref(0, source.text, source.text))
        return bound(text, f"computed:{formula}", *refs)

    def name(self, trim: TrimRow) -> Part:
        return self.garage.name(trim)

    def assumed(self) -> tuple[DraftBlock, ...]:
        """“按这些算：首付三成；分 36 期。都可以换成你的数字再问一次。”"""
        named = (s for s in self.used if s.kind == "assumption" and s.ref not in SHOWN)
        texts = [source.text.partition("：")[2] for source in named]
        own = self._given()
        if not texts:
            return own
        told = bound("；".join(dict.fromkeys(texts)), "computed:stated assumptions")
        return (*own, Remark(say("没说的按这些假设算：{told}。说出你的数字可以重算。", told=told)))

    def _given(self) -> tuple[DraftBlock, ...]:
        """“按你说的算：一年 30,000 公里。”"""
        names = {s.ref.partition(":")[2] for s in self.used if s.kind == "input"}
        if names & {"home_price", "public_price"}:
            names.add("power_price")
        text = told({name: value for name, value in self.said.items() if name in names})
        if not text:
            return ()
        given = bound(text, "computed:what was said before")
        return (Remark(say("按你说的算：{given}。", given=given)),)


def entry_of(sum_: Sum, entry: Entry) -> Part:
    """“购置税 5,743 元（129,800 ÷ 1.13 × 10%，减 50%）”; what is missing with the reason."""
    label = bound(entry.label, "computed:label")
    if isinstance(entry, Missing):
        return say("{label}：{why}。", label=label, why=bound(entry.reason, "computed:reason"))
    assert isinstance(entry, Line)
    amount = sum_.figure(span(entry.low_fen, entry.high_fen), entry.formula, entry.sources)
    how = sum_.figure("；".join(filter(None, (entry.formula, entry.note))), entry.formula)
    return say("{label} {amount}（{how}）。", label=label, amount=amount, how=how)


def span(low_fen: int, high_fen: int) -> str:
    """Whole yuan: nobody pays a sum like this to the cent."""
    low, high = (money(round(fen / FEN) * FEN) for fen in (low_fen, high_fen))
    return f"{low} 元" if low == high else f"{low} 到 {high} 元"


def yuan(fen: int) -> str:
    return span(fen, fen)


def wan(fen: int) -> str:
    return f"{plain(round(Decimal(fen) / FEN / 10_000, 2))} 万元"


def first_and_rest(said: list[Part]) -> list[DraftBlock]:
    """The first sentence by itself, the others as a list."""
    if not said:
        return []
    rest = tuple(said[1:])
    return [paragraph(said[0]), *((Points(rest),) if rest else ())]
