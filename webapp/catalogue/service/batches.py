"""Files that staff upload: checked first, imported when asked for, undone when regretted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, exists, select, update

from webapp import clock, uploads
from webapp.catalogue.models import Batch, Trim, Value
from webapp.catalogue.projection import Columns
from webapp.catalogue.reading.header import Plan
from webapp.catalogue.reading.reports import (
    Changed,
    Counts,
    Event,
    Opened,
    Problem,
    Progress,
    Rejected,
    Warned,
)
from webapp.catalogue.service.imports import BatchMark, import_cars
from webapp.catalogue.service.named import forget_unused
from webapp.catalogue.service.plans import keep_plan, plan_of
from webapp.catalogue.service.projected import (
    bump_version,
    project_all_series,
    project_trims_of,
    rebuild_class_figures,
)
from webapp.columns import utc_now
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.transactions import end_read, transaction
from webapp.transitions import step
from webapp.uploads import Upload

SHOWN: Final = 200
"""Rejected rows, warnings and changed rows that a report keeps; the counts tell how many there
were."""
FIELDS_SHOWN: Final = 20
"""Changed fields of one row that a report keeps."""
BEAT_EVERY: Final = timedelta(seconds=2)
DEAD_AFTER: Final = timedelta(minutes=5)


def keep_upload(*, title: str, draft: Path) -> Batch:
    """Keep an uploaded file and have it checked. Raises BadInput for an empty or too big one."""
    batch = Batch(kind="upload", title=title[:200] or "未命名.csv", state="checking")
    with uploads.received(draft) as keep_as, transaction():
        db.session.add(batch)
        db.session.flush()
        keep_as(upload_of(batch.id))
        enqueue("tasks.cars.check_upload", batch.id)
    return batch


def upload_of(batch_id: int) -> Upload:
    return Upload(f"cars-{batch_id}.csv")


def ask_import(*, batch_id: int) -> Batch:
    """Raises NotFound, and Conflict where it is not checked or has waited too long."""
    batch = batch_by_id(batch_id)
    if batch.state in ("checked", "failed") and not upload_of(batch_id).exists():
        raise Conflict("这个文件等得太久，已经删除。请重新上传。")
    with transaction():
        if not step(Batch, batch_id, ("checked", "failed"), "importing", beat_at=utc_now()):
            raise Conflict("这个文件正在处理，或者已经导入过了。请刷新页面看最新状态。")
        enqueue("tasks.cars.import_upload", batch_id)
    return batch


def ask_check_with(*, batch_id: int, plan: Plan) -> Batch:
    """Have a kept file checked again with what was said about its columns. Raises NotFound, and
    Conflict where it is not waiting any more."""
    batch = batch_by_id(batch_id)
    if not upload_of(batch_id).exists():
        raise Conflict("这个文件等得太久，已经删除。请重新上传。")
    with transaction():
        if not step(Batch, batch_id, ("checked", "failed"), "checking", beat_at=utc_now()):
            raise Conflict("这个文件正在处理，或者已经导入过了。请刷新页面看最新状态。")
        keep_plan(batch, plan)
        enqueue("tasks.cars.check_upload", batch_id)
    return batch


def ask_undo(*, batch_id: int) -> Batch:
    """Raises NotFound, and Conflict where there is nothing to undo."""
    batch = batch_by_id(batch_id)
    with transaction():
        if not step(Batch, batch_id, "imported", "undoing", beat_at=utc_now()):
            raise Conflict("只有已经导入、还没有撤销的批次可以撤销。")
        enqueue("tasks.cars.undo_batch", batch_id)
    return batch


def run_upload(*, batch_id: int, dry_run: bool) -> None:
    """Check a file, or import it; safe to repeat, and after a kill the next run completes it."""
    state, ends = ("checking", "checked") if dry_run else ("importing", "imported")
    if not _goes_on(batch_id, state):
        return
    tracker = _Tracker(batch_id, state)
    upload = upload_of(batch_id)
    try:
        with upload.local() as path:
            counts = import_cars(
                path=path,
                dry_run=dry_run,
                report=tracker.report,
                batch=None if dry_run else BatchMark(batch_id, tracker.remember),
                plan=plan_of(batch_by_id(batch_id)),
            )
    except Exception:
        end_read()
        tracker.finish("failed", None)
        raise
    tracker.finish("failed" if counts.refused else ends, counts)
    if not dry_run and not counts.refused:
        upload.remove()


def undo_batch(*, batch_id: int) -> None:
    """Take back what a batch brought, where nothing newer has replaced it. One transaction.

    Its values stay as history; those it superseded are current again; trims that have nothing
    but this batch's values go, and with them the series, brands, makers and sources that nothing
    else refers to.
    """
    if not _goes_on(batch_id, "undoing"):
        return
    now = clock.now()
    with transaction():
        if step(Batch, batch_id, "undoing", "undone", undone_at=now):
            _undo(batch_by_id(batch_id), now)


def _undo(batch: Batch, now: datetime) -> None:
    batch_id = batch.id
    brought = select(Value.trim_id).where(Value.batch_id == batch_id)
    ended = select(Value.trim_id).where(Value.ended_by == batch_id)
    touched = Trim.id.in_(brought.union(ended))
    series = set(db.session.scalars(select(Trim.series_id).where(touched)).all())
    named = select(Value.source_id).where(Value.batch_id == batch_id).distinct()
    sources = db.session.scalars(named).all()
    others = exists().where(Value.trim_id == Trim.id, Value.batch_id.is_distinct_from(batch_id))
    db.session.execute(delete(Trim).where(Trim.batch_id == batch_id, ~others))
    db.session.execute(
        update(Value)
        .where(Value.batch_id == batch_id, Value.superseded_at.is_(None))
        .values(superseded_at=now)
    )
    current = Value.__table__.alias("current")
    replaced = exists().where(
        current.c.trim_id == Value.trim_id,
        current.c.parameter_id == Value.parameter_id,
        current.c.superseded_at.is_(None),
    )
    db.session.execute(
        update(Value)
        .where(Value.ended_by == batch_id, ~replaced)
        .values(superseded_at=None, ended_by=None)
    )
    for trim_id, columns in json.loads(batch.before).items():
        own = Trim.id == int(trim_id)
        if "series_id" in columns:  # both the series it moved to and the old one are other now
            left = db.session.scalars(select(Trim.series_id).where(own))
            series |= {columns["series_id"], *left}
        known = {name: value for name, value in columns.items() if name in Trim.__table__.c}
        db.session.execute(update(Trim).where(own).values(known))
    for series_id in sorted(series):
        project_trims_of(series_id)
    project_all_series(series)
    forget_unused(series_ids=series, source_ids=sources)
    rebuild_class_figures()
    bump_version()


def batch_by_id(batch_id: int) -> Batch:
    batch = db.session.get(Batch, batch_id)
    if batch is None:
        raise NotFound(f"没有编号为 {batch_id} 的批次。")
    return batch


def resume_batches(*, now: datetime) -> int:
    """Hand out again what its worker left unfinished, and what the broker never took."""
    tasks = {"checking": "check_upload", "importing": "import_upload", "undoing": "undo_batch"}
    found = db.session.execute(
        select(Batch.id, Batch.state, Batch.beat_at, Batch.created_at).where(Batch.state.in_(tasks))
    ).all()
    stuck = [row for row in found if (row.beat_at or row.created_at) <= now - DEAD_AFTER]
    for row in stuck:
        enqueue(f"tasks.cars.{tasks[row.state]}", row.id)
    return len(stuck)


def sweep_uploads(*, now: datetime) -> int:
    """Delete the files nobody will import any more; how many."""

    def in_states(*states: str) -> set[int]:
        return set(db.session.scalars(select(Batch.id).where(Batch.state.in_(states))))

    return uploads.sweep(
        "cars",
        now=now,
        working=in_states("checking", "importing"),
        waiting=in_states("checked", "failed"),
    )


def _goes_on(batch_id: int, state: str) -> bool:
    """Say that a worker is at the batch; whether there is something to do."""
    with transaction():
        return step(Batch, batch_id, state, state, beat_at=utc_now())


def _said(problem: Problem) -> str:
    if not problem.label:
        return problem.reason
    cell = f"“{problem.value}”" if problem.value else ""
    return f"{problem.label}{cell}：{problem.reason}"


class _Tracker:
    """Keeps what a running import tells, between the transactions of the import."""

    def __init__(self, batch_id: int, state: str) -> None:
        self._id = batch_id
        self._state = state
        self._problems: list[dict[str, Any]] = []
        self._warnings: list[dict[str, Any]] = []
        self._changes: list[dict[str, Any]] = []
        self._columns: list[dict[str, Any]] = []
        self._written = clock.now()

    def report(self, event: Event) -> None:
        match event:
            case Opened(columns):
                self._columns = [asdict(column) for column in columns]
            case Changed(line, key, changes) if len(self._changes) < SHOWN:
                shown = [asdict(change) for change in changes[:FIELDS_SHOWN]]
                row = {"line": line, "key": key, "changes": shown}
                self._changes.append(row | {"more": len(changes) - len(shown)})
            case Rejected(line, key, problems) if len(self._problems) < SHOWN:
                said = [_said(problem) for problem in problems]
                self._problems.append({"line": line, "key": key, "said": said})
            case Warned(line, key, warning) if len(self._warnings) < SHOWN:
                self._warnings.append({"line": line, "key": key, "said": [warning]})
            case Progress(done, rows):
                now = clock.now()
                if now - self._written >= BEAT_EVERY:
                    self._written = now
                    self._write(self._state, done=done, rows=rows, beat_at=now)

    def remember(self, before: Mapping[int, Columns]) -> None:
        """Add to the batch's `before`, in the transaction of the series."""
        batch = db.session.get(Batch, self._id)
        assert batch is not None
        known = json.loads(batch.before)
        # What a first try of a killed import noted is how it was; a second sees its own work.
        batch.before = json.dumps({str(k): v for k, v in before.items()} | known)

    def finish(self, state: str, counts: Counts | None) -> None:
        report: dict[str, Any] = {
            "rejected_rows": self._problems,
            "warned_rows": self._warnings,
            "changed_rows": self._changes,
            "columns": self._columns,
        }
        if counts is not None:
            names = ("rows", "added", "changed", "unchanged", "rejected", "warnings", "refused")
            report["counts"] = {name: getattr(counts, name) for name in names}
        rows = counts.rows if counts else 0
        text = json.dumps(report, ensure_ascii=False)
        self._write(state, report=text, done=rows, rows=rows, beat_at=None)

    def _write(self, state: str, **columns: Any) -> None:
        with transaction():
            step(Batch, self._id, self._state, state, **columns)
