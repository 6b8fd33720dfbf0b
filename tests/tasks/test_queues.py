"""Work that takes hours has a queue and a worker of its own, on either broker."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from scripts.processes import procfile
from tests.live import clean_environ, spawn
from webapp import create_app, queue
from webapp.config import ROOT
from webapp.extensions import db
from webapp.operations.models import TaskRun

BROKERS = ["redis", *(["amqp"] if os.environ.get("TEST_BROKER_URL") else [])]
SECONDS = 60.0


@pytest.mark.parametrize("broker", BROKERS)
def test_the_worker_of_videos_does_what_is_for_it_and_nothing_else(
    environ: dict[str, str],
    redis_url: str,
    broker: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = environ | {"REDIS_URL": redis_url, "FFMPEG": "/no/ffmpeg"}
    if broker == "amqp":
        settings["BROKER_URL"] = os.environ["TEST_BROKER_URL"]
    made = create_app(settings)
    monkeypatch.setattr(queue, "_closed_until", 0.0)
    program, *arguments = procfile((ROOT / "Procfile").read_text("utf-8"))["videos"].split()
    assert program == "celery"
    with (tmp_path / "worker.log").open("wb") as log, made.app_context():
        assert queue.send_now("tasks.operations.heartbeat")
        assert queue.send_now("tasks.videos.process", 1)
        worker = spawn(
            [sys.executable, "-m", "celery", *arguments],
            cwd=ROOT,
            env=clean_environ(**settings),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            deadline = time.monotonic() + SECONDS
            while "tasks.videos.process" not in ran(made):
                assert time.monotonic() < deadline, (tmp_path / "worker.log").read_text()
                time.sleep(0.05)
        finally:
            worker.kill()
            worker.wait()
        assert ran(made) == ["tasks.videos.process"]
        db.engine.dispose()


def ran(made: Flask) -> list[str]:
    db.session.rollback()
    return [row.task for row in db.session.scalars(select(TaskRun)) if row.state == "done"]
