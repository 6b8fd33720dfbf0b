"""The form in which staff say what the columns of an uploaded file are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from webapp.catalogue.reading.header import (
    CAR_FIXABLE,
    CAR_LABELS,
    CAR_REQUIRED,
    Plan,
    field_label,
    read_plan,
)
from webapp.catalogue.reading.headings import folded
from webapp.catalogue.reading.reference import parameters
from webapp.catalogue.service.plans import Proposal
from webapp.errors import BadInput

ASKED_ONCE: Final = tuple(key for key in CAR_REQUIRED if key in CAR_FIXABLE)
"""Fields that the form asks for once where the file has no column for them."""


class MappedColumn(NamedTuple):
    """One column: its title and first cells, and the label of its field (empty: left out)."""

    at: int
    title: str
    samples: Sequence[str]
    value: str
    proposed: bool


class FixedField(NamedTuple):
    """A required field without a column, and what was given for the whole file."""

    key: str
    label: str
    value: str


class MappingForm(NamedTuple):
    """Columns that want an answer, columns that were recognised, and fields without a column."""

    asked: Sequence[MappedColumn]
    known: Sequence[MappedColumn]
    fixed: Sequence[FixedField]
    source: str
    """The source whose earlier files the proposals come from; empty where there are none."""

    @property
    def labels(self) -> list[str]:
        return [*CAR_LABELS.values(), *(row.label for row in parameters().values())]


def mapping_form(
    columns: Sequence[Mapping[str, Any]],
    plan: Plan,
    proposal: Proposal,
    typed: Mapping[str, str] | None = None,
) -> MappingForm:
    """The form as it was `typed`, else as the plan and an earlier file suggest it."""
    asked: list[MappedColumn] = []
    known: list[MappedColumn] = []
    said = {folded(title) for title in plan.columns}
    for at, column in enumerate(columns):
        title, key = column["title"], column["key"]
        suggested = proposal.columns.get(folded(title)) if key is None else None
        value = _label(key or suggested or "")
        if typed is not None:
            value = typed.get(f"column-{at}", value)
        row = MappedColumn(at, title, column["samples"], value, suggested is not None)
        (known if key and folded(title) not in said else asked).append(row)
    there = {column["key"] for column in columns}
    given = dict(plan.fixed)
    if proposal.source:
        given.setdefault("source", proposal.source)
    fixed = [
        FixedField(
            key,
            CAR_LABELS[key],
            (typed or {}).get(f"fixed-{key}", given.get(key, "")),
        )
        for key in ASKED_ONCE
        if key not in there
    ]
    return MappingForm(asked, known, fixed, proposal.source)


def read_mapping(
    columns: Sequence[Mapping[str, Any]], earlier: Plan, form: Mapping[str, str]
) -> Plan:
    """What was typed into the form, on top of what was said before: the columns are shown as the
    earlier plan made them. Raises BadInput for a field that is none."""
    said = []
    before = {folded(title) for title in earlier.columns}
    for at, column in enumerate(columns):
        own = _label(column["key"] or "")
        typed = form.get(f"column-{at}", own).strip()[:100]
        if typed != own or column["key"] is None or folded(column["title"]) in before:
            said.append((column["title"], typed))
    fixed = [(key, text) for key in ASKED_ONCE if (text := form.get(f"fixed-{key}", "").strip())]
    try:
        return read_plan(said, fixed)
    except ValueError as error:
        raise BadInput(f"{error}。请从列表里选，或者留空略过这一列。") from error


def _label(key: str) -> str:
    return field_label(key) if key else ""
