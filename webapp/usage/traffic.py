"""Counts requests, failures, page views and visitors in front of the page cache.

No cookie is set or read. A page view is a whole page that a browser asked for and got; those of
robots that say so and prefetches are counted apart, and the console's, staff's own reading, not.
"""

from __future__ import annotations

import atexit
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import gevent
from flask import Flask
from structlog import get_logger

from webapp.backends.cache import cache_client
from webapp.metrics import count_use
from webapp.pageviews import opened_by_a_person
from webapp.usage.counters import FLUSH_SECONDS, Counters

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

NOT_COUNTED: Final = ("/static/", "/healthz", "/readyz", "/metrics")


class Traffic:
    """WSGI middleware; see the module's text."""

    def __init__(self, application: WSGIApplication, counters: Counters) -> None:
        self._application = application
        self._counters = counters

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith(NOT_COUNTED):
            return self._application(environ, start_response)

        def counted(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            self._count(environ, status)
            return start_response(status, headers, exc_info)

        answer = self._application(environ, counted)
        self._counters.flush_if_due()
        return answer

    def _count(self, environ: WSGIEnvironment, status: str) -> None:
        self._counters.count("requests")
        if status.startswith("5"):
            self._counters.count("errors")
        elif status.startswith(("200", "304")) and _is_page(environ):
            self._count_view(environ)

    def _count_view(self, environ: WSGIEnvironment) -> None:
        if not opened_by_a_person(environ):
            self._counters.count("views_robots")
            return
        self._counters.count("views")
        count_use("views")
        self._counters.count_visitor(
            environ.get("REMOTE_ADDR", ""), environ.get("HTTP_USER_AGENT", "")
        )


def _is_page(environ: WSGIEnvironment) -> bool:
    """What a browser's address bar asks for, and not a script, an image or a fragment."""
    return (
        environ["REQUEST_METHOD"] == "GET"
        and "text/html" in environ.get("HTTP_ACCEPT", "")
        and "HTTP_HX_REQUEST" not in environ
        and not environ.get("PATH_INFO", "").startswith("/console/")
    )


def init_app(app: Flask) -> None:
    """Call it after `pagecache.init_app`, whose pages count too."""
    counters = Counters(cache_client(app.config["REDIS_URL"]))
    app.extensions["usage"] = counters
    app.wsgi_app = Traffic(app.wsgi_app, counters)  # type: ignore[method-assign]
    atexit.register(counters.flush)


def keep_flushing(app: Flask) -> None:
    """Hand over what was counted even where no further request comes. Returns at once; for
    processes that serve with gevent."""
    counters: Counters = app.extensions["usage"]

    def run() -> None:
        while True:
            gevent.sleep(FLUSH_SECONDS)
            try:
                counters.flush()
            except Exception:
                get_logger(__name__).exception("usage not handed over")

    gevent.spawn(run)
