"""Background work of watching videos."""

from __future__ import annotations

from tasks.celery import celery
from webapp import clock
from webapp.queue import enqueue
from webapp.videos.demo import making
from webapp.videos.service import processing
from webapp.videos.watching import service


@celery.task(name="tasks.watching.sweep")
def sweep() -> None:
    """Forget who watched lately."""
    service.sweep(now=clock.now())


@celery.task(name="tasks.watching.make_examples")
def make_examples() -> None:
    """Once ffmpeg is there, make the example videos that are missing."""
    tools = processing.tools()
    if tools is not None:
        making.make(
            ffmpeg=tools.ffmpeg,
            now=clock.now(),
            process=lambda video_id: enqueue("tasks.videos.process", video_id),
        )
