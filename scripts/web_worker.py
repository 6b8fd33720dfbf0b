"""The web server's worker: gunicorn's for gevent, with bounds on what one client may hold.

gunicorn itself bounds how long the head of a request may take, by `keepalive`, and how many
connections there are. Here are bounds for each network they come from, for bodies that trickle
in and for clients that do not read. Behind proxies all connections come from those, which have
bounds of their own. A worker outlives a killed master where the supervisor holds the address. One
that is told to end serves on while it writes answers, so that a machine on its own is not away.
"""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import gevent
from gevent import monkey
from gevent.server import StreamServer
from gunicorn.workers import ggevent
from gunicorn.workers.base import Worker as BaseWorker
from gunicorn.workers.base_async import AsyncWorker
from gunicorn.workers.ggevent import GeventWorker
from werkzeug.exceptions import RequestTimeout

from scripts import doorkeeper
from scripts.parent import end_with

CONNECTIONS: Final = 1000
"""Open at once in one worker; more wait to be accepted."""
PER_NETWORK: Final = 400
"""Of these, from one network: twice its share of sockets, so that pages get through beside."""
MOST_ACCEPTED: Final = 256
"""Connections that a worker takes before it goes on with requests, at most."""
HEAD_SECONDS: Final = 5
"""For the head of a request, and between two of them."""
BODY_SECONDS: Final = 20.0
BODY_BYTES_A_SECOND: Final = 8 * 1024
"""At least so many must come of a body on average once BODY_SECONDS are over."""
STEP_BYTES: Final = 64 * 1024
LONG_STEP_BYTES: Final = 256 * 1024
"""Of a body that comes quickly: a third less work for each megabyte of an upload."""
QUICK_SECONDS: Final = 0.25
UNREAD_SECONDS: Final = 60.0
"""How long a client may take to read what was written to it in one go."""

UNREAD_BYTES: Final = 256 * 1024
"""That the kernel keeps of it. Left alone, it would keep 4 MB, and four hundred clients that do
not read would fill what a machine has for all connections: others then wait for seconds."""

LOOK_SECONDS: Final = 0.1
IDLE_SECONDS: Final = 1.0
"""How long a connection may wait for its next request once no more are taken."""

MESSAGE: Final = "同一网络打开的连接太多，请稍后再试。\n".encode()
REFUSAL: Final = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
    b"Retry-After: 5\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (len(MESSAGE), MESSAGE)
)


_SystemSocket: Final = monkey.get_original("socket", "socket")


class _Listener(StreamServer):  # type: ignore[misc]
    """Takes as many new connections in one go as it has already.

    gunicorn has it take one, so that workers get equal shares; but then four hundred connections
    of one client are four hundred rounds of everybody's requests before the next visitor's is
    looked at.
    """

    @property
    def max_accept(self) -> int:
        return accepted_at_once(len(self.pool or ()))

    @max_accept.setter
    def max_accept(self, value: int) -> None:
        """What gunicorn sets is passed over."""


def accepted_at_once(held: int) -> int:
    """How many connections a worker takes that has so many."""
    return min(MOST_ACCEPTED, max(1, held))


ggevent.StreamServer = _Listener


class Worker(GeventWorker):  # type: ignore[misc]
    """A gevent worker that refuses connections beyond a network's share, and ends by itself
    without a master only where nobody has adopted it (`scripts.doorkeeper`)."""

    behind_proxies = False
    _adopted = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Not above: the address is bound before the product is imported.
        from webapp.network import network_of

        self._network_of: Callable[[str], str] = network_of
        self._open: dict[str, int] = {}
        """Of connections that are open, so there are never more entries than those."""
        self._clients: dict[gevent.Greenlet, Any] = {}
        """The connection that each greenlet serves."""
        self._idle: set[Any] = set()
        """Connections that wait for the head of a request."""
        self.told_to_end = False
        self.is_needed: Callable[[], bool] = lambda: False
        """Whether to serve on though told to end."""

    def notify(self) -> None:
        parent = os.getppid()
        if parent == self.ppid or str(parent) != os.environ.get(doorkeeper.KEEPER):
            super().notify()
            return
        if not self._adopted:
            self._adopted = True
            end_with(parent, signal.SIGKILL)
            _go_on_logging()
            self.log.info("Worker serves on without its master (pid: %s)", self.pid)
        BaseWorker.notify(self)

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        if self.behind_proxies or not isinstance(addr, tuple):
            self._serve(listener, client, addr)
            return
        network = self._network_of(addr[0])
        if self._open.get(network, 0) >= PER_NETWORK:
            _refuse(client)
            return
        self._open[network] = self._open.get(network, 0) + 1
        try:
            self._serve(listener, client, addr)
        finally:
            self._open[network] -= 1
            if not self._open[network]:
                del self._open[network]

    def _serve(self, listener: Any, client: Any, addr: Any) -> None:
        """As GeventWorker's `handle`, which would let a client take for ever."""
        client.settimeout(UNREAD_SECONDS)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNREAD_BYTES)
        here = gevent.getcurrent()
        self._clients[here] = client
        try:
            AsyncWorker.handle(self, listener, client, addr)
        finally:
            del self._clients[here]

    @contextmanager
    def timeout_ctx(self) -> Iterator[None]:
        """Around the wait for the head of a request, which it ends in silence."""
        client = self._clients[gevent.getcurrent()]
        self._idle.add(client)
        try:
            with gevent.Timeout(self.cfg.keepalive, False):
                yield
        finally:
            self._idle.discard(client)

    def handle_exit(self, sig: Any, frame: Any) -> None:
        """SIGTERM."""
        if not self.told_to_end:
            self.told_to_end = True
            gevent.spawn(self._leave)

    def _leave(self) -> None:
        """Take no more connections once nothing here is needed; at once where a successor serves at
        the same address."""
        while self.is_needed() and not self._adopted:
            gevent.sleep(LOOK_SECONDS)
        self.alive = False
        while True:  # until the process ends: some may have been taken a moment ago
            gevent.sleep(IDLE_SECONDS)
            for client in list(self._idle):
                with suppress(OSError):
                    _hear_no_more(client)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
        req.body.reader = PacedReader(req.body.reader)
        try:
            return super().handle_request(listener_name, req, sock, addr)
        except TimeoutError:
            raise StopIteration from None  # which closes, without a traceback in the log


class PacedReader:
    """What gunicorn reads a body from, which has to come at BODY_BYTES_A_SECOND.

    Raises RequestTimeout where it does not.
    """

    def __init__(self, reader: Any, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._reader = reader
        self._clock = clock
        self._until: float | None = None
        self._step = STEP_BYTES

    def read(self, size: int) -> bytes:
        """At most STEP_BYTES, so that what is slow is told from what has stopped; more of what
        comes quickly."""
        began = self._clock()
        if self._until is None:
            self._until = began + BODY_SECONDS
        with gevent.Timeout(max(0.001, self._until - began), RequestTimeout):
            data: bytes = self._reader.read(min(size, self._step))
        self._until += len(data) / BODY_BYTES_A_SECOND
        is_quick = self._clock() - began < QUICK_SECONDS
        self._step = LONG_STEP_BYTES if is_quick else STEP_BYTES
        return data


def _hear_no_more(client: Any) -> None:
    """Whoever reads from it is told that it has ended, once what has come already is read."""
    # gevent's own `shutdown` would raise an error in the greenlet that reads.
    with _SystemSocket(fileno=os.dup(client.fileno())) as system:
        system.shutdown(socket.SHUT_RD)


def _refuse(client: Any) -> None:
    try:
        client.setblocking(False)
        client.send(REFUSAL)
    except OSError:
        pass  # it is gone, or does not read
    finally:
        client.close()


def _go_on_logging() -> None:
    """The pipe to the log was closed with the master's end."""
    log = Path(os.environ["VAR_DIR"]) / "log" / "web.log"
    with suppress(OSError), log.open("ab") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
