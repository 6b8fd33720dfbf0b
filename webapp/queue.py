"""Hand work to the background: `enqueue("tasks.cars.refresh_catalogue")`."""

from __future__ import annotations

import time
from typing import Final

from flask import current_app
from redis import RedisError
from structlog import get_logger
from structlog.contextvars import get_contextvars

from webapp.backends.cache import cache_client
from webapp.transactions import after_commit, is_open

log = get_logger(__name__)

OPEN_SECONDS: Final = 2.0
"""After a failure nothing is sent for so long, so that a broker that is away costs one wait."""

_closed_until = 0.0


def enqueue(task: str, /, *args: object) -> None:
    """Send a task by its dotted name; `args` must be JSON. Inside a transaction it is sent after
    the commit, and never if that rolls back.

    A broker that is away is logged and never raises: the caller's own work is committed, and
    what must happen in the end is found again by a scheduled task.
    """
    after_commit(lambda: send_now(task, *args))


def send_now(task: str, /, *args: object) -> bool:
    """As `enqueue`, for a caller who has to know: whether the broker took it. Raises RuntimeError
    inside a transaction, which may still roll back."""
    global _closed_until
    if is_open():
        raise RuntimeError("a task is sent after the commit")
    if time.monotonic() < _closed_until:
        log.warning("not enqueued", task=task, reason="broker away a moment ago")
        return False
    try:
        _send(task, args)
    except (RedisError, OSError) as error:
        _closed_until = time.monotonic() + OPEN_SECONDS
        log.error("not enqueued", task=task, reason=str(error) or type(error).__name__)
        return False
    return True


def _send(task: str, args: tuple[object, ...]) -> None:
    """Raises RedisError or OSError within about a second where the broker is away."""
    url = current_app.config["BROKER_URL"]
    if not url.startswith("amqp"):
        # Celery's Redis connection has no time limit on an answer; this one has.
        cache_client(url).ping()
    # Imported late: Celery takes half a second, and most requests send nothing.
    from kombu.exceptions import OperationalError

    from tasks.celery import celery

    origin = get_contextvars().get("request_id")
    try:
        celery.send_task(task, args, retry=False, headers={"request_id": origin})
    except OperationalError as error:
        raise OSError(type(error.__cause__ or error).__name__) from error
