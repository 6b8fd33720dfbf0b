"""A WebSocket that bears slow readers, strangers and a server that ends.

flask-sock writes with `send`, which under gevent may write half a frame, and from two greenlets
at once; and an exception in a handler would put an HTTP page into the stream.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import urlsplit

import gevent
from flask import current_app, request
from gevent.lock import RLock
from simple_websocket import ConnectionClosed
from structlog import get_logger

from webapp import draining
from webapp.assistant import frames
from webapp.assistant.crowd import Crowd, Full, Seat
from webapp.errors import CrossOrigin, Unavailable

log = get_logger(__name__)

MESSAGE_BYTES: Final = 16384
"""As SOCK_SERVER_OPTIONS, which count characters."""
SEND_SECONDS: Final = 20.0
"""How long a frame may take to leave before its reader is given up."""
GOING_AWAY: Final = 1012
INTERNAL: Final = 1011
TRY_LATER: Final = 1013
TOO_BIG: Final = 1009
NOT_ALLOWED: Final = 1008

TOO_FAST: Final = "消息发得太快了，连接已经断开，请稍后再试。"

_crowd: Final = Crowd()


class SlowReader(OSError):
    """The other side does not read."""


class LockedSocket:
    """A socket whose `send` sends all, one caller at a time, and whose `recv` waits as long as
    `pause` says for what it got; else the socket it wraps."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._lock = RLock()
        self.pause: Callable[[int], float] = lambda _: 0.0

    def recv(self, size: int) -> bytes:
        data: bytes = self._sock.recv(size)
        if seconds := self.pause(len(data)):
            gevent.sleep(seconds)
        return data

    def send(self, data: bytes) -> int:
        with gevent.Timeout(SEND_SECONDS, SlowReader("the reader is too slow")), self._lock:
            self._sock.sendall(data)
        return len(data)

    def between_frames(self) -> RLock:
        """While it is held no other greenlet is in the middle of a frame, and may be killed."""
        return self._lock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def prepare() -> None:
    """Before the handshake: refuse other sites' pages, and make writing safe. Raises Unavailable
    where this server is to end, so that a proxy asks another one.

    Browsers always say in Origin whose page opens a socket; programs say nothing and carry no
    visitor's cookies. Compression is not offered: it costs 100 KB a socket and saves nothing
    on frames of this size.
    """
    origin = request.headers.get("Origin")
    own = {request.host.lower(), urlsplit(current_app.config["BASE_URL"]).netloc.lower()}
    if origin is not None and urlsplit(origin).netloc.lower() not in own:
        raise CrossOrigin
    if draining.begun():
        raise Unavailable("网站正在重启，请过几秒再试。")
    environ = request.environ
    environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
    for name in ("gunicorn.socket", "werkzeug.socket"):
        if name in environ:
            # A socket may be silent for long, unlike a request.
            environ[name].settimeout(None)
            environ[name] = LockedSocket(environ[name])


@contextmanager
def guarded(ws: Any, owner: str, network: str) -> Iterator[Seat]:
    """Around the handler of one socket: counts it, and ends it properly whatever happens."""
    started = time.monotonic()
    try:
        with _crowd.seated(owner, network) as seat:
            ws.sock.pause = seat.pause
            yield seat
    except Full:
        message = "打开的对话窗口太多了，请先关掉几个。"
        ws.send(frames.error(None, None, 1, "too_many_sockets", message, retry_after=30))
        ws.close(TRY_LATER)
        raise ConnectionClosed(TRY_LATER) from None
    except ConnectionClosed:
        raise
    except OSError as error:
        log.info("socket broke", reason=type(error).__name__)
    except Exception:
        log.exception("socket failed")
        ws.send(frames.error(None, None, 1, "internal", frames.FAILED, retry_after=5))
        ws.close(INTERNAL)
    finally:
        seconds = round(time.monotonic() - started, 1)
        log.info("socket closed", seconds=seconds, left=len(_crowd))
