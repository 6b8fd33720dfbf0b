"""Values and changes of values in words, as an import file would hold them."""

from __future__ import annotations

from typing import Final, Protocol

from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.reading.header import CAR_LABELS
from webapp.catalogue.reading.reference import parameters
from webapp.catalogue.reading.reports import Change
from webapp.catalogue.vocabulary import ENERGY_LABELS, FITTED_LABELS, unit_word

_COLUMN_LABELS: Final = CAR_LABELS | {"series_id": CAR_LABELS["series"]}


class _Said(Protocol):
    @property
    def number(self) -> float | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def fitted(self) -> str | None: ...


def as_written(key: str, value: _Said) -> str:
    """A value of the parameter `key` with every digit, so that reading it again changes nothing."""
    if value.fitted is not None:
        return " ".join(filter(None, (FITTED_LABELS[value.fitted], value.text)))
    text = value.text or f"{value.number:.12g}"
    return ENERGY_LABELS.get(text, text) if key == "energy" else text


def value_change(key: str, old: Cell | None, new: Cell) -> Change:
    """What a row changes in a parameter; `old` None where it was unknown."""
    parameter = parameters()[key]
    return Change(
        field=key,
        label=parameter.label,
        unit=unit_word(parameter.unit) if parameter.type == "number" else None,
        old=None if old is None else as_written(key, old),
        new=as_written(key, new),
    )


def column_change(name: str, old: object, new: object) -> Change:
    """What a row changes in an identifying column of a trim."""
    said = [None if value is None else str(value) for value in (old, new)]
    return Change(name, _COLUMN_LABELS[name], None, said[0], said[1])
