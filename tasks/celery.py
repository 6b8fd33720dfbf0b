"""The Celery application: settings, and an application context around every task.

Importing it connects to nothing. A worker makes the Flask application before it forks, so that
its processes share the memory of it; it connects at their first task.
"""

from __future__ import annotations

import os

# Before numpy or haystack can be imported by anything below: OpenMP with more than one thread
# hangs in a forked process, and haystack reports home unless told otherwise.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "false")
# Celery's command line takes our BROKER_URL for an option of its own, which goes before all
# settings and does not know unix:.
os.environ.pop("CELERY_BROKER_URL", None)

import gc
import signal
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import structlog
from celery import Celery, Task
from celery.signals import (
    setup_logging,
    task_received,
    worker_init,
    worker_process_init,
    worker_ready,
)
from flask import Flask
from redis import RedisError

from scripts.parent import end_with
from scripts.prepare import refuse_others_tables
from tasks.holding import LOOK_SECONDS, Holding
from tasks.schedule import SCHEDULE
from webapp import clock, config
from webapp.backends.cache import cache_client
from webapp.logs import configure
from webapp.operations import runs
from webapp.queue import broker_settings

SOFT_SHUTDOWN_SECONDS = 1.0
"""How long running tasks may go on after SIGQUIT; then they return to the queue. That takes
two seconds more, and after four the supervisor kills."""


@cache
def flask_app() -> Flask:
    from webapp import create_app

    return create_app()


class ContextTask(Task):  # type: ignore[type-arg]
    """Runs inside the application's context, with the sender's request id on its log lines."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            task=self.name, request_id=(self.request.headers or {}).get("request_id")
        )
        with flask_app().app_context():
            if self.request.id:
                runs.begin(key=self.request.id, task=self.name, args=args)
            return super().__call__(*args, **kwargs)

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        self._ended(task_id, "done")

    def on_retry(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        self._ended(task_id, "waiting", exc)

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        self._ended(task_id, "failed", exc)

    def _ended(self, key: str, state: str, error: Exception | None = None) -> None:
        with flask_app().app_context():
            runs.end(key=key, task=self.name, state=state, reason=_reason(error))


def _reason(error: Exception | None) -> str:
    """Our own errors say what is wrong; the text of others may hold what they worked on."""
    if error is None:
        return ""
    own = type(error).__module__.split(".")[0] in ("webapp", "tasks")
    return f"{type(error).__name__}: {error}" if own else type(error).__name__


def _build() -> Celery[ContextTask]:
    settings = config.load()
    app = Celery("chezhi", task_cls=ContextTask, include=list(_task_modules()))
    app.conf.update(
        **broker_settings(settings["CELERY_BROKER_URL"]),
        broker_connection_retry_on_startup=True,
        # Unlike a sender, the worker tries to reach its broker for ever.
        broker_connection_max_retries=None,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,
        worker_max_tasks_per_child=500,
        worker_soft_shutdown_timeout=SOFT_SHUTDOWN_SECONDS,
        beat_schedule=SCHEDULE,
        beat_scheduler="tasks.scheduler:Scheduler",
    )
    return app


def _task_modules() -> Iterator[str]:
    """The modules beside this one; each holds the tasks of one feature."""
    for found in iter_modules([str(Path(__file__).parent)]):
        if found.name not in ("celery", "schedule", "scheduler", "holding"):
            yield f"tasks.{found.name}"


celery = _build()


@setup_logging.connect
def _log_like_the_web(**_: object) -> None:
    settings = config.load()
    configure(production=settings["APP_ENV"] == "production", level=settings["LOG_LEVEL"])


@worker_init.connect
def _make_ready_to_fork(**_: object) -> None:
    refuse_others_tables(config.load(), without=True)
    flask_app()
    gc.freeze()  # a collection in a forked process would copy what it only looks at


@worker_process_init.connect
def _end_with_the_master(**_: object) -> None:
    """What a killed worker was at is begun anew by the next one: nobody may still be at it."""
    end_with(os.getppid(), signal.SIGKILL)


@worker_ready.connect
def _hold(sender: Any, **_: object) -> None:
    """Say what this worker holds, and take over what a dead one has held, now and from now on."""
    url = config.load()["BROKER_URL"]
    if url.startswith("amqp"):
        return
    holding = Holding(cache_client(url))
    qos = sender.task_consumer.channel.qos
    log = structlog.get_logger("tasks")

    def tend() -> None:
        try:
            holding.say(list(qos._delivered))
            back = holding.give_back(qos.restore_by_tag, now=clock.timestamp())
        except (RedisError, OSError):
            return  # the broker is away; the next look
        if back:
            log.warning("tasks of a dead worker taken over", tasks=len(back))

    def received(request: Any, **_: object) -> None:
        with suppress(RedisError, OSError):
            holding.add(request.message.delivery_tag)

    task_received.connect(received, weak=False)
    tend()
    sender.timer.call_repeatedly(LOOK_SECONDS, tend)


@worker_ready.connect
def _at_start(sender: Any, **_: object) -> None:
    """Show the worker at once, the schedule's first beat may be a minute away; take in the shipped
    documents, which this version may have changed; and publish the rankings of a missed night.
    Workers of other queues do none of it."""
    if sender.app.conf.task_default_queue not in sender.app.amqp.queues.consume_from:
        return
    celery.send_task("tasks.operations.heartbeat", expires=60)
    celery.send_task("tasks.knowledge.refresh_shipped", expires=600)
    celery.send_task("tasks.rankings.publish_due", expires=600)
