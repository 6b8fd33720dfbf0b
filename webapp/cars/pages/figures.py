"""Figures as pages show them: which ones, in what words, how long the bar behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from webapp.cars.drawing import Outline, outline
from webapp.catalogue.filters.sql import FEN_PER_WAN
from webapp.catalogue.measures import MEASURES, Measure, applies, in_ranked_cycle
from webapp.catalogue.queries import ClassKey, Spec, SpecSource, TrimRow, Yardstick
from webapp.catalogue.queries.listing import Span
from webapp.catalogue.vocabulary import (
    PLUG_IN_ENERGIES,
)
from webapp.catalogue.wording import LIST_FIELDS, source_text
from webapp.costs.parts import Source
from webapp.formatting import NOT_APPLICABLE, number, wan

AnySource = SpecSource | Source
"""Of a value of the catalogue, or of a line of a sum."""
Yardsticks = Mapping[tuple[ClassKey, str], Yardstick]


@dataclass(frozen=True)
class Figure:
    """A figure on its bar. `share` and `median` are 0..1 of the bar, None where unknown."""

    field: str
    label: str
    text: str | None
    unit: str
    share: float | None = None
    median: float | None = None
    note: str = ""
    """How it stands in its class, in words."""


_IN_FEN: Final = {"price_wan": "price_fen", "dealer_price_wan": "dealer_price_fen"}

_KEY_FIELDS: Final = {
    "BEV": ("range_km", "battery_kwh", "accel_0_100_s", "power_kw", "length_mm", "wheelbase_mm"),
    "PLUG_IN": (
        "range_km",
        "fuel_l_100km",
        "battery_kwh",
        "accel_0_100_s",
        "power_kw",
        "wheelbase_mm",
    ),
    "FUEL": ("fuel_l_100km", "accel_0_100_s", "power_kw", "length_mm", "wheelbase_mm", "price_wan"),
}


def figure_of(trim: TrimRow, field: str, yardsticks: Yardsticks, scale: Span | None) -> Figure:
    """The figure `field` of a trim, its bar scaled to `scale` (low, high) if given, else to
    the trim's class. One of another test cycle has no bar."""
    plain, measure = plain_figure(trim, field), MEASURES[field]
    if plain.text is NOT_APPLICABLE:
        return plain
    if not in_ranked_cycle(field, trim.range_cycle):
        return plain
    value: float | None = getattr(trim, field)
    yardstick = yardsticks.get((trim.class_key, field))
    low, high = _scale(measure, value, yardstick, scale)
    return Figure(
        field=field,
        label=plain.label,
        text=plain.text,
        unit=plain.unit,
        share=_share(value, low, high),
        median=_share(yardstick.median, low, high) if yardstick else None,
        note=_note(trim, measure, value, yardstick),
    )


def plain_figure(trim: TrimRow, field: str) -> Figure:
    """The figure `field` of a trim without a bar."""
    measure = MEASURES[field]
    if not applies(field, trim.energy):
        return Figure(field, measure.label, NOT_APPLICABLE, "")
    unit = measure.unit
    if field == "range_km" and trim.range_cycle:
        unit = f"km {trim.range_cycle}"
    known = getattr(trim, field) is not None
    return Figure(field, measure.label, _text(field, trim, measure) if known else None, unit)


def list_figures(
    trim: TrimRow,
    yardsticks: Yardsticks,
    spans: Mapping[str, Span],
    fields: Sequence[str] = LIST_FIELDS,
) -> tuple[Figure, ...]:
    return tuple(
        figure_of(trim, field, yardsticks, _bar_scale(field, _span_of(field, spans)))
        for field in fields
    )


def price_figure(trim: TrimRow, yardsticks: Yardsticks, spans: Mapping[str, Span]) -> Figure:
    return figure_of(
        trim, "price_wan", yardsticks, _bar_scale("price_wan", _span_of("price_wan", spans))
    )


def key_figures(trim: TrimRow, yardsticks: Yardsticks) -> tuple[Figure, ...]:
    """The six figures that matter for this kind of car, each against its class."""
    kind = (
        "BEV"
        if trim.energy == "BEV"
        else ("PLUG_IN" if trim.energy in PLUG_IN_ENERGIES else "FUEL")
    )
    return tuple(figure_of(trim, field, yardsticks, None) for field in _KEY_FIELDS[kind])


def drawing_of(trim: TrimRow) -> Outline:
    """The outline of this very car, from its own measures."""
    return outline(
        trim.body,
        length_mm=trim.length_mm,
        height_mm=trim.height_mm,
        wheelbase_mm=trim.wheelbase_mm,
    )


def _text(field: str, trim: TrimRow, measure: Measure) -> str:
    if field in _IN_FEN:
        return wan(getattr(trim, _IN_FEN[field]))
    return number(getattr(trim, field), measure.digits)


def _scale(
    measure: Measure, value: float | None, yardstick: Yardstick | None, scale: Span | None
) -> Span:
    if scale is not None:
        return scale
    if yardstick is None:
        return 0.0, 0.0
    low = max(0.0, yardstick.low - (yardstick.high - yardstick.low)) if measure.window else 0.0
    high = max(yardstick.high + (yardstick.high - yardstick.low) * 0.25, value or 0.0)
    return (min(low, value) if value is not None else low), high


def _span_of(field: str, spans: Mapping[str, Span]) -> Span | None:
    """The span of a field in its unit; spans go by column, and prices are stored in fen."""
    span = spans.get(_IN_FEN.get(field, field))
    return (span[0] / FEN_PER_WAN, span[1] / FEN_PER_WAN) if span and field in _IN_FEN else span


def _bar_scale(field: str, span: Span | None) -> Span | None:
    """Bars of a list start at zero, or below the least where all are long."""
    if span is None:
        return None
    return (span[0] * 0.9 if MEASURES[field].window else 0.0), span[1]


def _share(value: float | None, low: float, high: float) -> float | None:
    if value is None or high <= low:
        return None
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _note(trim: TrimRow, measure: Measure, value: float | None, yardstick: Yardstick | None) -> str:
    if value is None or yardstick is None:
        return ""
    median = number(yardstick.median, measure.digits)
    return f"同级中位 {median} {measure.unit}"


def in_sections(specs: Sequence[Spec]) -> list[tuple[str, list[Spec]]]:
    """Specs of one trim grouped by section, in table order."""
    sections: dict[str, list[Spec]] = {}
    for spec in specs:
        sections.setdefault(spec.section, []).append(spec)
    return list(sections.items())


def listed_sources(sources: Sources) -> list[tuple[int, str, str | None]]:
    """(number, words, address) of each source of a page, for its foot."""
    return [(n, _words(source), source.url) for n, source in sources.listed()]


def _words(source: AnySource) -> str:
    return source_text(source) if isinstance(source, SpecSource) else source.text


class Sources:
    """Numbers the sources of a page in the order in which they are first needed."""

    def __init__(self) -> None:
        self._numbers: dict[AnySource, int] = {}

    def number(self, source: AnySource) -> int:
        shown = replace(source, ref="") if isinstance(source, Source) else source
        return self._numbers.setdefault(shown, len(self._numbers) + 1)

    def listed(self) -> list[tuple[int, AnySource]]:
        return [(number, source) for source, number in self._numbers.items()]
