"""Values, sources and classes in words, and which figures a selection asks about."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from webapp.catalogue.filters import Selection
from webapp.catalogue.measures import MEASURES, applies
from webapp.catalogue.queries import Spec, SpecSource, TrimRow
from webapp.catalogue.vocabulary import CONFIDENCE_LABELS, ENERGY_LABELS, FITTED_LABELS
from webapp.formatting import month, number

LIST_FIELDS: Final = ("range_km", "fuel_l_100km", "accel_0_100_s", "power_kw")
"""What rows show unless something else was asked about; price always stands apart."""
_INSTEAD: Final = ("battery_kwh", "length_mm")
"""What takes the place of a figure that none of the cars shown can have."""
_SORTED_FIELDS: Final = {
    "dealer_price": "dealer_price_wan",
    "-range": "range_km",
    "accel": "accel_0_100_s",
    "fuel": "fuel_l_100km",
    "-power": "power_kw",
    "-length": "length_mm",
}


def asked_fields(selection: Selection, energies: Collection[str | None] = ()) -> tuple[str, ...]:
    """The four figures of a list row: those asked about first, then the usual ones that cars of
    these energies can have."""
    sorted_by = _SORTED_FIELDS.get(selection.sort or "")
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
