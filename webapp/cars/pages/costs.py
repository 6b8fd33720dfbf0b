"""What it costs to buy and to keep a car, as pages show it: one car or several side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from webapp.cars.costforms import CostForm, Inputs
from webapp.cars.pages.costrows import Cell, Row, aligned, by_label, loan_cells, together
from webapp.cars.pages.figures import Sources, listed_sources
from webapp.catalogue import addresses
from webapp.catalogue.measures import CHARGED, WITH_ENGINE
from webapp.catalogue.queries import Spec, TrimRow
from webapp.catalogue.vocabulary import PLUG_IN_ENERGIES
from webapp.costs import (
    WAYS,
    Car,
    Deal,
    Loan,
    Missing,
    Source,
    Total,
    car_of,
    charging,
    five_years,
    interest_subsidy,
    loan,
    on_road,
    reach,
)
from webapp.costs.onroad import price_of
from webapp.costs.parts import fen, money, sources, span
from webapp.costs.reach import Duration, Reach
from webapp.costs.rulebook import Rulebook
from webapp.formatting import month, number, wan, wan_span

MONTHS_A_YEAR: Final = 12
DEALER_PRICE: Final = "dealer_price_wan"
LATER: Final = ("power", "fuel", "upkeep", "worth")
"""Lines of the years to come that are named where they rest on assumptions."""
GROUPS: Final = {
    "loan": ("way", "down", "months", "rate", "tail"),
    "use": ("km", "home", "home_price", "public_price", "electric", "fuel_price"),
    "more": (
        *("insurance", "plate", "vessel", "years", "over", "fuel_use", "power_use"),
        *("upkeep", "keeps", "kw", "charge_from", "charge_to"),
    ),
}
"""Groups of the form that are folded until one of their fields is filled in."""


@dataclass(frozen=True)
class Worked:
    """One car with everything worked out; `loan` None where it is paid at once or has no price."""

    row: TrimRow
    car: Car
    bought: Total
    loan: Loan | None
    loan_sources: tuple[Source, ...]
    loan_help: tuple[str, Source] | None
    kept: Total
    years: int
    km: int
    reach: tuple[Reach, ...]
    charging: tuple[Duration, ...]

    @property
    def priced(self) -> bool:
        return self.bought.line("price") is not None

    @property
    def bought_wan(self) -> str:
        """“13.66–14.12”."""
        return _in_wan(self.bought)

    @property
    def kept_wan(self) -> str:
        return _in_wan(self.kept)

    @property
    def payment(self) -> str:
        return money(self.loan.payment_fen) if self.loan else ""

    @property
    def monthly(self) -> str:
        """What it comes to in a month, in whole yuan."""
        months = self.years * MONTHS_A_YEAR
        return span(*(_whole(amount / months) for amount in _ends(self.kept)))

    @property
    def per_km(self) -> str:
        return span(*(round(amount / self.years / self.km) for amount in _ends(self.kept)))


Sums = list[tuple[str, tuple[Missing, ...]]]
"""By car a sum as it is written, and what it is without."""


@dataclass(frozen=True)
class CostPage:
    """The page of one or several cars. Nothing is worked out where the form has errors."""

    form: CostForm
    rows: tuple[TrimRow, ...]
    worked: tuple[Worked, ...]
    address: str
    dealer: str = ""
    """What dealers ask, and when that was, in words."""
    sources: Sources = field(default_factory=Sources)

    @property
    def one(self) -> bool:
        return len(self.rows) == 1

    @property
    def fresh(self) -> str:
        """The address with nothing filled in."""
        return self.address if self.one else f"{self.address}?ids={self.ids}"

    @property
    def ids(self) -> str:
        return ",".join(str(row.id) for row in self.rows)

    @property
    def plug_in(self) -> bool:
        return any(row.energy in PLUG_IN_ENERGIES for row in self.rows)

    @property
    def charged(self) -> bool:
        return any(row.energy in CHARGED for row in self.rows)

    @property
    def fuelled(self) -> bool:
        return any(row.energy in WITH_ENGINE for row in self.rows)

    @property
    def list_price(self) -> str:
        fen_ = self.rows[0].price_fen
        return "" if fen_ is None else wan(fen_)

    def typed(self, group: str) -> bool:
        """Whether a folded group of the form has something to show."""
        return any(self.form.text(name) for name in GROUPS[group])

    @property
    def way(self) -> str:
        plan = self.form.inputs.plan if self.form.inputs else None
        return WAYS[plan.way] if plan else ""

    @property
    def buying(self) -> list[Row]:
        return aligned([worked.bought for worked in self.worked])

    @property
    def keeping(self) -> list[Row]:
        return aligned([worked.kept for worked in self.worked])

    @property
    def bought(self) -> Sums:
        return [(worked.bought.said, worked.bought.missing) for worked in self.worked]

    @property
    def kept(self) -> Sums:
        return [(worked.kept.said, worked.kept.missing) for worked in self.worked]

    @property
    def monthly(self) -> Sums:
        return [(worked.monthly, ()) for worked in self.worked]

    @property
    def per_km(self) -> Sums:
        return [(worked.per_km, ()) for worked in self.worked]

    @property
    def loans(self) -> list[Row]:
        return by_label([_of_loan(worked) for worked in self.worked])

    @property
    def reaches(self) -> list[Row]:
        return by_label(
            [{r.label: _measured(f"{r.km:,} 公里", r) for r in one.reach} for one in self.worked]
        )

    @property
    def durations(self) -> list[Row]:
        return by_label(
            [{d.label: _measured(d.said, d) for d in one.charging} for one in self.worked]
        )

    @property
    def listed(self) -> list[tuple[int, str, str | None]]:
        """The sources named so far, for the foot of the page."""
        return listed_sources(self.sources)

    def summary(self, total: Total) -> Source:
        return summary_source(total, f"#{'on-road' if total.line('price') else 'years'}")


@dataclass(frozen=True)
class Box:
    """The short form on a trim's page; `address` is that of the whole."""

    worked: Worked
    address: str
    day: date

    @property
    def assumed(self) -> tuple[str, ...]:
        """What of the sums nobody has registered, in words."""
        later = [
            line.label for line in self.worked.kept.lines if line.assumed and line.key in LATER
        ]
        return (*self.worked.bought.assumed, "首付和利率", *later)

    @property
    def sources(self) -> tuple[Source, ...]:
        """Of the figures shown, in their order."""
        worked = self.worked
        tax = worked.bought.line("tax")
        return sources(
            self.summary(worked.bought),
            tax.sources if tax else None,
            worked.loan_sources,
            self.summary(worked.kept),
        )

    def summary(self, total: Total) -> Source:
        return summary_source(total, self.address)


def cost_page(
    rows: Sequence[TrimRow], specs: Sequence[Spec], form: CostForm, rules: Rulebook, address: str
) -> CostPage:
    worked = tuple(work_out(row, specs, form.inputs, rules) for row in rows) if form.inputs else ()
    return CostPage(form, tuple(rows), worked, address, _dealer(specs))


def _dealer(specs: Sequence[Spec]) -> str:
    """“经销商报价 6.18 万起（2025 年 11 月）”, of a page about one car."""
    asked = [spec for spec in specs if spec.key == DEALER_PRICE and spec.number]
    if len(asked) != 1:
        return ""
    (spec,) = asked
    return f"经销商报价 {number(spec.number)} 万起（{month(spec.source.captured)}）"


def box(row: TrimRow, specs: Sequence[Spec], rules: Rulebook, today: date) -> Box:
    """What a trim's own page shows: everything as assumed."""
    worked = work_out(row, specs, Inputs(Deal(today)), rules)
    address = addresses.trim_cost(row.id)
    return Box(worked, address, today)


def work_out(row: TrimRow, specs: Sequence[Spec], inputs: Inputs, rules: Rulebook) -> Worked:
    """One car's sums, from its row and its current values (`car.KEYS`)."""
    car, use, plan = car_of(row, specs), inputs.use, inputs.plan
    price = price_of(car, inputs.deal)
    borrowed = loan(fen(price.value), plan) if plan is not None and price is not None else None
    return Worked(
        row=row,
        car=car,
        bought=on_road(car, inputs.deal, rules),
        loan=borrowed,
        loan_sources=together(sources(price, plan.sources if plan is not None else None)),
        loan_help=interest_subsidy(rules, inputs.deal.day),
        kept=five_years(car, inputs.deal, use, rules, plan),
        years=int(use.figure("years").value),
        km=int(use.figure("km").value),
        reach=tuple(reach(car, use)),
        charging=tuple(charging(car, inputs.charge)),
    )


def _of_loan(worked: Worked) -> dict[str, Cell]:
    if worked.loan is None:
        return {}
    return loan_cells(worked.loan, worked.loan_sources, worked.loan_help)


def summary_source(total: Total, url: str) -> Source:
    """One source for a sum: what it is made of, and which of it is assumed."""
    text = " + ".join(line.label for line in total.lines if line.low_fen >= 0)
    if total.assumed:
        text += f"；其中{'、'.join(total.assumed)}有假设"
    if total.missing:
        text += f"；不含{'、'.join(entry.label for entry in total.missing)}"
    return Source("assumption", f"{text}。逐项的来源见明细", f"sum:{total.label}", url)


def _measured(said: str, found: Reach | Duration) -> Cell:
    return Cell(said, found.formula, together(found.sources))


def _in_wan(total: Total) -> str:
    return wan_span(_even(total.low_fen), _even(total.high_fen)).rstrip("万")


def _ends(total: Total) -> tuple[int, int]:
    return total.low_fen, total.high_fen


def _even(amount_fen: int) -> int:
    """To a hundred yuan, as sums with assumptions in them are told."""
    return round(amount_fen / 10_000) * 10_000


def _whole(amount_fen: float) -> int:
    """To whole yuan."""
    return round(amount_fen / 100) * 100
