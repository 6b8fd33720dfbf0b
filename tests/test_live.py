"""Whatever ends a run of the tests, what it has started ends too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.live import START_SECONDS, clean_environ, goes_on, spawn
from webapp.config import ROOT

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(),
    reason="processes are bound to each other on Linux only",
)
WAITS = """
import os, pathlib, time
from tests.live import spawn

def test_that_waits(redis_url):
    redis = pathlib.Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    started = spawn(["sleep", "600"]).pid
    pathlib.Path(__file__).with_name("pids").write_text(f"{os.getpid()} {started} {redis}")
    time.sleep(600)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["told", "killed"])
def test_nothing_is_left_of_a_run_that_was_ended(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "test_waits.py").write_text(WAITS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    run = spawn(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "tests.conftest",
            "-p",
            "no:cacheprovider",
            "-n",
            "1",
            str(tmp_path / "test_waits.py"),
        ],
        env=clean_environ(PYTHONPATH=str(ROOT), TMPDIR=str(tmp_path)),
        stdout=subprocess.DEVNULL,
        cwd=tmp_path,
    )
    pids = tmp_path / "pids"
    wait_until(lambda: pids.exists() and len(pids.read_text().split()) >= 3)
    os.kill(run.pid, number)
    run.wait(START_SECONDS)
    wait_until(lambda: not any(map(goes_on, map(int, pids.read_text().split()))))
    if number == signal.SIGTERM:
        assert list(tmp_path.glob("chezhi-tests-*")) == []


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
