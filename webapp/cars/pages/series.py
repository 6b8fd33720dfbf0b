"""What the page of one series shows: years, versions and what they add, sales, class."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from webapp import charts
from webapp.basket import MAX_TRIMS
from webapp.cars.drawing import Outline
from webapp.cars.pages.comparison import Step, version_steps
from webapp.cars.pages.figures import Figure, drawing_of, key_figures, list_figures
from webapp.catalogue import queries
from webapp.catalogue.measures import MEASURES
from webapp.catalogue.queries.listing import SPANNED
from webapp.catalogue.vocabulary import SCOPE_LABELS, SCOPES
from webapp.catalogue.wording import usual_fields
from webapp.formatting import month
from webapp.pictures import queries as pictures
from webapp.pictures.queries import Gallery
from webapp.rankings import queries as rankings
from webapp.rankings.queries import Place

MAX_STEPS = 12
FEWEST_COMPARED = 2
CHART_MONTHS = 30


@dataclass(frozen=True)
class Version:
    trim: queries.TrimRow
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Year:
    year: int | None
    versions: list[Version]


@dataclass(frozen=True)
class SalesChart:
    chart: charts.BarChart
    scope: str
    sources: list[str]


@dataclass(frozen=True)
class Compared:
    """The versions that one tap lays side by side, and what the tap says."""

    label: str
    ids: list[int]


@dataclass(frozen=True)
class SeriesPage:
    head: queries.SeriesHead
    trims: list[queries.TrimRow]
    lead: queries.TrimRow | None
    """The trim drawn and measured for the series: the newest year's cheapest."""
    drawing: Outline | None
    gallery: Gallery
    figures: tuple[Figure, ...]
    years: list[Year]
    labels: list[str]
    """Of the figures of every version."""
    steps: list[Step]
    compared: Compared | None
    sales: list[SalesChart]
    places: list[Place]
    """Where the series stands in the newest ranking of sales."""


def series_page(head: queries.SeriesHead) -> SeriesPage:
    trims = queries.series_trims(head.id)
    yardsticks = queries.yardsticks_of(trim.class_key for trim in trims)
    spans = _spans(trims)
    fields = usual_fields([trim.energy for trim in trims])
    years = [
        Year(year, [Version(t, list_figures(t, yardsticks, spans, fields)) for t in group])
        for year, group in groupby(trims, key=lambda t: t.model_year)
    ]
    newest = [v.trim for v in years[0].versions][:MAX_STEPS] if years else []
    steps = version_steps(newest, queries.specs_of([t.id for t in newest])) if newest else []
    lead = newest[0] if newest else None
    return SeriesPage(
        head=head,
        trims=trims,
        lead=lead,
        drawing=drawing_of(lead) if lead else None,
        gallery=pictures.gallery_of_series(head.id),
        figures=key_figures(lead, yardsticks) if lead else (),
        years=years,
        labels=[MEASURES[field].label for field in fields],
        steps=steps,
        compared=_compared(trims, newest),
        sales=_sales(head),
        places=rankings.places_of(head.id),
    )


def _compared(trims: list[queries.TrimRow], newest: list[queries.TrimRow]) -> Compared | None:
    """All versions where they fit into one comparison, else the first of the newest year."""
    shown = trims if len(trims) <= MAX_TRIMS else newest[:MAX_TRIMS]
    if len(shown) < FEWEST_COMPARED:
        return None
    year = f" {shown[0].model_year}款" if shown[0].model_year else ""
    if len(shown) == len(trims):
        label = f"对比全部 {len(shown)} 个版本"
    elif len(shown) == len([trim for trim in trims if trim.model_year == shown[0].model_year]):
        label = f"对比{year}全部 {len(shown)} 个版本"
    else:
        label = f"对比{year}前 {len(shown)} 个版本"
    return Compared(label, [trim.id for trim in shown])


def _spans(trims: list[queries.TrimRow]) -> dict[str, tuple[float, float]]:
    spans = {}
    for field in SPANNED:
        known = [value for t in trims if (value := getattr(t, field)) is not None]
        if known:
            spans[field] = (min(known), max(known))
    return spans


def _sales(head: queries.SeriesHead) -> list[SalesChart]:
    """Retail first; another scope only where no retail is known: two are never one line."""
    for scope in SCOPES:
        history = queries.sales_history(head.id, scope=scope)
        if history is not None:
            return [_chart(head.name, history)]
    return []


def _chart(name: str, history: queries.SalesHistory) -> SalesChart:
    """The last months up to the newest known, with gaps where nothing is known."""
    units = {entry.period: entry.units for entry in history.months}
    points = [(month(p), units.get(p)) for p in _months_until(history.months[-1].period)]
    while len(points) > 1 and points[0][1] is None:
        points.pop(0)
    label = SCOPE_LABELS[history.scope]
    chart = charts.bar_chart(points, title=f"{name} 月销量（{label}）", unit="辆")
    return SalesChart(chart, label, history.sources)


def _months_until(period: str) -> list[str]:
    last = int(period[:4]) * 12 + int(period[5:7]) - 1
    return [f"{n // 12}-{n % 12 + 1:02d}" for n in range(last - CHART_MONTHS + 1, last + 1)]
