"""Requests of one network take turns; those of others do not wait for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import gevent
import pytest
from flask import Flask
from gevent.event import Event
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from webapp import turns
from webapp.turns import AT_ONCE, Turns, step_aside

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Site:
    """An application whose requests go on until the test lets them."""

    def __init__(self, work: Callable[[], object] = lambda: None) -> None:
        self.begun: list[str] = []
        self.sent: list[gevent.Greenlet] = []
        self.go_on = Event()
        self._work = work
        app = Flask(__name__)
        app.add_url_rule("/<name>", view_func=self.view, methods=["GET", "POST"])
        self.turns = Turns(app.wsgi_app)

    def view(self, name: str) -> str:
        self.begun.append(name)
        self._work()
        assert self.go_on.wait(60)
        return name

    def send(self, name: str, network: str, method: str = "GET", **environ: str) -> Any:
        made = EnvironBuilder(f"/{name}", method=method).get_environ()
        made |= {"REMOTE_ADDR": network} | environ
        self.sent.append(gevent.spawn(run_wsgi_app, self.turns, made))
        return self.sent[-1]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    made = Site()
    yield made
    # Those that are killed do not rest: a later test would see it.
    monkeypatch.setattr(turns, "LOOK_SECONDS", float("inf"))
    gevent.killall(made.sent)


def settle() -> None:
    for _ in range(10):
        gevent.sleep(0)


def test_one_network_is_worked_for_a_few_at_a_time_and_in_order(site: Site) -> None:
    sent = [site.send(str(n), "192.0.2.1") for n in range(9)]
    settle()
    assert site.begun == [str(n) for n in range(AT_ONCE)]
    site.go_on.set()
    gevent.joinall(sent, raise_error=True)
    assert site.begun == [str(n) for n in range(9)]
    assert site.turns._lines == {}


def test_another_network_waits_for_nobody(site: Site) -> None:
    for n in range(50):
        site.send(str(n), "192.0.2.1")
    site.send("other", "192.0.2.2")
    settle()
    assert site.begun == [*(str(n) for n in range(AT_ONCE)), "other"]


class Rests:
    """What would be done later, done when the test says so; the time stands still meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        self.seconds: list[float] = []
        self._later: list[Callable[[], object]] = []
        monkeypatch.setattr(turns, "monotonic", lambda: self.now)
        monkeypatch.setattr(gevent, "spawn_later", self._spawn_later)

    def _spawn_later(self, seconds: float, act: Callable[..., object], *args: object) -> None:
        if seconds == turns.LOOK_SECONDS:
            gevent.spawn(act, *args)
            return
        self.seconds.append(seconds)
        self._later.append(lambda: act(*args))

    def end(self) -> None:
        while self._later:
            self._later.pop()()
        settle()


@pytest.fixture
def rests(monkeypatch: pytest.MonkeyPatch) -> Rests:
    return Rests(monkeypatch)


def test_a_flood_rests_while_somebody_else_visits_and_goes_on_when_they_left(
    site: Site, rests: Rests
) -> None:
    flood = [site.send(str(n), "192.0.2.1") for n in range(AT_ONCE + 2)]
    site.send("other", "192.0.2.2")
    settle()
    rests.now += 0.1
    site.go_on.set()
    settle()
    assert site.begun == [*(str(n) for n in range(AT_ONCE)), "other"]
    assert rests.seconds == pytest.approx([turns.REST_TIMES * 0.1])
    rests.now += turns.OTHERS_SECONDS + 1
    rests.end()
    gevent.joinall(flood, raise_error=True)
    assert site.begun[AT_ONCE + 1 :] == [str(AT_ONCE), str(AT_ONCE + 1)]
    assert site.turns._lines == {}


def test_a_longer_line_rests_longer(site: Site, rests: Rests) -> None:
    waiting = 3 * turns.REST_TIMES
    for n in range(AT_ONCE + waiting):
        site.send(str(n), "192.0.2.1")
    site.send("other", "192.0.2.2")
    settle()
    rests.now += 0.01
    site.go_on.set()
    settle()
    assert rests.seconds == pytest.approx([waiting * 0.01])


def test_requests_that_keep_the_worker_busy_in_a_row_are_a_line_too(rests: Rests) -> None:
    def work() -> None:  # and let nobody else on meanwhile
        rests.now += 0.1

    site = Site(work)
    site.go_on.set()
    site.send("other", "192.0.2.2")
    for n in range(9):
        site.send(str(n), "192.0.2.1")
    settle()
    assert site.begun == ["other", *(str(n) for n in range(AT_ONCE))]
    assert rests.seconds == pytest.approx([turns.REST_TIMES * 0.1])


def test_whoever_is_kept_waiting_for_long_still_counts_as_a_visitor(
    site: Site, rests: Rests
) -> None:
    doors = {"/flood": Event(), "/other": Event()}

    def work(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        assert doors[environ["PATH_INFO"]].wait(60)
        return []

    site.turns = Turns(work)
    for _ in range(AT_ONCE + 1):
        site.send("flood", "192.0.2.1")
    site.send("other", "192.0.2.2")
    settle()
    rests.now += 30 * turns.OTHERS_SECONDS
    doors["/flood"].set()
    settle()
    assert len(rests.seconds) == 1


def test_a_network_of_its_own_never_rests(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gevent, "spawn_later", None)
    sent = [site.send(str(n), "192.0.2.1") for n in range(20)]
    site.go_on.set()
    gevent.joinall(sent, raise_error=True)
    assert len(site.begun) == 20


def test_an_ipv6_network_is_one_however_many_addresses_it_uses(site: Site) -> None:
    for n in range(20):
        site.send(str(n), f"2001:db8::{n:x}")
    settle()
    assert len(site.begun) == AT_ONCE


@pytest.mark.parametrize(
    ("method", "environ"), [("POST", {}), ("GET", {"HTTP_UPGRADE": "websocket"})]
)
def test_what_may_wait_for_its_client_keeps_no_place(
    site: Site, method: str, environ: dict[str, str]
) -> None:
    for n in range(9):
        site.send(str(n), "192.0.2.1", method, **environ)
    settle()
    assert len(site.begun) == 9


def test_a_view_that_waits_for_somebody_else_leaves_its_place() -> None:
    site = Site(step_aside)
    for n in range(9):
        site.send(str(n), "192.0.2.1")
    settle()
    assert len(site.begun) == 9
    site.go_on.set()
    settle()
    assert site.turns._lines == {}


def test_who_waits_too_long_is_refused_and_leaves_the_line(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "WAIT_SECONDS", 0.01)
    held = [site.send(str(n), "192.0.2.1") for n in range(AT_ONCE)]
    refused = site.send("late", "192.0.2.1")
    body, status, headers = refused.get(timeout=60)
    assert status.startswith("503")
    assert headers["Retry-After"] == "5"
    assert "同一网络" in b"".join(body).decode()
    site.go_on.set()
    gevent.joinall(held, raise_error=True)
    assert site.turns._lines == {}


def test_a_request_that_fails_gives_its_place_back() -> None:
    def fail(environ: Any, start_response: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    taking = Turns(fail)
    for _ in range(AT_ONCE + 1):
        with pytest.raises(ZeroDivisionError):
            Client(taking).get("/")
    assert taking._lines == {}


def pass_by(site: Site, network: str, times: int) -> int:
    """How many of so many requests without work may pass."""
    return sum(site.turns.may_pass({"REMOTE_ADDR": network}) for _ in range(times))


def test_while_nobody_else_visits_what_takes_no_work_never_waits(site: Site) -> None:
    for n in range(9):
        site.send(str(n), "192.0.2.1")
    settle()
    assert pass_by(site, "192.0.2.1", 10_000) == 10_000


def test_while_others_visit_a_flood_of_what_takes_no_work_waits_too(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(turns, "monotonic", lambda: now[0])
    pass_by(site, "192.0.2.2", 1)
    assert pass_by(site, "192.0.2.1", 1000) == turns.PASSING
    assert pass_by(site, "192.0.2.2", 1) == 1
    now[0] += turns.PASS_SECONDS
    assert pass_by(site, "192.0.2.1", 1000) == turns.PASSING
    now[0] += turns.OTHERS_SECONDS + 1
    assert pass_by(site, "192.0.2.1", 1000) == 1000
