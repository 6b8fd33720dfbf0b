"""What the worker has done: written by the worker, read by the console.

Of a task's successes only the newest is kept, of its failures the last month; so the table
stays small, however often a task runs. Recording must never break the work: a database that
is away is logged.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from structlog import get_logger

from webapp import clock
from webapp.extensions import db
from webapp.operations.models import TaskRun
from webapp.operations.state import STATES
from webapp.transactions import transaction
from webapp.transitions import step, steps

log = get_logger(__name__)

FAILURES_KEPT: Final = timedelta(days=30)
LONGEST_RUN: Final = timedelta(minutes=35)
"""After the broker's visibility time an unfinished task is given to another worker."""
PRIVATE: Final = frozenset({"tasks.accounts.fetch_avatar"})
"""Tasks whose arguments are personal."""
REASON_LENGTH: Final = 300


def begin(*, key: str, task: str, args: Sequence[object]) -> None:
    with _recorded(task):
        columns: dict[str, Any] = {
            "args": None if task in PRIVATE else json.dumps(list(args), ensure_ascii=False),
            "started_at": _now(),
            "ended_at": None,
            "reason": "",
        }
        if not steps(TaskRun, TaskRun.key == key, from_=STATES, to="running", **columns):
            db.session.add(TaskRun(key=key, task=task, state="running", **columns))


def end(*, key: str, task: str, state: str, reason: str = "") -> None:
    """`state` is done, failed or waiting; `reason` holds no personal data."""
    values = {"ended_at": _now(), "reason": reason[:REASON_LENGTH]}
    with _recorded(task):
        steps(TaskRun, TaskRun.key == key, from_=("running", "lost"), to=state, **values)
        if state == "done":
            older = (TaskRun.task == task, TaskRun.state == "done", TaskRun.key != key)
            db.session.execute(delete(TaskRun).where(*older))


def sweep(*, now: datetime) -> None:
    """Mark what a killed worker left running, and forget old failures."""
    dead = TaskRun.started_at <= now - LONGEST_RUN
    old = TaskRun.started_at <= now - FAILURES_KEPT
    with transaction():
        left = "后台进程中途离开"
        steps(TaskRun, dead, from_="running", to="lost", ended_at=now, reason=left)
        db.session.execute(
            delete(TaskRun).where(TaskRun.state.in_(("failed", "lost", "waiting")), old)
        )


def newest_by_task() -> dict[str, TaskRun]:
    """The newest run of each task."""
    newest = select(func.max(TaskRun.id)).group_by(TaskRun.task)
    rows = db.session.scalars(select(TaskRun).where(TaskRun.id.in_(newest)))
    return {row.task: row for row in rows}


def unfinished_and_failed(*, limit: int = 50) -> Sequence[TaskRun]:
    """What is running, waiting, failed or lost, the newest first."""
    return db.session.scalars(
        select(TaskRun)
        .where(TaskRun.state != "done")
        .order_by(TaskRun.started_at.desc(), TaskRun.id.desc())
        .limit(limit)
    ).all()


def run_by_id(number: int) -> TaskRun | None:
    return db.session.get(TaskRun, number)


def take(number: int) -> bool:
    """Take a failed run to send its task again; of several who try one succeeds. In the caller's
    transaction. Whoever dies before `forget` or `give_back` leaves it to `sweep`."""
    return step(TaskRun, number, ("failed", "lost"), "running")


def give_back(number: int, state: str) -> None:
    """The task was not sent: the run is what it was."""
    with transaction():
        step(TaskRun, number, "running", state)


def forget(number: int) -> None:
    with transaction():
        db.session.execute(delete(TaskRun).where(TaskRun.id == number))


def _now() -> datetime:
    return clock.now()


@contextmanager
def _recorded(task: str) -> Iterator[None]:
    """One transaction; that it failed is logged and nothing more."""
    try:
        with transaction():
            yield
    except SQLAlchemyError as error:
        log.warning("task run not recorded", task=task, reason=type(error).__name__)
