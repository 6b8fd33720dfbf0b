"""Background work of videos. Each task can come twice, or never: rows say what is to be done."""

from __future__ import annotations

from typing import Any, Final

from tasks.celery import celery
from webapp import clock
from webapp.errors import Unavailable
from webapp.videos.service import merging, processing, sweeping

AWAY_SECONDS: Final = 15
"""A store that is away is asked again after so long, and some times; then by the sweep."""
AWAY_TRIES: Final = 4


@celery.task(name="tasks.videos.merge", bind=True, max_retries=AWAY_TRIES)
def merge(self: Any, video_id: int) -> None:
    try:
        merging.merge(video_id=video_id)
    except (Unavailable, OSError) as error:
        raise self.retry(countdown=AWAY_SECONDS, exc=error) from None


@celery.task(name="tasks.videos.process", bind=True, max_retries=AWAY_TRIES)
def process(self: Any, video_id: int) -> None:
    try:
        processing.process(video_id=video_id)
    except (Unavailable, OSError) as error:
        raise self.retry(countdown=AWAY_SECONDS, exc=error) from None


@celery.task(name="tasks.videos.remove_files", bind=True, max_retries=AWAY_TRIES)
def remove_files(self: Any, prefix: str) -> None:
    try:
        sweeping.remove_files(prefix=prefix)
    except (Unavailable, OSError) as error:
        raise self.retry(countdown=AWAY_SECONDS, exc=error) from None


@celery.task(name="tasks.videos.go_on")
def go_on() -> None:
    """Send again what nobody is at."""
    sweeping.go_on(now=clock.now())


@celery.task(name="tasks.videos.sweep")
def sweep() -> None:
    """End uploads that nobody went on with, and remove files that belong to nothing."""
    sweeping.sweep(now=clock.now())
