"""Files that staff upload: checked first, imported when asked for, undone when regretted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import delete, exists, select, update

from webapp import uploads
from webapp.catalogue.models import Batch, Trim, Value
from webapp.catalogue.projection import Columns
from webapp.catalogue.reading.reports import Counts, Progress, Rejected, Warned
from webapp.catalogue.service.imports import BatchMark, import_cars
from webapp.catalogue.service.named import forget_unused
from webapp.catalogue.service.projected import (
    bump_version,
    project_all_series,
    project_trims_of,
    rebuild_class_figures,
)
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.queue import enqueue

SHOWN: Final = 200
"""Rejected rows and warnings that a report keeps; the counts tell how many there were."""
BEAT_EVERY: Final = timedelta(seconds=2)
DEAD_AFTER: Final = timedelta(minutes=5)


def keep_upload(*, title: str, draft: Path) -> Batch:
    """Keep an uploaded file, in the caller's transaction; `ask_check` follows.

    Raises BadInput for an empty or too big one.
    """
    uploads.check_size(draft)
    batch = Batch(kind="upload", title=title[:200] or "未命名.csv", state="checking")
    db.session.add(batch)
    db.session.flush()
    draft.replace(upload_path(batch.id))
    return batch


def ask_check(batch: Batch) -> None:
    """Have a kept file checked; commits what else is in the transaction with it."""
    db.session.commit()
    enqueue("tasks.cars.check_upload", batch.id)


def upload_path(batch_id: int) -> Path:
    return uploads.folder() / f"cars-{batch_id}.csv"


def ask_import(*, batch_id: int) -> Batch:
    """Raises NotFound, and Conflict where it is not checked or has waited too long."""
    batch = batch_by_id(batch_id)
    if batch.state in ("checked", "failed") and not upload_path(batch_id).exists():
        raise Conflict("这个文件等得太久，已经删除。请重新上传。")
    if not _step(batch_id, ("checked", "failed"), "importing"):
        raise Conflict("这个文件正在处理，或者已经导入过了。请刷新页面看最新状态。")
    enqueue("tasks.cars.import_upload", batch_id)
    return batch


def ask_undo(*, batch_id: int) -> Batch:
    """Raises NotFound, and Conflict where there is nothing to undo."""
    batch = batch_by_id(batch_id)
    if not _step(batch_id, ("imported",), "undoing"):
        raise Conflict("只有已经导入、还没有撤销的批次可以撤销。")
    enqueue("tasks.cars.undo_batch", batch_id)
    return batch


def run_upload(*, batch_id: int, dry_run: bool) -> None:
    """Check a file, or import it; safe to repeat, and after a kill the next run completes it."""
    state, ends = ("checking", "checked") if dry_run else ("importing", "imported")
    if not _step(batch_id, (state,), state):
        return
    tracker = _Tracker(batch_id)
    path = upload_path(batch_id)
    try:
        counts = import_cars(
            path=path,
            dry_run=dry_run,
            report=tracker.report,
            batch=None if dry_run else BatchMark(batch_id, tracker.remember),
        )
    except Exception:
        db.session.rollback()
        tracker.finish("failed", None)
        raise
    tracker.finish("failed" if counts.refused else ends, counts)
    if not dry_run and not counts.refused:
        path.unlink(missing_ok=True)


def undo_batch(*, batch_id: int) -> None:
    """Take back what a batch brought, where nothing newer has replaced it. One transaction.

    Its values stay as history; those it superseded are current again; trims that have nothing
    but this batch's values go, and with them the series, brands, makers and sources that nothing
    else refers to.
    """
    if not _step(batch_id, ("undoing",), "undoing"):
        return
    batch, now = batch_by_id(batch_id), datetime.now(UTC)
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
    batch.state, batch.undone_at = "undone", now
    db.session.commit()


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


def _step(batch_id: int, states: tuple[str, ...], new: str) -> bool:
    """Go on to a state, from one of these only; whether it did. Commits what else is in the
    transaction with it, or rolls it back."""
    moved = db.session.execute(
        update(Batch)
        .where(Batch.id == batch_id, Batch.state.in_(states))
        .values(state=new, beat_at=datetime.now(UTC))
        .returning(Batch.id)
    ).first()
    if moved is None:
        db.session.rollback()
        return False
    db.session.commit()
    return True


class _Tracker:
    """Keeps what a running import tells, in transactions of its own: a dry run rolls back."""

    def __init__(self, batch_id: int) -> None:
        self._id = batch_id
        self._problems: list[dict[str, Any]] = []
        self._warnings: list[dict[str, Any]] = []
        self._written = datetime.now(UTC)

    def report(self, event: Rejected | Warned | Progress) -> None:
        match event:
            case Rejected(line, key, problems) if len(self._problems) < SHOWN:
                said = [f"{p.label}：{p.reason}" if p.label else p.reason for p in problems]
                self._problems.append({"line": line, "key": key, "said": said})
            case Warned(line, key, warning) if len(self._warnings) < SHOWN:
                self._warnings.append({"line": line, "key": key, "said": [warning]})
            case Progress(done, rows):
                now = datetime.now(UTC)
                if now - self._written >= BEAT_EVERY:
                    self._written = now
                    self._write(done=done, rows=rows, beat_at=now)

    def remember(self, before: Mapping[int, Columns]) -> None:
        """Add to the batch's `before`, in the transaction of the series."""
        batch = db.session.get(Batch, self._id)
        assert batch is not None
        known = json.loads(batch.before)
        # What a first try of a killed import noted is how it was; a second sees its own work.
        batch.before = json.dumps({str(k): v for k, v in before.items()} | known)

    def finish(self, state: str, counts: Counts | None) -> None:
        report: dict[str, Any] = {"rejected_rows": self._problems, "warned_rows": self._warnings}
        if counts is not None:
            names = ("rows", "added", "changed", "unchanged", "rejected", "warnings", "refused")
            report["counts"] = {name: getattr(counts, name) for name in names}
        rows = counts.rows if counts else 0
        text = json.dumps(report, ensure_ascii=False)
        self._write(state=state, report=text, done=rows, rows=rows, beat_at=None)

    def _write(self, **columns: Any) -> None:
        with db.engine.begin() as connection:
            connection.execute(update(Batch).where(Batch.id == self._id).values(columns))
