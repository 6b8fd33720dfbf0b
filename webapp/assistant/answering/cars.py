"""What rows of the catalogue say of some trims, as parts that know their row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.parts import Part, Ref, bound, join, say, words
from webapp.catalogue import queries
from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.catalogue.measures import applies
from webapp.catalogue.queries import Spec, TrimRow
from webapp.catalogue.vocabulary import ENERGY_LABELS
from webapp.catalogue.wording import source_text, spec_text
from webapp.formatting import UNKNOWN, month, number, wan
from webapp.search.compiled import PerVersion

_UNITS: Final = {
    "price_wan": "万元",
    "range_km": "公里",
    "battery_kwh": "kWh",
    "fuel_l_100km": "升/百公里",
    "accel_0_100_s": "秒",
    "power_kw": "kW",
    "torque_nm": "N·m",
    "seats": "座",
    "model_year": "款",
    "length_mm": "mm",
    "width_mm": "mm",
    "height_mm": "mm",
    "wheelbase_mm": "mm",
}
_SPOKEN_UNITS: Final = {
    "L/100km": "升/百公里",
    "kWh/100km": "kWh/百公里",
    "km": "公里",
    "L": "升",
}
_DIGITS_OF: Final = {"price_wan": 2, "fuel_l_100km": 2, "accel_0_100_s": 2, "battery_kwh": 2}
_FUEL_KEYS: Final = (
    "fuel_wltc_l_100km",
    "fuel_nedc_l_100km",
    "fuel_l_100km",
    "fuel_depleted_l_100km",
    "fuel_depleted_wltc_l_100km",
    "fuel_depleted_cltc_l_100km",
    "fuel_depleted_nedc_l_100km",
)
_UNCALLED: Final = "这一项"
"""A parameter that is gone from the catalogue; its key is nothing to show."""
_SPEAK_FOR_THEMSELVES: Final = ("energy", "seats", "drive", "body", "size", "gearbox")
_HOURS: Final = "_charge_h"
"""How the keys of charging times end; less than an hour is told in minutes as well."""
COLOURS: Final = "_colours"
"""How the keys of parameters end that list colours: “珍珠白 (8000元) 星空灰”."""
_COLOUR_BREAK: Final = re.compile(r"\s+(?!\()")
COLUMNS: Final = {"launch": "上市时间"}
"""What a trim's row has beside the fields of the vocabulary, with how it is called."""
WIDE: Final = frozenset({*_UNITS, *COLUMNS, "energy", "body", "size", "drive", "gearbox", "status"})
"""What can be asked for that is a column of a trim's row."""


@dataclass(frozen=True)
class _Called:
    """Labels of all parameters by key, and the other way round."""

    labels: dict[str, str]
    keys: dict[str, str]


def _called() -> _Called:
    labels = queries.parameter_labels()
    return _Called(labels, {label: key for key, label in labels.items()})


_CALLED: Final = PerVersion("assistant_labels", _called)


class Garage:
    """Some trims with all their values, read once. Unknown ids are left out."""

    def __init__(self, trim_ids: Iterable[int]) -> None:
        ids = list(dict.fromkeys(trim_ids))
        found = {trim.id: trim for trim in once.trims_by_id(ids)}
        self.trims: list[TrimRow] = [found[trim_id] for trim_id in ids if trim_id in found]
        self._by_id = found
        self._specs: dict[tuple[int, str], Spec] = {}
        for spec in once.specs_of([trim.id for trim in self.trims]):
            self._specs[spec.trim_id, spec.key] = spec

    def spec(self, trim_id: int, key: str) -> Spec | None:
        """The value itself of a parameter, or behind a field of the vocabulary."""
        return self._specs.get((trim_id, self._parameter(self._by_id[trim_id], key)))

    def specs(self, trim_id: int) -> list[Spec]:
        return [spec for (owner, _), spec in self._specs.items() if owner == trim_id]

    def key_of(self, named: str) -> str | None:
        """The key of what a question asks for: a field, a column or the label of a parameter."""
        if named in FIELDS_BY_NAME or named in COLUMNS:
            return named
        return _CALLED.get().keys.get(named)

    def name(self, trim: TrimRow, *, series: bool = True) -> Part:
        """The trim's full name, or its name within the series."""
        pieces = [bound(f"{trim.series} ", f"trim:{trim.id}:series")] if series else []
        if trim.model_year:
            pieces.append(bound(f"{trim.model_year}款 ", f"trim:{trim.id}:model_year"))
        pieces.append(bound(trim.name, f"trim:{trim.id}:name"))
        return join(pieces)

    def fact(self, trim: TrimRow, key: str, *, own_ref: bool = False) -> Part | None:
        """The value with its unit; None where it is unknown. `own_ref`: cites the very row,
        else the trim's table."""
        text = self._text(trim, key)
        if text is None:
            return None
        ref = self.ref(trim, key) if own_ref else self.ref(trim)
        part = bound(text, f"trim:{trim.id}:{key}", ref)
        hours = self.number_of(trim, key) if key.endswith(_HOURS) else None
        if hours is None or hours >= 1:
            return part
        minutes = f"（{number(hours * 60, 0)} 分钟）"
        return join([part, bound(minutes, f"computed:{number(hours, 4)}*60")])

    def fact_or_unknown(self, trim: TrimRow, key: str) -> Part:
        return self.fact(trim, key) or Part(UNKNOWN, (), (self.ref(trim),))

    def number_of(self, trim: TrimRow, key: str) -> float | None:
        """The figure behind a field or parameter, None where unknown or not a figure."""
        if key in WIDE:
            value = getattr(trim, key)
            return float(value) if isinstance(value, int | float) else None
        spec = self.spec(trim.id, key)
        return spec.number if spec else None

    def ref(self, trim: TrimRow, key: str | None = None) -> Ref:
        """The citation of a row of the trim, or of its table as a whole."""
        spec = self.spec(trim.id, key) if key else None
        spec = spec or next(iter(self.specs(trim.id)), None)
        label = trim.full_name + (f" · {self.label(key)}" if key else " · 参数配置")
        source = spec.source.name if spec else "本站车型库"
        month = spec.source.captured if spec else None
        return Ref(0, label, source, month, trim_id=trim.id, field=key)

    def label(self, key: str) -> str:
        return spoken_label(key, _CALLED.get().labels.get(key))

    def label_part(self, key: str) -> Part:
        """The same as a part; what numerals are left are the parameter's own."""
        return bound(self.label(key), f"computed:label of {key}")

    def source_sentence(self, trim: TrimRow, key: str) -> Part | None:
        """“数据来自…，2025 年 11 月。”"""
        spec = self.spec(trim.id, key)
        if spec is None:
            return None
        where = bound(source_text(spec.source), f"computed:source of trim:{trim.id}:{key}")
        return say("数据来自{where}。", where=where)

    def _parameter(self, trim: TrimRow, key: str) -> str:
        if key == "range_km" and trim.range_cycle:
            return f"range_{trim.range_cycle.lower()}_km"
        if key == "fuel_l_100km":
            for candidate in _FUEL_KEYS:
                spec = self._specs.get((trim.id, candidate))
                if spec is not None and spec.number == trim.fuel_l_100km:
                    return candidate
        return key

    def _text(self, trim: TrimRow, key: str) -> str | None:
        if key == "price_wan":
            return None if trim.price_fen is None else f"{wan(trim.price_fen)} 万元"
        if key in WIDE:
            return _wide_text(trim, key)
        spec = self.spec(trim.id, key)
        if spec is None:
            return None
        unit = _SPOKEN_UNITS.get(spec.unit or "", spec.unit or "")
        text = spec_text(spec)
        if key.endswith(COLOURS):
            return _COLOUR_BREAK.sub("、", text).replace(" (", "（").replace(")", "）")
        if unit == "%" and spec.text:
            return f"{text}%"
        return f"{text} {unit}" if unit and spec.number is not None and not spec.text else text


def spoken_label(key: str, label: str | None = None) -> str:
    """How a field or parameter is called in a sentence: “百公里加速”, never “0-100km/h”."""
    if key in FIELDS_BY_NAME:
        return FIELDS_BY_NAME[key].label
    spoken = re.sub(r"0-100km/h|100-0km/h", "百公里", COLUMNS.get(key) or label or _UNCALLED)
    return spoken.replace("0-50km/h", "起步").replace("（升）", "")


def _wide_text(trim: TrimRow, key: str) -> str | None:
    value = getattr(trim, key)
    if value is None:
        return None
    if key == "energy":
        return ENERGY_LABELS.get(str(value), str(value))
    if key == "launch":
        return month(str(value))
    if isinstance(value, str):
        return value
    text = f"{number(value, _DIGITS_OF.get(key, 1))} {_UNITS[key]}"
    return f"{text}（{trim.range_cycle}）" if key == "range_km" and trim.range_cycle else text


def known_facts(garage: Garage, trim: TrimRow, keys: Sequence[str], most: int) -> list[Part]:
    """“纯电续航 605 公里（CLTC）” for the first known of these fields that the car can have."""
    found = []
    for key in keys:
        if applies(key, trim.energy) and (fact := garage.fact(trim, key)) is not None:
            label = "" if key in _SPEAK_FOR_THEMSELVES else f"{garage.label(key)} "
            found.append(join([words(label), fact]))
        if len(found) == most:
            break
    return found
