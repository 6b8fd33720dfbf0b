"""A worker that is killed keeps nobody waiting: the next one does what it had taken."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tasks.holding import SILENT_SECONDS, YOUNG_SECONDS, Holding, name_of
from tests.live import clean_environ, goes_on, spawn
from webapp.backends.cache import cache_client
from webapp.config import ROOT

HERE = socket.gethostname()
NOW = 1_000_000.0


@pytest.fixture
def store(redis_url: str) -> Any:
    client = cache_client(redis_url)
    client.flushall()
    return client


def take(store: Any, tag: str, *, ago: float = 60) -> None:
    store.zadd("unacked_index", {tag: NOW - ago})


def given_back(worker: Holding) -> list[str]:
    return worker.give_back(lambda _tag: None, now=NOW)


def test_what_nobody_holds_goes_back_and_what_somebody_holds_stays(store: Any) -> None:
    for tag in ("mine", "theirs", "lost", "said later"):
        take(store, tag)
    take(store, "just now", ago=YOUNG_SECONDS / 2)
    mine, theirs = Holding(store), Holding(store, "other-machine/7/123")
    mine.say(["mine"])
    theirs.say(["theirs"])
    theirs.add("said later")
    assert given_back(mine) == ["lost"]


def test_a_dead_process_of_this_machine_holds_nothing_from_the_first_moment(store: Any) -> None:
    take(store, "lost")
    Holding(store, f"{HERE}/{os.getpid()}/1").say(["lost"])  # its number is another's now
    mine = Holding(store)
    mine.say([])
    assert given_back(mine) == ["lost"]
    assert store.smembers("workers") == {name_of(os.getpid()).encode()}


def test_a_worker_of_another_machine_holds_until_it_has_been_silent_for_long(store: Any) -> None:
    take(store, "theirs")
    Holding(store, "other-machine/7/123").say(["theirs"])
    mine = Holding(store)
    mine.say([])
    assert given_back(mine) == []
    assert 0 < store.ttl("workers:other-machine/7/123") <= SILENT_SECONDS
    store.delete("workers:other-machine/7/123")  # as when that time is over
    assert given_back(mine) == ["theirs"]


@contextmanager
def worker(folder: Path, redis_url: str, told: Path) -> Iterator[subprocess.Popen[Any]]:
    command = [
        sys.executable,
        "-m",
        "celery",
        "--app",
        "tests.tasks.slow:app",
        "worker",
        "--concurrency",
        "1",
        "--without-gossip",
        "--without-mingle",
    ]
    environ = clean_environ(
        APP_ENV="testing", VAR_DIR=str(folder), REDIS_URL=redis_url, TOLD=str(told)
    )
    with (folder / "worker.log").open("ab") as log:
        process = spawn(
            command, cwd=ROOT, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def until(true: Callable[[], bool], folder: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, (folder / "worker.log").read_text()
        time.sleep(0.05)


def test_the_task_of_a_killed_worker_is_done_by_the_next_one_and_once(
    tmp_path: Path, blank: Path, store: Any, redis_url: str
) -> None:
    from tests.tasks.slow import app

    shutil.copytree(blank, tmp_path, dirs_exist_ok=True)

    told = tmp_path / "told"

    def runs() -> list[int]:
        return [int(line) for line in told.read_text().split()] if told.exists() else []

    app.send_task("tests.slow")
    with ExitStack() as stack:
        killed = stack.enter_context(worker(tmp_path, redis_url, told))
        until(lambda: len(runs()) == 1, tmp_path, 60)
        taken = time.monotonic()
        os.kill(killed.pid, signal.SIGKILL)
        until(lambda: not goes_on(runs()[0]), tmp_path, 5)  # or two would be at it
        stack.enter_context(worker(tmp_path, redis_url, told))
        until(lambda: len(runs()) == 2, tmp_path, 60)
        assert "taken over" in (tmp_path / "worker.log").read_text()
        until(lambda: not store.exists("unacked"), tmp_path, 30)
    assert time.monotonic() - taken < 90
    assert len(runs()) == 2
