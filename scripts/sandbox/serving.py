"""A sandbox as a threaded server on loopback, and what a handler may do to its connection."""

from __future__ import annotations

import contextlib
import select
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator
from typing import Any, Final, NoReturn

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

HOST: Final = "127.0.0.1"
POLL_SECONDS: Final = 0.02
SLICE_SECONDS: Final = 0.25


class ClientGone(ConnectionError):
    """The client has closed its connection before it had its answer."""


class Dropped(ConnectionError):
    """We have closed the connection on purpose."""


class _Handler(WSGIRequestHandler):
    """Sends each piece at once and whole; says nothing, the request log does."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024

    def connection_dropped(
        self, error: BaseException, environ: dict[str, Any] | None = None
    ) -> None:
        # Else it would wait for another request where no header has been sent yet.
        self.close_connection = True

    def finish(self) -> None:
        with contextlib.suppress(ConnectionError):
            super().finish()

    def log(self, type: str, message: str, *args: object) -> None:
        if type == "error":
            super().log(type, message, *args)


def make(app: Any, port: int = 0) -> BaseWSGIServer:
    """A server for `app` that listens already; port 0 takes a free one. Raises OSError."""
    return make_server(HOST, port, app, threaded=True, request_handler=_Handler)


@contextlib.contextmanager
def running(app: Any, port: int = 0) -> Iterator[str]:
    """Serve from a thread until the block ends; gives the address without a slash at its end."""
    server = make(app, port)
    thread = threading.Thread(target=server.serve_forever, args=(POLL_SECONDS,), daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def serve_forever(app: Any, port: int, name: str) -> None:
    """Serve from this process until SIGTERM or Ctrl-C."""

    def stop(*_: object) -> NoReturn:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server = make(app, port)
    print(f"{name}: http://{HOST}:{server.server_port}", flush=True)
    try:
        server.serve_forever(POLL_SECONDS)
    finally:
        server.server_close()


def pause(environ: dict[str, Any], seconds: float) -> None:
    """Sleep in the middle of a request. Raises ClientGone as soon as the client hangs up."""
    connection = environ.get("werkzeug.socket")
    deadline = time.monotonic() + seconds
    while True:
        left = deadline - time.monotonic()
        if connection is None or connection.fileno() < 0:
            time.sleep(max(0.0, left))
        elif _hung_up(connection, min(max(0.0, left), SLICE_SECONDS)):
            raise ClientGone
        if deadline - time.monotonic() <= 0:
            return


def _hung_up(connection: socket.socket, seconds: float) -> bool:
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    if not poll.poll(seconds * 1000):
        return False
    try:
        if connection.recv(1, socket.MSG_PEEK):
            time.sleep(min(seconds, 0.01))  # more of the request than anybody reads
            return False
    except OSError:
        return True
    return True


def drop(environ: dict[str, Any]) -> NoReturn:
    """Reset the connection: whatever was not yet sent is lost. Raises Dropped."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        # Linger for no time: closing sends RST instead of a polite end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Dropped
