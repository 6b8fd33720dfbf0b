"""Requests of one network take turns, so that a flood of them keeps no other visitor waiting.

A worker serves one request after the other, in the order in which they come; 400 connections of
one client would be 400 requests ahead of everybody else's next one. This middleware lets a few
requests of each network in at a time, and the others of that network wait in a line of their
own: whoever comes from elsewhere waits for those few alone. While somebody else visits, a network
with a line has one place and rests after each request for a multiple of the time that it took, the
longer the line the more, so that the worker is mostly free: else each moment in which the other's
request waits for Redis would be filled by another page of the flood.

A request that waits for somebody else, a language model or a body that trickles in, is no work;
it leaves its place to the next one. Writes and sockets do so as soon as it is their turn, and
views by `step_aside`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING, Final

import gevent
from flask import has_request_context, request
from gevent.event import Event

from webapp.network import network_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

AT_ONCE: Final = 2
"""Requests of one network that one worker works on at a time."""
WAIT_SECONDS: Final = 20.0
"""How long one waits in line before it is refused."""
REST_TIMES: Final = 7
"""How long a network with a line rests while others visit, in times of its last request; where
more wait than this, as many times as wait."""
LONGEST_REST: Final = 2.0
OTHERS_SECONDS: Final = 1.0
"""Others visit while a request of theirs is worked on, and so long after it."""
LOOK_SECONDS: Final = 0.005
"""A request that took longer keeps its place so long: what came while it kept the worker busy has
not been read yet, so only then can be seen how long the line is."""
PASS_SECONDS: Final = 0.1
PASSING: Final = 50
"""Requests without work that may pass in that time from each network, while others visit."""
_SLOT: Final = "chezhi.step_aside"
_BUSY: Final = "同一网络的请求太多，请稍后再试。\n".encode()


def step_aside() -> None:
    """Called where a view begins to wait for somebody else. Safe to repeat, and outside of
    requests."""
    if has_request_context() and (leave := request.environ.get(_SLOT)):
        leave()


@dataclass
class _Line:
    working: int = 0
    waiting: deque[Event] = field(default_factory=deque)


class Turns:
    """WSGI middleware; see the module's text. Entries are of requests that are under way."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._lines: dict[str, _Line] = {}
        self._visits: list[tuple[str, float]] = []
        """The two networks that came or left last, each with the time."""
        self._passed: dict[str, int] = {}
        self._passed_since = float("-inf")
        """Requests that passed since then, by network."""

    def may_pass(self, environ: WSGIEnvironment) -> bool:
        """Whether a request that takes no work, such as for a page that is kept, need not wait for
        its turn: while nobody else visits none does, and then a few of each network."""
        network, now = network_of(environ.get("REMOTE_ADDR", "")), monotonic()
        self._note_visit(network)
        if not self._others_visit(network):
            return True
        if now - self._passed_since >= PASS_SECONDS:
            self._passed, self._passed_since = {}, now
        passed = self._passed[network] = self._passed.get(network, 0) + 1
        return passed <= PASSING

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        network = network_of(environ.get("REMOTE_ADDR", ""))
        self._note_visit(network)
        if not self._enter(network):
            head = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "5")]
            start_response("503 Service Unavailable", [*head, ("Content-Length", str(len(_BUSY)))])
            return [_BUSY]
        leave = self._leaver(network)
        environ[_SLOT] = leave
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or "HTTP_UPGRADE" in environ:
            leave()
        try:
            return self._application(environ, start_response)
        finally:
            leave()

    def _enter(self, network: str) -> bool:
        """Whether it became this request's turn in time."""
        line = self._lines.setdefault(network, _Line())
        if line.working < AT_ONCE:
            line.working += 1
            return True
        turn = Event()
        line.waiting.append(turn)
        if turn.wait(WAIT_SECONDS) or turn not in line.waiting:
            return True
        line.waiting.remove(turn)
        return False

    def _leaver(self, network: str) -> Callable[[], None]:
        inside, began = True, monotonic()

        def leave() -> None:
            nonlocal inside
            if not inside:
                return
            inside = False
            self._note_visit(network)
            took = monotonic() - began
            if took > LOOK_SECONDS and self._others_visit(network):
                gevent.spawn_later(LOOK_SECONDS, self._rest, network, took)
            else:
                self._pass_on(network)

        return leave

    def _rest(self, network: str, took: float) -> None:
        line = self._lines[network]
        if line.working == 1 and line.waiting and self._others_visit(network):
            rest = min(max(REST_TIMES, len(line.waiting)) * took, LONGEST_REST)
            gevent.spawn_later(rest, self._pass_on, network)
        else:
            self._pass_on(network)

    def _pass_on(self, network: str) -> None:
        """Give a place up, and those that are free to who waits."""
        line = self._lines[network]
        line.working -= 1
        places = 1 if self._others_visit(network) else AT_ONCE
        while line.waiting and line.working < places:
            line.working += 1
            line.waiting.popleft().set()
        if not line.working:
            del self._lines[network]

    def _note_visit(self, network: str) -> None:
        now = monotonic()
        if self._visits and self._visits[0][0] == network:
            self._visits[0] = (network, now)
        else:
            self._visits = [(network, now), *self._visits[:1]]

    def _others_visit(self, network: str) -> bool:
        since = monotonic() - OTHERS_SECONDS
        return any(name != network and when > since for name, when in self._visits) or any(
            name != network and line.working for name, line in self._lines.items()
        )
