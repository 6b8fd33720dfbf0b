"""Figures as pages show them: which ones, in what words, how long the bar behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.cars.drawing import Outline, outline
from webapp.catalogue.filters import Selection
from webapp.catalogue.queries import ClassKey, Spec, SpecSource, TrimRow, Yardstick
from webapp.catalogue.queries.listing import Span
from webapp.catalogue.vocabulary import (
    CONFIDENCE_LABELS,
    ENERGY_LABELS,
    FITTED_LABELS,
    PLUG_IN_ENERGIES,
)
from webapp.formatting import month, number, wan

Yardsticks = Mapping[tuple[ClassKey, str], Yardstick]

NOT_APPLICABLE: Final = "–"


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


@dataclass(frozen=True)
class Measure:
    """How a field of Trim is shown. `window`: bars of lengths start near the class's low end,
    since every car is longer than three metres and bars from zero would all look the same."""

    label: str
    unit: str
    digits: int = 1
    window: bool = False
    better: str = ""


MEASURES: Final = {
    "price_wan": Measure("指导价", "万", 2),
    "range_km": Measure("纯电续航", "km", 0, better="high"),
    "battery_kwh": Measure("电池容量", "kWh", 1),
    "fuel_l_100km": Measure("油耗", "L/100km", 2, better="low"),
    "accel_0_100_s": Measure("百公里加速", "秒", 2, better="low"),
    "power_kw": Measure("最大功率", "kW", 0, better="high"),
    "torque_nm": Measure("最大扭矩", "N·m", 0, better="high"),
    "width_mm": Measure("车宽", "mm", 0, window=True),
    "height_mm": Measure("车高", "mm", 0, window=True),
    "length_mm": Measure("车长", "mm", 0, window=True),
    "wheelbase_mm": Measure("轴距", "mm", 0, window=True),
}

LIST_FIELDS: Final = ("range_km", "fuel_l_100km", "accel_0_100_s", "power_kw")
"""What rows show unless something else was asked about; price always stands apart."""
_SORTED_FIELDS: Final = {
    "-range": "range_km",
    "accel": "accel_0_100_s",
    "fuel": "fuel_l_100km",
    "-power": "power_kw",
    "-length": "length_mm",
}

_KEY_FIELDS: Final = {
    "BEV": ("range_km", "battery_kwh", "accel_0_100_s", "power_kw", "length_mm", "wheelbase_mm"),
    "PLUG_IN": ("range_km", "fuel_l_100km", "battery_kwh", "accel_0_100_s", "power_kw",
                "wheelbase_mm"),
    "FUEL": ("fuel_l_100km", "accel_0_100_s", "power_kw", "length_mm", "wheelbase_mm",
             "price_wan"),
}  # fmt: skip


def applies(field: str, energy: str | None) -> bool:
    """Whether a car of this energy can have the figure at all: no fuel use without an engine."""
    if field in ("range_km", "battery_kwh"):
        return energy not in ("ICE", "HEV")
    return field != "fuel_l_100km" or energy not in ("BEV", "FCEV")


def figure_of(trim: TrimRow, field: str, yardsticks: Yardsticks, scale: Span | None) -> Figure:
    """The figure `field` of a trim, its bar scaled to `scale` (low, high) if given, else to
    the trim's class."""
    measure = MEASURES[field]
    if not applies(field, trim.energy):
        return Figure(field, measure.label, NOT_APPLICABLE, "")
    value: float | None = getattr(trim, field)
    yardstick = yardsticks.get((trim.class_key, field))
    low, high = _scale(measure, value, yardstick, scale)
    unit = measure.unit
    if field == "range_km" and trim.range_cycle:
        unit = f"km {trim.range_cycle}"
    return Figure(
        field=field,
        label=measure.label,
        text=None if value is None else _text(field, trim, measure),
        unit=unit,
        share=_share(value, low, high),
        median=_share(yardstick.median, low, high) if yardstick else None,
        note=_note(trim, measure, value, yardstick),
    )


def asked_fields(selection: Selection) -> tuple[str, ...]:
    """The four figures of a list row: those asked about first, then the usual ones."""
    sorted_by = _SORTED_FIELDS.get(selection.sort or "")
    asked = [sorted_by, *(condition.field for condition in selection.conditions), *LIST_FIELDS]
    shown = dict.fromkeys(f for f in asked if f in MEASURES and f != "price_wan")
    return tuple(shown)[: len(LIST_FIELDS)]


def list_figures(
    trim: TrimRow,
    yardsticks: Yardsticks,
    spans: Mapping[str, Span],
    fields: Sequence[str] = LIST_FIELDS,
) -> tuple[Figure, ...]:
    return tuple(
        figure_of(trim, field, yardsticks, _bar_scale(field, spans.get(field))) for field in fields
    )


def price_figure(trim: TrimRow, yardsticks: Yardsticks, spans: Mapping[str, Span]) -> Figure:
    span = spans.get("price_fen")
    return figure_of(trim, "price_wan", yardsticks, (0.0, span[1] / 1_000_000) if span else None)


def key_figures(trim: TrimRow, yardsticks: Yardsticks) -> tuple[Figure, ...]:
    """The six figures that matter for this kind of car, each against its class."""
    kind = "BEV" if trim.energy == "BEV" else (
        "PLUG_IN" if trim.energy in PLUG_IN_ENERGIES else "FUEL"
    )  # fmt: skip
    return tuple(figure_of(trim, field, yardsticks, None) for field in _KEY_FIELDS[kind])


def spec_text(spec: Spec) -> str:
    """A value in words, without its unit: "2840", "5 ○ 7", "标配 12.3英寸"."""
    if spec.fitted is not None:
        label = FITTED_LABELS[spec.fitted]
        return f"{label} {spec.text}" if spec.text else label
    if spec.key == "energy":
        return ENERGY_LABELS.get(spec.text or "", spec.text or "")
    if spec.text:
        return spec.text
    return number(spec.number)


def drawing_of(trim: TrimRow) -> Outline:
    """The outline of this very car, from its own measures."""
    return outline(
        trim.body,
        length_mm=trim.length_mm,
        height_mm=trim.height_mm,
        wheelbase_mm=trim.wheelbase_mm,
    )


def source_text(source: SpecSource) -> str:
    """“汽车之家参数配置页 · 2025 年 11 月 · 平台登载”."""
    confidence = CONFIDENCE_LABELS[source.confidence]
    return f"{source.name} · {month(source.captured)} · {confidence}"


def class_name(trim: TrimRow) -> str:
    """“紧凑型 SUV”, as far as known."""
    return " ".join(part for part in (trim.size, trim.body) if part)


def _text(field: str, trim: TrimRow, measure: Measure) -> str:
    if field == "price_wan":
        return wan(trim.price_fen)
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
    return [(n, source_text(source), source.url) for n, source in sources.listed()]


class Sources:
    """Numbers the sources of a page in the order in which they are first needed."""

    def __init__(self) -> None:
        self._numbers: dict[SpecSource, int] = {}

    def number(self, source: SpecSource) -> int:
        return self._numbers.setdefault(source, len(self._numbers) + 1)

    def listed(self) -> list[tuple[int, SpecSource]]:
        return [(number, source) for source, number in self._numbers.items()]
