"""One value set by hand, with its source: a batch of its own, so that it can be undone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date
from typing import Final, NamedTuple

from sqlalchemy import insert, select, update

from webapp.catalogue import subjects
from webapp.catalogue.models import Batch, Parameter, Series, Source, Trim, Value
from webapp.catalogue.reading.cells import Cell, CellError, clean, read_cell, read_month
from webapp.catalogue.reading.choices import CHOICES, ChoiceError
from webapp.catalogue.service.named import ensure_source
from webapp.catalogue.service.projected import (
    bump_version,
    project_all_series,
    project_trims_of,
    rebuild_class_figures,
)
from webapp.catalogue.service.tables import VALUE
from webapp.catalogue.vocabulary import CONFIDENCES
from webapp.columns import utc_now
from webapp.errors import BadInput, NotFound
from webapp.extensions import db

SOURCE_LENGTH: Final = 120
REASON_LENGTH: Final = 300


class Said(NamedTuple):
    """Who said a value, when, and how sure that is."""

    source_id: int
    captured: str
    confidence: str


def set_value(
    *,
    trim_id: int,
    parameter: str,
    text: str,
    source: str,
    captured: str,
    confidence: str,
    today: date,
    reason: str = "",
) -> tuple[Batch | None, str | None]:
    """Let `text`, written as in an import file, be the current value; an empty one makes it
    unknown. `reason` may say why. The batch and what stood there before; no batch where nothing
    changes. In the caller's transaction.

    Raises NotFound and BadInput.
    """
    trim = db.session.get(Trim, trim_id)
    row = db.session.scalar(select(Parameter).filter_by(key=parameter))
    if trim is None or row is None:
        raise NotFound(f"没有编号为 {trim_id} 的车型，或没有“{parameter[:40]}”这个参数。")
    cell = _read(row, text)
    source, captured = _source(source), _month(captured, today)
    if confidence not in CONFIDENCES:
        raise BadInput("可信度还没有选，请从列表里选一个。")
    held = current_value(trim_id, row.id)
    before = None if held is None else _shown(held)
    if held is None and cell is None:
        return None, before
    if held is not None and captured < held.captured:
        raise BadInput(f"现有的值是 {held.captured} 的，比你填的月份新；请核对来源月份。")
    if held is not None and cell is not None and _same(held, cell, source, captured, confidence):
        return None, before
    series = db.session.get_one(Series, trim.series_id)
    title = f"{series.name} {trim.title} · {row.label}"
    batch = edit_batch(title, _reason(reason))
    # Who says that a value is unknown becomes no source of values.
    new = (cell, Said(ensure_source(source), captured, confidence)) if cell else None
    supersede(batch, trim_id, row.id, held, new)
    project_edited([trim.series_id])
    return batch, before


def edit_batch(title: str, reason: str | None = None, *, rows: int = 1) -> Batch:
    """A batch for values set by hand, in effect at once."""
    batch = Batch(
        kind="edit", title=title[:200], state="imported", done=rows, rows=rows, reason=reason
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def current_value(trim_id: int, parameter_id: int) -> Value | None:
    return db.session.scalar(
        select(Value).filter_by(trim_id=trim_id, parameter_id=parameter_id, superseded_at=None)
    )


def supersede(
    batch: Batch,
    trim_id: int,
    parameter_id: int,
    held: Value | None,
    new: tuple[Cell, Said] | None,
) -> None:
    """End the value held, and let the new one be the current one, where they are there."""
    if held is not None:
        ended = {"superseded_at": utc_now(), "ended_by": batch.id}
        db.session.execute(update(VALUE).where(VALUE.c.id == held.id).values(ended))
    if new is not None:
        cell, said = new
        place = {"trim_id": trim_id, "parameter_id": parameter_id, "batch_id": batch.id}
        db.session.execute(insert(VALUE).values(asdict(cell) | said._asdict() | place))


def project_edited(series_ids: Collection[int]) -> None:
    """Derive anew what follows from values of these series, and tell the caches of that alone."""
    changed = set(map(subjects.series, series_ids))
    for series_id in series_ids:
        changed |= project_trims_of(series_id)
    if project_all_series(series_ids):
        changed.add(subjects.LISTS)
    changed |= rebuild_class_figures()
    bump_version(*changed)


def _reason(text: str) -> str | None:
    reason = " ".join(text.split())
    if len(reason) > REASON_LENGTH:
        raise BadInput(f"理由最多 {REASON_LENGTH} 个字，这里有 {len(reason)} 个。")
    return reason or None


def _read(parameter: Parameter, text: str) -> Cell | None:
    try:
        cell = read_cell(text, key=parameter.key, type=parameter.type, unit=parameter.unit)
        if cell and cell.text and parameter.key in CHOICES:
            CHOICES[parameter.key](cell.text)
    except (CellError, ChoiceError) as error:
        raise BadInput(f"{parameter.label}：{error}。") from error
    return cell


def _source(text: str) -> str:
    try:
        source = clean(text)
    except CellError as error:
        raise BadInput(f"来源：{error}。") from error
    if not 2 <= len(source) <= SOURCE_LENGTH:
        raise BadInput("来源：请写清楚数值从哪里来，2 到 120 个字。")
    return source


def _month(text: str, today: date) -> str:
    try:
        month = read_month(text)
    except CellError as error:
        raise BadInput(f"来源月份：{error}。") from error
    if month > f"{today:%Y-%m}":
        raise BadInput("来源月份在未来，请核对。")
    return month


def _same(value: Value, cell: Cell, source: str, captured: str, confidence: str) -> bool:
    said = Cell(value.number, value.text, value.fitted)
    name = db.session.get_one(Source, value.source_id).name
    return (said, name, value.captured, value.confidence) == (cell, source, captured, confidence)


def _shown(value: Value) -> str:
    parts = (value.fitted, None if value.number is None else f"{value.number:g}", value.text)
    return " ".join(part for part in parts if part)
