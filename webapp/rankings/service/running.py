"""Runs over all lists: every night at two in China, once, and made up for where one was missed."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from structlog import get_logger

from webapp import clock
from webapp.audit import Actor, record
from webapp.clock import CHINA
from webapp.errors import Conflict, Unavailable
from webapp.extensions import db
from webapp.queue import send_now
from webapp.rankings import periods, queries
from webapp.rankings.lists import RankingError
from webapp.rankings.methods import METHODS, Method
from webapp.rankings.models import RankingRun
from webapp.rankings.service.publishing import forget_superseded, publish
from webapp.transactions import end_read, transaction
from webapp.transitions import step

log = get_logger(__name__)

HOUR: Final = 2
LOST_AFTER: Final = timedelta(minutes=30)
"""A run that began so long ago has no worker any more."""
RETRY_AFTER: Final = timedelta(minutes=10)
MOST_ATTEMPTS: Final = 5


def last_due(now: datetime) -> date:
    """The night whose run has been due since the last two o'clock in China."""
    return (now.astimezone(CHINA) - timedelta(hours=HOUR)).date()


def publish_due(now: datetime) -> bool:
    """Publish what the last night owes; whether this call did it. False where it is done, or
    another process is at it, or it failed too often. Safe to call at any time."""
    claimed = _claim(last_due(now), now)
    if claimed is None:
        return False
    run(run_id=claimed, now=now)
    return True


def _claim(night: date, now: datetime) -> int | None:
    """The run of a night, taken by this process, or None."""
    known = _run_of(night)
    try:
        with transaction():
            if known is None:
                made = RankingRun(night=night, state="running", started_at=now)
                db.session.add(made)
                db.session.flush()
                return made.id
            if not _may_begin_again(known, now):
                return None
            number, began = known.id, known.started_at
            taken = step(
                RankingRun,
                number,
                known.state,
                "running",
                RankingRun.started_at == began,
                started_at=now,
                ended_at=None,
                attempts=known.attempts + 1,
            )
            return number if taken else None
    except IntegrityError:
        return None  # two beats at once: the other one was first


def _run_of(night: date) -> RankingRun | None:
    return db.session.scalar(select(RankingRun).where(RankingRun.night == night))


def _may_begin_again(known: RankingRun, now: datetime) -> bool:
    if known.attempts >= MOST_ATTEMPTS:
        return False
    if known.state == "running":
        return now - known.started_at > LOST_AFTER
    return known.state == "failed" and now - (known.ended_at or known.started_at) >= RETRY_AFTER


def ask_run(*, actor: Actor, now: datetime) -> None:
    """Have all lists computed now. Raises Conflict while a run is under way, Unavailable where
    the worker cannot be told."""
    with transaction():
        busy = select(RankingRun.id).where(
            RankingRun.state == "running", RankingRun.started_at > now - LOST_AFTER
        )
        if db.session.scalar(busy) is not None:
            raise Conflict("榜单正在计算，请等它结束。")
        made = RankingRun(night=None, state="running", started_at=now)
        db.session.add(made)
        db.session.flush()
        number = made.id
        record(actor, "recompute rankings", f"run {number}")
    if not send_now("tasks.rankings.run", number):
        _end(number, {"": "消息队列不可用，没有开始"})
        raise Unavailable("消息队列暂时不可用，没有开始计算。请稍后再试。")


def run(*, run_id: int, now: datetime) -> None:
    """Compute every list and publish those that changed. One that fails stays as it was, is named
    in the run, and stops no other."""
    today = clock.day_in_china(now)
    published = unchanged = 0
    failures: dict[str, str] = {}
    for method in METHODS.values():
        for period, is_newest in _in_turn(method, today, failures):
            try:
                inputs = queries.gather(method, period, today)
                done = publish(
                    method=method, period=period, inputs=inputs, is_newest=is_newest, now=now
                )
            except Exception as error:  # whatever is wrong with one list, the others go on
                end_read()
                failures[f"{method.name} {period}"] = _said(error)
            else:
                published, unchanged = published + done, unchanged + (not done)
    _end(run_id, failures, published=published, unchanged=unchanged)
    forget_superseded(now)


def _end(run_id: int, failures: dict[str, str], *, published: int = 0, unchanged: int = 0) -> None:
    with transaction():
        step(
            RankingRun,
            run_id,
            "running",
            "failed" if failures else "done",
            ended_at=clock.now(),
            published=published,
            unchanged=unchanged,
            failures=json.dumps(failures, ensure_ascii=False),
        )


def _in_turn(method: Method, today: date, failures: dict[str, str]) -> list[tuple[str, bool]]:
    """The periods of a list, the oldest first, since each looks at the one before; and whether it
    is the newest of its kind."""
    try:
        due = queries.due_periods(method, today)
    except Exception as error:
        end_read()
        failures[method.name] = _said(error)
        return []
    newest = {periods.kind_of(period): period for period in reversed(due)}
    return [(period, period in newest.values()) for period in reversed(due)]


def _said(error: Exception) -> str:
    if isinstance(error, RankingError):
        return str(error)
    log.exception("ranking not published")
    return f"出错：{type(error).__name__}"
