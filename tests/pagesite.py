"""A small site behind the page cache, with versions, a store and a clock of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request
from redis import RedisError
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.test import Client

from webapp.pagecache import PageCache, cache_page
from webapp.pageversions import State, Versions
from webapp.registry import EVERYTHING, PageVersion


class Numbers:
    """Versions of the test's own: of the catalogue, which says what changed, of documents, and
    of videos, which the home page shows."""

    def __init__(self) -> None:
        self.catalogue = self.documents = self.videos = 1
        self._changed: dict[str, int] = {}

    def change(self, *subjects: str) -> None:
        self.catalogue += 1
        self._changed |= dict.fromkeys(subjects or (EVERYTHING,), self.catalogue)

    def reader(self) -> Callable[[], State]:
        """What reads them, for each process one."""
        catalogue = PageVersion("catalogue", lambda: self.catalogue, changes=self._since)
        documents = ("/knowledge/", "/sitemap.xml")
        return Versions(
            [
                catalogue,
                PageVersion("documents", lambda: self.documents, documents),
                PageVersion("videos", lambda: self.videos, ("/", "/videos/")),
            ]
        ).read

    def _since(self, number: int) -> dict[str, int]:
        return {subject: at for subject, at in self._changed.items() if at > number}


class Store:
    """A Redis of the test's own; `down` makes every call fail as a refused connection does."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.down = False

    def _check(self) -> None:
        if self.down:
            raise RedisError("refused")

    def get(self, name: str, /) -> Any:
        self._check()
        return self.data.get(name)

    def set(self, name: str, value: Any, /, *, ex: int | None = None, nx: bool = False) -> Any:
        self._check()
        if nx and name in self.data:
            return None
        self.data[name] = value
        return True

    def delete(self, name: str, /) -> Any:
        self._check()
        self.data.pop(name, None)

    def eval(self, script: str, numkeys: int, /, *keys_and_args: Any) -> Any:
        """The one script there is, which keeps a page; `test_pagestore` runs it in a Redis."""
        self._check()
        page, *_, claim = keys_and_args[:numkeys]
        self.data[page] = keys_and_args[numkeys]
        self.data.pop(claim, None)


class Site:
    """Counts how often each page was really rendered."""

    def __init__(self, store: Store | None = None, numbers: Numbers | None = None) -> None:
        self.now = 1000.0
        self.numbers = numbers or Numbers()
        self.shows: tuple[str, ...] | None = None
        self.slept: list[Callable[[], object]] = []
        self.rendered = 0
        self.store = store or Store()
        self.hold: threading.Event | None = None
        self.app = app = Flask(__name__)
        app.add_url_rule("/", view_func=self.home)
        app.add_url_rule("/knowledge/", "knowledge", view_func=self.home)
        app.add_url_rule("/mine", view_func=self.mine)
        app.add_url_rule("/cookie", view_func=self.cookie)
        self.fails = self.struggles = False
        self.gives_cookie = True
        self.cache = PageCache(
            app.wsgi_app,
            versions=self.numbers.reader(),
            store=self.store,
            struggles=lambda: self.struggles,
            clock=lambda: self.now,
            sleep=self.sleep,
            render_seconds=600,  # a busy machine may hold up those who wait for one page
        )
        self.client = Client(self.cache, Response)

    def home(self) -> str:
        self.rendered += 1
        if self.fails:
            raise ServiceUnavailable
        cache_page(60, shows=self.shows)
        mine = self.rendered
        if self.hold is not None:
            assert self.hold.wait(60)  # of a busy machine's seconds
        kind = "fragment" if request.headers.get("HX-Request") else "page"
        return f"{kind} {mine} {request.query_string.decode()}"

    def sleep(self, _seconds: float) -> None:
        """What goes on elsewhere meanwhile is what the test says."""
        if self.slept:
            self.slept.pop(0)()

    def mine(self) -> str:
        self.rendered += 1
        return "personal"

    def cookie(self) -> Response:
        self.rendered += 1
        cache_page(60)
        response = Response("with cookie")
        if self.gives_cookie:
            response.set_cookie("who", "me")
        return response


class Burst:
    """So many requests at once for the home page, each from a network of its own."""

    def __init__(self, site: Site, number: int) -> None:
        self._site = site
        self.texts: list[str] = []
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(number)]
        site.hold = threading.Event()
        self._before = site.rendered

    def _ask(self, number: int) -> None:
        base = {"REMOTE_ADDR": f"10.0.{number // 250}.{number % 250 + 1}"}
        self.texts.append(Client(self._site.cache, Response).get("/", environ_base=base).text)

    def run(self) -> None:
        """All have asked before the one that renders goes on."""
        assert self._site.hold
        for thread in self._threads:
            thread.start()
        while self._site.rendered == self._before or self._waiting():
            self._threads[0].join(0.01)
        self._site.hold.set()
        for thread in self._threads:
            thread.join(60)

    def _waiting(self) -> bool:
        """Whether some have neither been answered nor come to where they wait for the page."""
        inside = sum(line.working for line in self._site.cache._turns._lines.values())
        return inside + len(self.texts) < len(self._threads)
