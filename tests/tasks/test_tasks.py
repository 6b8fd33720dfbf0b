"""Background work: what is scheduled and enqueued exists, and runs in the application."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from celery.signals import worker_init
from flask import Flask, current_app

import tasks.celery
from tasks.celery import celery
from tasks.schedule import SCHEDULE
from webapp.backends.cache import cache_client
from webapp.catalogue import service
from webapp.config import ROOT
from webapp.operations.signs import WORKER_KEY, WORKER_SECONDS


@pytest.fixture(autouse=True)
def _tasks_use_the_tests_application(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.celery, "flask_app", lambda: app)
    celery.loader.import_default_modules()


@pytest.fixture
def known() -> set[str]:
    celery.loader.import_default_modules()
    return set(celery.tasks)


def test_every_scheduled_task_exists(known: set[str]) -> None:
    assert {str(entry["task"]) for entry in SCHEDULE.values()} - known == set()


def test_every_task_that_is_enqueued_by_name_exists(known: set[str]) -> None:
    code = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "webapp").rglob("*.py"))
    assert set(re.findall(r"""enqueue\(\s*["']([\w.]+)["']""", code)) - known == set()


def test_a_task_is_named_after_the_module_it_lives_in(known: set[str]) -> None:
    for name in known:
        if name.startswith("tasks."):
            module, _, function = name.rpartition(".")
            assert celery.tasks[name].run.__module__ == module
            assert celery.tasks[name].run.__name__ == function


def test_an_unfinished_task_returns_to_the_queue() -> None:
    assert celery.conf.task_acks_late
    assert celery.conf.task_reject_on_worker_lost
    assert celery.conf.worker_prefetch_multiplier == 1
    assert celery.conf.accept_content == ["json"]


def test_the_heartbeat_is_seen_and_passes_away(redis_url: str) -> None:
    celery.tasks["tasks.operations.heartbeat"]()
    assert 0 < cache_client(redis_url).ttl(WORKER_KEY) <= WORKER_SECONDS


def test_the_nightly_refresh_asks_for_the_day_in_china(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[date, str]] = []

    def refresh(*, today: date) -> None:
        asked.append((today, current_app.name))

    monkeypatch.setattr(service, "refresh_catalogue", refresh)
    celery.tasks["tasks.cars.refresh_catalogue"]()
    ((day, application),) = asked
    assert application == "webapp"
    assert isinstance(day, date)


def test_a_worker_makes_the_application_before_it_forks(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(tasks.celery, "refuse_others_tables", lambda *_, **__: None)
    monkeypatch.setattr(tasks.celery, "flask_app", lambda: made.append("application"))
    monkeypatch.setattr(tasks.celery.gc, "freeze", lambda: made.append("frozen"))
    worker_init.send(sender=None)
    assert made == ["application", "frozen"]


def test_the_broker_of_the_settings_is_that_of_celerys_commands(tmp_path: Path) -> None:
    """BROKER_URL is the name of an option of theirs, too, which knows no unix:."""
    url = f"unix://{tmp_path}/no-redis.sock"
    asked = subprocess.run(
        [sys.executable, "-m", "celery", "--app", "tasks.celery", "report"],
        env=os.environ | {"VAR_DIR": str(tmp_path), "REDIS_URL": url, "BROKER_URL": url},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "redis+socket" in asked.stdout
    assert "transport:unix" not in asked.stdout
