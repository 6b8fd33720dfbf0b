"""A trim added by hand: a row of an import of its own, read, doubted and stored as any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from sqlalchemy import select

from webapp.catalogue import subjects
from webapp.catalogue.models import Batch, Brand, Series, Trim
from webapp.catalogue.reading.doubts import NamedSeries, doubtful_names
from webapp.catalogue.reading.header import CAR_LABELS, CAR_REQUIRED, Plan, read_car_header
from webapp.catalogue.reading.reference import parameters
from webapp.catalogue.reading.reports import Problem, RowError
from webapp.catalogue.reading.rows import Row, read_identity, read_values
from webapp.catalogue.service.edits import edit_batch
from webapp.catalogue.service.imports import row_doubts, stored_series
from webapp.catalogue.service.parameters import sync_parameters
from webapp.catalogue.service.projected import bump_version, rebuild_class_figures
from webapp.catalogue.service.store import store_series
from webapp.catalogue.service.tables import TRIM
from webapp.catalogue.vocabulary import (
    BODIES,
    CONFIDENCE_LABELS,
    ENERGY_LABELS,
    SIZES,
    STATUSES,
)
from webapp.errors import BadInput
from webapp.extensions import db

_OF_THE_CAR: Final = ("brand", "maker", "series", "name", "model_year", "status", "launch")
_VALUES: Final = ("energy", "body", "size", "seats", "price_wan")
_ORIGIN: Final = ("source", "source_url", "captured", "confidence")
FIELDS: Final = {
    key: CAR_LABELS[key] if key in CAR_LABELS else parameters()[key].label
    for key in (*_OF_THE_CAR, *_VALUES, *_ORIGIN)
}
"""Key of each field of the form to its label; everything else is added to the trim afterwards."""
REQUIRED: Final = frozenset({*CAR_REQUIRED, "confidence"} - {"key"})
CHOICES_OF: Final = {
    "status": STATUSES,
    "energy": tuple(ENERGY_LABELS.values()),
    "body": BODIES,
    "size": SIZES,
    "confidence": tuple(CONFIDENCE_LABELS.values()),
}
"""Fields of which one of a few words is chosen."""


class WrongFields(BadInput):
    """What is wrong, by field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("有几栏要改，都写在各栏下面。")
        self.fields = {problem.field or "": f"{problem.reason}。" for problem in problems}


class Unsure(BadInput):
    """The trim can be added, but looks wrong; an import would warn of these `doubts`."""

    def __init__(self, doubts: Sequence[str]) -> None:
        super().__init__("请先核对下面几处。")
        self.doubts = tuple(doubts)


def add_trim(*, fields: Mapping[str, str], sure: bool, today: date) -> tuple[Batch, int]:
    """Add a trim with the values that `fields` hold, written as in an import file; the batch, which
    can be undone, and the trim's id. `sure` overrules doubts. In the caller's transaction.

    Raises WrongFields, also for a trim that is there already, and Unsure where an import would
    warn.
    """
    batch = edit_batch(f"{fields.get('series', '')} {fields.get('name', '')} · 新增车型")
    key = f"hand-{batch.id}"
    row = _read({name: fields.get(name, "") for name in FIELDS} | {"key": key}, today)
    _refuse_twin(row)
    doubts = _doubts(row)
    if doubts and not sure:
        raise Unsure(doubts)
    if sync_parameters():
        bump_version()
    stored = store_series([row], batch.id)
    changed = map(subjects.series, stored.series)
    bump_version(subjects.LISTS, subjects.TRIMS, subjects.NAMES, *changed, *rebuild_class_figures())
    trim_id = db.session.scalar(select(TRIM.c.id).where(TRIM.c.key == key))
    assert trim_id is not None
    return batch, trim_id


def _read(fields: Mapping[str, str], today: date) -> Row:
    header = read_car_header(list(fields), Plan())
    cells = list(fields.values())
    problems = [
        Problem(name, FIELDS[name], "", "必填，不能为空")
        for name in ("confidence",)
        if not fields[name].strip()
    ]
    identity = values = None
    try:
        identity = read_identity(1, cells, header, today)
    except RowError as error:
        problems += error.problems
    try:
        values, unread = read_values(cells, header)
        problems += unread
    except RowError as error:
        problems += error.problems
    if problems or identity is None or values is None:
        raise WrongFields(problems)
    return Row(identity, values)


def _refuse_twin(row: Row) -> None:
    """A second click, or a trim that is there already."""
    of = row.identity
    twin = db.session.scalar(
        select(Trim.key)
        .join(Series, Series.id == Trim.series_id)
        .join(Brand, Brand.id == Series.brand_id)
        .where(Brand.name == of.brand, Series.name == of.series)
        .where(Trim.name == of.name, Trim.model_year == of.model_year)
        .limit(1)
    )
    if twin is not None:
        reason = f"这个车系已经有同年款、同名的车型，导入编号 {twin}"
        raise WrongFields([Problem("name", FIELDS["name"], of.name, reason)])


def _doubts(row: Row) -> list[str]:
    of = row.identity
    known = stored_series({})
    if any((one.brand, one.name) == (of.brand, of.series) for one in known):
        names: list[str] = []
    else:
        own = NamedSeries(of.brand, of.maker, of.series, 1, of.key)
        names = [said for _, said in doubtful_names([*known, own])]
    return [*names, *(said for _, said in row_doubts([row]))]
