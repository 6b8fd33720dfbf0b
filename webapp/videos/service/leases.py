"""Who works on a video: one worker at a time, by a lease that it renews while it lives.

The rows say what is to be done, tasks only wake a worker. So a task that comes twice, or to two
workers, finds the lease taken; and where a worker was killed its lease runs out, and the sweep
sends the task again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from webapp import clock
from webapp.extensions import db
from webapp.transactions import end_read, transaction
from webapp.transitions import step
from webapp.videos.models import Video

LEASE: Final = timedelta(seconds=60)
MOST_TRIES: Final = 5
"""A step that was begun so often and never ended is given up."""


class Lost(Exception):
    """The video was removed, taken down or taken over meanwhile; whoever worked on it stops."""


def take(video_id: int, states: Sequence[str], *, to: str | None = None) -> Video | None:
    """The video, for this worker alone; None where it is in none of these states or another is
    at it. It goes on to the state `to`, else stays in its own."""
    now = clock.now()
    end_read()
    free = Video.lease_until.is_(None) | (Video.lease_until < now)
    with transaction():
        taken = any(
            step(
                Video,
                video_id,
                state,
                to or state,
                free,
                lease_until=now + LEASE,
                active_at=now,
                tries=Video.tries + 1,
            )
            for state in states
        )
        return _fresh(video_id) if taken else None


def renew(video_id: int, states: Sequence[str]) -> None:
    """Say that this worker lives. Raises Lost."""
    now = clock.now()
    with transaction():
        if not any(step(Video, video_id, s, s, lease_until=now + LEASE) for s in states):
            raise Lost


def keep_alive(video_id: int, states: Sequence[str]) -> Callable[[], None]:
    """What a long step calls every few seconds; it renews the lease when a third of it is over."""
    last = clock.now()

    def beat() -> None:
        nonlocal last
        now = clock.now()
        if now - last > LEASE / 3:
            renew(video_id, states)
            last = now

    return beat


def give_back(video_id: int, states: Sequence[str], *, detail: str) -> None:
    """End a try that something outside has stopped; it does not count, and the next may begin
    when the sweep sends it."""
    now = clock.now()
    end_read()
    with transaction():
        for state in states:
            step(
                Video,
                video_id,
                state,
                state,
                lease_until=None,
                active_at=now,
                tries=Video.tries - 1,
                detail=detail[:500],
            )


def _fresh(video_id: int) -> Video:
    return db.session.scalars(
        select(Video).where(Video.id == video_id).execution_options(populate_existing=True)
    ).one()
