"""Values, sources and classes in words, and which figures a selection asks about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from webapp.catalogue.filters import FIELDS_BY_NAME, Selection
from webapp.catalogue.measures import MEASURES, applies
from webapp.catalogue.queries import Listing, Spec, SpecSource, TrimRow, Unplaced
from webapp.catalogue.queries.listing import SORTED_FIELDS
from webapp.catalogue.vocabulary import (
    CONFIDENCE_LABELS,
    ENERGY_LABELS,
    FITTED_LABELS,
    RANGE_CYCLES,
)
from webapp.formatting import month, number

LIST_FIELDS: Final = ("range_km", "fuel_l_100km", "accel_0_100_s", "power_kw")
"""What rows show unless something else was asked about; price always stands apart."""
_INSTEAD: Final = ("battery_kwh", "length_mm")
"""What takes the place of a figure that none of the cars shown can have."""


def asked_fields(selection: Selection, energies: Collection[str | None] = ()) -> tuple[str, ...]:
    """The four figures of a list row: those asked about first, then the usual ones that cars of
    these energies can have."""
    sorted_by = SORTED_FIELDS.get(selection.sort or "")
    usual = usual_fields(energies)
    asked = [sorted_by, *(condition.field for condition in selection.conditions), *usual]
    shown = dict.fromkeys(f for f in asked if f in MEASURES and f != "price_wan")
    return tuple(shown)[: len(usual)]


def usual_fields(energies: Collection[str | None]) -> tuple[str, ...]:
    """Of `LIST_FIELDS` those that at least one of these cars can have, and as many more of what
    the rest is told by as make them four."""
    possible = [
        field
        for field in dict.fromkeys((*LIST_FIELDS, *_INSTEAD))
        if not energies or any(applies(field, energy) for energy in energies)
    ]
    return tuple(possible[: len(LIST_FIELDS)])


def unknown_of(field: str) -> str:
    """What trims lack of which a field is unknown: “最大功率这个数”, “变速箱类型这一项”."""
    row = FIELDS_BY_NAME.get(field)
    if row is None:  # a figure that lists are ordered by and cannot be filtered by
        return f"{MEASURES[field].label}这个数"
    return f"{row.label}这{'个数' if row.kind == 'number' else '一项'}"


def left_out(found: Listing) -> str:
    """How many trims a list leaves out for want of a value; empty where it leaves out none."""
    parts = [f"{n:,} 款没有{unknown_of(field)}" for field, n in found.unknown.items()]
    return f"{'，'.join(parts)}，未列入。" if parts else ""


def ranked_last(selection: Selection, placed: Unplaced) -> str:
    """Which trims an order cannot rank with the rest; empty where it ranks all."""
    parts = [f"{cycle} 续航的 {n:,} 款排在后面，标出了工况" for cycle, n in placed.cycles.items()]
    field = SORTED_FIELDS.get(selection.sort or "")
    if field and placed.unknown:
        parts.append(f"{placed.unknown:,} 款没有{unknown_of(field)}，排在最后")
    if placed.cycles:
        parts.insert(0, f"纯电续航按 {RANGE_CYCLES[0]} 排，不同工况不能放在一起比")
    return f"{'；'.join(parts)}。" if parts else ""


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


def source_text(source: SpecSource) -> str:
    """“汽车之家参数配置页 · 2025 年 11 月 · 平台登载”."""
    confidence = CONFIDENCE_LABELS[source.confidence]
    return f"{source.name} · {month(source.captured)} · {confidence}"


def class_name(trim: TrimRow) -> str:
    """“紧凑型 SUV”, as far as known."""
    return " ".join(part for part in (trim.size, trim.body) if part)
