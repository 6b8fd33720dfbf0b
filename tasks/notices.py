"""Messages about notices: sent after the event's commit, and again by the clock."""

from __future__ import annotations

from structlog import get_logger

from tasks.celery import celery
from webapp import clock
from webapp.notices import service

log = get_logger(__name__)


@celery.task(name="tasks.notices.send")
def send(delivery_id: int) -> None:
    service.send(delivery_id=delivery_id, now=clock.now())


@celery.task(name="tasks.notices.send_due")
def send_due() -> None:
    """What had to wait, was put off, or never reached the broker."""
    tried = service.send_due(now=clock.now())
    if tried:
        log.info("messages sent by the clock", tried=tried)


@celery.task(name="tasks.notices.begin_digests")
def begin_digests() -> None:
    service.begin_digests(now=clock.now())


@celery.task(name="tasks.notices.sweep")
def sweep() -> None:
    service.sweep(now=clock.now())
