"""The real web server with its real configuration."""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from scripts import metrics
from tests.live import LiveServer, children, goes_on, live_server
from webapp.config.sqlite import library

TOKEN = "metrics-token-0123456789-abcdefghi"


def get(server: LiveServer, path: str, **headers: str) -> tuple[str, dict[str, str]]:
    request = urllib.request.Request(server.url + path, headers=headers)
    with urllib.request.urlopen(request, timeout=5) as response:
        return response.read().decode(), dict(response.headers)


def test_two_workers_count_as_one_and_from_zero(tmp_path: Path, blank: Path) -> None:
    left_over = metrics.folder(tmp_path) / "counter_1.db"
    left_over.parent.mkdir()
    left_over.write_bytes(os.urandom(64))
    settings = {"WEB_WORKERS": "2", "METRICS_TOKEN": TOKEN, "TRUSTED_PROXIES": "1"}
    with live_server(tmp_path, like=blank, **settings) as server:
        for _ in range(20):
            get(server, "/healthz")
        text, _ = get(server, "/metrics", Authorization=f"Bearer {TOKEN}")
        counted = re.search(
            r'^chezhi_requests_total\{endpoint="operations.healthz".*\} (\d+)', text, re.MULTILINE
        )
        assert counted
        assert int(counted[1]) >= 20
        _, headers = get(server, "/healthz", **{"X-Request-Id": "from-the-proxy"})
        assert headers["X-Request-Id"] == "from-the-proxy"
        assert not left_over.exists()
        (folder,) = metrics.folders(tmp_path)
        # On a disk that may become full, writing to a mapped file kills.
        assert folder.is_relative_to("/dev/shm") or not os.access("/dev/shm", os.W_OK)
        metrics.clear(tmp_path)  # another server starts
        assert folder.exists()
    assert not folder.exists()


def test_servers_that_share_a_folder_have_counters_of_their_own(tmp_path: Path) -> None:
    first, second = metrics.folder(tmp_path), metrics.folder(tmp_path)
    with metrics.make(first), metrics.make(second):
        (first / "counter_7.db").write_bytes(b"1")
        metrics.clear(tmp_path)  # a third one starts
        assert (first / "counter_7.db").exists()
        assert set(metrics.folders(tmp_path)) == {first, second}
    metrics.clear(tmp_path)
    assert metrics.folders(tmp_path) == []


def test_workers_of_a_killed_master_leave_its_address_whatever_they_do(
    tmp_path: Path, blank: Path
) -> None:
    with live_server(tmp_path, like=blank, WEB_WORKERS="2") as server:
        # Until both have begun: the master's own counters, and one worker's, are two as well.
        (counters,) = metrics.folders(tmp_path)
        while len(workers := children(server.pid)) < 2 or not all(
            (counters / f"counter_{worker}.db").exists() for worker in workers
        ):
            get(server, "/healthz")
        for worker in workers:
            os.kill(worker, signal.SIGSTOP)  # so that none looks whether the master is there
        os.kill(server.pid, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while left := list(filter(goes_on, workers)):
            if time.monotonic() > deadline:
                for worker in left:
                    os.kill(worker, signal.SIGKILL)
                raise AssertionError("workers are left")
            time.sleep(0.02)  # another process: it can only be looked at again
        assert "Traceback" not in server.log.read_text("utf-8")
        metrics.clear(tmp_path)  # as the next start does
        assert not counters.exists()


def test_a_models_client_is_made_ahead_of_the_first_question_while_pages_go_on(
    tmp_path: Path, blank: Path
) -> None:
    settings = {"LLM_BASE_URL": "http://127.0.0.1:1/v1", "LLM_MODEL": "m"}
    with live_server(tmp_path, like=blank, **settings) as server:
        longest, prepared = 0.0, None
        deadline = time.monotonic() + 60
        while prepared is None and time.monotonic() < deadline:
            asked = time.monotonic()
            get(server, "/healthz")
            longest = max(longest, time.monotonic() - asked)
            prepared = re.search(
                r"model client prepared.*?seconds=([\d.]+)", server.log.read_text("utf-8")
            )
        assert prepared
        assert "answers prepared" in server.log.read_text("utf-8")
        assert longest < float(prepared[1]) * 0.75


def test_it_does_not_start_on_tables_of_a_newer_version(tmp_path: Path, blank: Path) -> None:
    shutil.copytree(blank, tmp_path, dirs_exist_ok=True)
    with closing(library().module.connect(tmp_path / "chezhi.sqlite3")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    with (
        pytest.raises(RuntimeError, match="which this version of the product does not know"),
        live_server(tmp_path, like=tmp_path / "log"),
    ):
        pass
