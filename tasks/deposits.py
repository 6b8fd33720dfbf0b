"""Background work of deposits."""

from __future__ import annotations

from structlog import get_logger

from tasks.celery import celery
from webapp import clock
from webapp.deposits import service

log = get_logger(__name__)


@celery.task(name="tasks.deposits.tend")
def tend() -> None:
    """Ask the channels for payments and refunds, let deposits expire and return."""
    done = service.tend(now=clock.now())
    if any(done.values()):
        log.info("deposits tended", **done)


@celery.task(name="tasks.deposits.send_refund")
def send_refund(refund_id: int) -> None:
    """Send one refund at once; the clock sends it where this one never runs."""
    service.send_refund(refund_id=refund_id, now=clock.now())


@celery.task(name="tasks.deposits.compare_bills")
def compare_bills() -> None:
    """Compare the bills of the last days that are ready with what we hold."""
    service.compare_due(now=clock.now())
