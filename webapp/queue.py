"""Hand work to the background: `enqueue("tasks.cars.refresh_catalogue")`.

This side only sends, by a task's dotted name: the worker (`tasks.celery`) is built from the same
`broker_settings` and is never imported here.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from flask import current_app
from redis import RedisError
from structlog import get_logger
from structlog.contextvars import get_contextvars

from webapp.backends.cache import cache_client
from webapp.transactions import after_commit, is_open

if TYPE_CHECKING:
    from celery import Celery, Task

log = get_logger(__name__)

OPEN_SECONDS: Final = 2.0
"""After a failure nothing is sent for so long, so that a broker that is away costs one wait."""
VISIBILITY_SECONDS: Final = 4 * 3600
"""After so long an unfinished task is given to another worker: keep every task well below it,
and any countdown too. Those of a worker that died come back at once (`tasks.holding`)."""
TAKEN_SECONDS: Final = 1.0
"""How long RabbitMQ may take to say that it has a message."""
AT_ONCE: Final = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
"""One second try, over a new connection: that of before ended with the broker's restart."""
ROUTES: Final = {
    "tasks.videos.process": {"queue": "videos"},
    "tasks.watching.make_examples": {"queue": "videos"},
}
"""What keeps a processor busy for hours has a queue and a worker of its own."""

_closed_until = 0.0


def broker_settings(url: str) -> dict[str, Any]:
    """Celery's settings that sender and worker must agree on. RabbitMQ says what it has taken."""
    transport: dict[str, float] = {"max_retries": 0}
    if url.startswith("amqp"):
        transport["confirm_publish"] = True
    else:
        transport |= {"visibility_timeout": VISIBILITY_SECONDS, "socket_connect_timeout": 0.5}
    return {
        "broker_url": url,
        "broker_connection_timeout": 1.0,
        "broker_transport_options": transport,
        "accept_content": ["json"],
        "task_serializer": "json",
        "task_ignore_result": True,
        "task_routes": ROUTES,
        "timezone": "Asia/Shanghai",
        "enable_utc": True,
    }


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
    """Raises RedisError or OSError within about three seconds where the broker is away."""
    origin = get_contextvars().get("request_id")
    config = current_app.config
    made = sender(config["CELERY_BROKER_URL"])
    publish(made, config["BROKER_URL"], task, args, headers={"request_id": origin})


def publish(
    celery: Celery[Any], url: str, task: str, args: Sequence[object], **options: Any
) -> None:
    """Hand a task to the broker at `url`, whose other spelling `celery` knows.

    Raises RedisError or OSError within about three seconds where the broker is away.
    """
    if not url.startswith("amqp"):
        # Celery's Redis connection has no time limit on an answer; this one has.
        cache_client(url).ping()
    # Imported late: Celery takes half a second, and most requests send nothing.
    from kombu.exceptions import OperationalError

    options |= {"retry": True, "retry_policy": AT_ONCE, "confirm_timeout": TAKEN_SECONDS}
    try:
        celery.send_task(task, args, **options)
    except OperationalError as error:
        raise OSError(type(error.__cause__ or error).__name__) from error


def prepare() -> None:
    """Load what sending needs, half a second's work once in a process: ahead of a request that has
    to answer soon."""
    _ = sender(current_app.config["CELERY_BROKER_URL"]).amqp


@lru_cache(maxsize=4)
def sender(url: str) -> Celery[Task[Any, Any]]:
    """A Celery application that knows the broker and no tasks; connects at the first one sent."""
    from celery import Celery

    made: Celery[Task[Any, Any]] = Celery("chezhi", set_as_current=False)
    made.conf.update(broker_settings(url))
    return made
