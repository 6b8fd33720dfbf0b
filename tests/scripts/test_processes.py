"""What `scripts/run` hears from supervisor, which is not always ready to be asked."""

from __future__ import annotations

import socket
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer
from xmlrpc.client import dumps

import pytest

from scripts.processes import Processes

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
    with (tmp_path / "lock").open("w") as lock:
        processes = Processes(
            environment={"VAR_DIR": str(tmp_path)},
            sockets=tmp_path,
            embedded_redis=True,
            standins=False,
            videos=False,
            drain_seconds=0,
            lock=lock,
        )
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
