"""What `scripts/run` hears from supervisor, which is not always ready to be asked."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer
from xmlrpc.client import dumps

import pytest

from scripts.processes import Processes
from tests.live import goes_on, spawn

FATAL = [{"name": "web", "pid": 0, "statename": "FATAL", "spawnerr": "no such file"}]


class Supervisor(BaseHTTPRequestHandler):
    """Says of every question that the web process cannot be started."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = dumps((FATAL,), methodresponse=True).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Its client has no address to print."""


def test_a_supervisor_that_did_not_listen_yet_is_heard_later(tmp_path: Path) -> None:
    processes = never_started(tmp_path, drain_seconds=0)
    path = tmp_path / "supervisor.sock"
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(path))  # as between supervisor's bind and its listen
        processes.check()
        with pytest.raises(ConnectionRefusedError):
            processes.start_application()
    path.unlink()
    with UnixStreamServer(str(path), Supervisor) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with pytest.raises(SystemExit, match="no such file"):
                processes.check()
        finally:
            server.shutdown()
            thread.join()


# A supervisor that ends once its web server does, which hears of SIGQUIT only.
ANSWERING = """
import signal, subprocess
signal.signal(signal.SIGTERM, signal.SIG_IGN)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)  # a shell has what it starts behind it ignore that
web = subprocess.Popen(["sleep", "600"])
print(web.pid, flush=True)
web.wait()
"""


def test_who_stops_it_once_more_waits_for_no_answer(tmp_path: Path) -> None:
    processes = never_started(tmp_path, drain_seconds=120)
    with spawn([sys.executable, "-c", ANSWERING], stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout
        web = int(supervisor.stdout.readline())
        processes._supervisord, processes._pids = supervisor, {"web": web}
        began = time.monotonic()
        asked = iter([False, False, True])
        processes.stop(hurry=lambda: next(asked, False))
    assert not goes_on(web)
    assert time.monotonic() - began < 5


def never_started(folder: Path, *, drain_seconds: int) -> Processes:
    with (folder / "lock").open("w") as lock:
        return Processes(
            environment={"VAR_DIR": str(folder)},
            sockets=folder,
            embedded_redis=True,
            standins=False,
            videos=False,
            drain_seconds=drain_seconds,
            lock=lock,
        )
