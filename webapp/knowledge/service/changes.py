"""What staff ask of the knowledge base: a file taken in, a document or a collection taken out.

A file is checked first and taken in when that is asked for. Each step is a state in the
database, and how far it is is written in the transactions of the work itself: a run that was
killed is gone on with, one that is stopped or delivered twice ends at its next transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from webapp import uploads
from webapp.backends.storage.port import NotStored
from webapp.columns import utc_now
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.knowledge import files, queries
from webapp.knowledge.models import KnowledgeChange
from webapp.knowledge.reports import Counts, Progress, Rejected, Taken
from webapp.knowledge.service.ingest import ingest, remove
from webapp.knowledge.shipped import SHIPPED
from webapp.queue import enqueue
from webapp.transactions import end_read, transaction
from webapp.transitions import step
from webapp.uploads import Upload

SHOWN: Final = 200
"""Rejected documents, and documents taken in, that a report names; the counts tell all."""
DEAD_AFTER: Final = timedelta(minutes=5)
MOVING: Final = ("checking", "applying")
AGAIN: Final = ("stopped", "failed")
MOST_DEATHS: Final = 2
"""A file that so often ended the process that read it is not sent to another."""
KILLED: Final = "读这个文件时处理进程意外退出了两次，没有再试；请检查文件，或拆成几个小一些的再上传"
TOO_LONG: Final = "20 分钟还没有读完，已经停下；请拆成几个小一些的文件再上传"
TASK: Final = "tasks.knowledge.run_change"


class Stopped(Exception):
    """Somebody stopped the change, or another run has finished it."""


def accept_upload(
    *,
    name: str,
    draft: Path,
    collection: str,
    given: dict[str, str],
    document: queries.DocumentRow | None = None,
) -> KnowledgeChange:
    """Keep a file called `name` and have it checked; with `document` it is a new version of
    that one. `given` are fields of the document where the file is one.

    Raises BadInput for an empty or too big file.
    """
    change = KnowledgeChange(
        kind="upload",
        title=name[-200:],
        collection=collection,
        document=document.external_id if document else None,
        given=json.dumps(given, ensure_ascii=False),
        state="checking",
    )
    with uploads.received(draft) as keep_as, transaction():
        db.session.add(change)
        db.session.flush()
        keep_as(upload_of(change))
        enqueue(TASK, change.id)
    return change


def ask_removal(*, collection: str, document: queries.DocumentRow | None = None) -> KnowledgeChange:
    """Have a document, or without one the whole collection, taken out."""
    change = KnowledgeChange(
        kind="removal",
        title=(document.title if document else collection)[:200],
        collection=collection,
        document=document.external_id if document else None,
        state="applying",
    )
    with transaction():
        db.session.add(change)
        db.session.flush()
        enqueue(TASK, change.id)
    return change


def ask_apply(*, change_id: int) -> KnowledgeChange:
    """Raises NotFound, and Conflict where there is nothing checked."""
    return _ask(change_id, ("checked",), "applying")


def ask_again(*, change_id: int) -> KnowledgeChange:
    """From the start: a file is checked once more, a removal gone on with. Raises NotFound and
    Conflict."""
    change = change_by_id(change_id)
    return _ask(change_id, AGAIN, "checking" if change.kind == "upload" else "applying")


def ask_stop(*, change_id: int) -> KnowledgeChange:
    """Raises NotFound and Conflict. What was taken in or out so far stays so."""
    change = change_by_id(change_id)
    with transaction():
        if not step(KnowledgeChange, change_id, MOVING, "stopped"):
            raise Conflict("它已经做完或停下了。请刷新页面看最新状态。")
    return change


def run_change(*, change_id: int) -> None:
    """Do the step a change waits for. Safe to repeat; after a kill the next run goes on.

    Raises locks.Busy where another run is at the same collection.
    """
    change = change_by_id(change_id)
    state, notes = change.state, _Notes()
    if state not in MOVING:
        return
    deaths = _Deaths(change_id, change.done)
    if deaths.before >= MOST_DEATHS:
        deaths.forget()
        _finish(change_id, state, "failed", notes, failure=KILLED)
        return
    try:
        work = _take_in if change.kind == "upload" else _take_out
        with deaths.counted():
            work(change, state, notes)
    except Stopped:
        return
    except NotStored:
        _finish(change_id, state, "failed", notes, failure="上传的文件已经不在了，请重新上传")


def give_up(*, change_id: int, reason: str) -> None:
    """End a change that cannot go on, with the reason staff read."""
    end_read()
    report = json.dumps({"failure": reason}, ensure_ascii=False)
    with transaction():
        step(KnowledgeChange, change_id, MOVING, "failed", report=report)


def resume_changes(*, now: datetime) -> int:
    """Hand out again what its worker left unfinished, and what the broker never took."""
    rows = db.session.execute(
        select(KnowledgeChange.id, KnowledgeChange.beat_at, KnowledgeChange.created_at).where(
            KnowledgeChange.state.in_(MOVING)
        )
    ).all()
    stuck = [row for row in rows if (row.beat_at or row.created_at) <= now - DEAD_AFTER]
    for row in stuck:
        enqueue(TASK, row.id)
    return len(stuck)


def sweep_uploads(*, now: datetime) -> int:
    """Delete the files nobody will take in any more; how many."""

    def in_states(*states: str) -> set[int]:
        wanted = select(KnowledgeChange.id).where(KnowledgeChange.state.in_(states))
        return set(db.session.scalars(wanted))

    return uploads.sweep(
        "knowledge",
        now=now,
        working=in_states(*MOVING),
        waiting=in_states("checked", *AGAIN),
    )


def change_by_id(change_id: int) -> KnowledgeChange:
    change = db.session.get(KnowledgeChange, change_id)
    if change is None:
        raise NotFound(f"没有编号为 {change_id} 的知识库变更。")
    return change


def upload_of(change: KnowledgeChange) -> Upload:
    """The ending stays: it says how the file is read."""
    suffix = Path(change.title).suffix.lower()
    return Upload(f"knowledge-{change.id}{suffix if suffix.isascii() else ''}")


def _take_in(change: KnowledgeChange, state: str, notes: _Notes) -> None:
    dry_run, upload = state == "checking", upload_of(change)
    given: dict[str, str] = json.loads(change.given)
    with upload.local() as path:
        drafts = files.read_file(path, given, name=change.title, id_=change.document)
        total = files.count(path)
        # Of a run that was killed, the counts of what it committed.
        so_far = Counts(**json.loads(change.report)["counts"]) if change.done else None
        counts = ingest(
            collection=change.collection,
            drafts=drafts,
            dry_run=dry_run,
            done=change.done,
            counts=so_far,
            report=notes.note,
            before_commit=_marker(change.id, state, total),
            wait=0,
        )
    ends = "checked" if dry_run else "applied"
    finished = _finish(change.id, state, ends, notes, counts=counts)
    if not dry_run:
        if finished:
            upload.remove()
        enqueue("tasks.knowledge.bring_up_to_date")


def _take_out(change: KnowledgeChange, state: str, notes: _Notes) -> None:
    if change.collection in SHIPPED:
        raise RuntimeError(f"{change.collection} belongs to the product")
    removed = remove(
        collection=change.collection,
        ids=None if change.document is None else [change.document],
        done=change.done,
        before_commit=lambda done, total: _mark(change.id, state, done=done, total=total),
        wait=0,
    )
    _finish(change.id, state, "applied", notes, counts=Counts(removed=removed))
    enqueue("tasks.knowledge.bring_up_to_date")


def _marker(change_id: int, state: str, total: int) -> Callable[[int, Counts], None]:
    def mark(done: int, counts: Counts) -> None:
        report = json.dumps({"counts": asdict(counts)})
        _mark(change_id, state, done=done, total=total, report=report)

    return mark


def _mark(change_id: int, state: str, **columns: object) -> None:
    """Write how far a run is, in its transaction. Raises Stopped where it is no longer the
    one to go on."""
    if not step(KnowledgeChange, change_id, state, state, beat_at=utc_now(), **columns):
        raise Stopped


def _finish(change_id: int, state: str, new: str, notes: _Notes, **told: Any) -> bool:
    if "counts" in told:
        told["counts"] = asdict(told["counts"])
    report = json.dumps(told | notes.as_dict(), ensure_ascii=False)
    with transaction():
        return step(KnowledgeChange, change_id, state, new, report=report)


def _ask(change_id: int, states: tuple[str, ...], new: str) -> KnowledgeChange:
    change = change_by_id(change_id)
    if change.kind == "upload" and change.state in states and not upload_of(change).exists():
        raise Conflict("这个文件等得太久，已经删除。请重新上传。")
    with transaction():
        if not step(KnowledgeChange, change_id, states, new, done=0, beat_at=None):
            raise Conflict("它正在处理，或者已经做完了。请刷新页面看最新状态。")
        enqueue(TASK, change_id)
    return change


class _Deaths:
    """How often a process that was at a change ended without a word, at the same place.

    It is in a file of this machine, written before the work and deleted after it however that
    ends, so that only what ends the process itself leaves it there.
    """

    def __init__(self, change_id: int, done: int) -> None:
        self._path = uploads.folder() / f"knowledge-{change_id}.tries"
        self._done = done
        self.before = self._read()

    def _read(self) -> int:
        try:
            done, tries = map(int, self._path.read_text(encoding="ascii").split())
        except (OSError, ValueError):
            return 0
        return tries if done == self._done else 0

    @contextmanager
    def counted(self) -> Iterator[None]:
        self._path.write_text(f"{self._done} {self.before + 1}", encoding="ascii")
        try:
            yield
        finally:
            self.forget()

    def forget(self) -> None:
        self._path.unlink(missing_ok=True)


class _Notes:
    """The first rejected documents of a run, and the first that were taken in."""

    def __init__(self) -> None:
        self._rejected: list[dict[str, Any]] = []
        self._taken: list[dict[str, Any]] = []

    def note(self, event: Rejected | Taken | Progress) -> None:
        if isinstance(event, Progress):
            return
        notes = self._rejected if isinstance(event, Rejected) else self._taken
        if len(notes) < SHOWN:
            notes.append(asdict(event))

    def as_dict(self) -> dict[str, Any]:
        return {"rejected": self._rejected, "taken": self._taken}
