"""One line per event on stderr, each with the id of the request it belongs to.

JSON in production, readable elsewhere. Nothing personal is written: no address, no cookie, no
query, no form. Everything logged through `logging` by libraries takes the same way.
"""

from __future__ import annotations

import logging
import re
import sys
import time
import uuid
from typing import Final

import structlog
from flask import Flask, Response, g, request
from structlog.typing import Processor

REQUEST_ID: Final = re.compile(r"[0-9A-Za-z-]{8,64}")
QUIET: Final = frozenset({"operations.healthz", "operations.readyz", "operations.metrics"})
"""Endpoints that machines ask every few seconds; their access lines are for debugging only."""

access = structlog.get_logger("webapp.access")


def init_app(app: Flask) -> None:
    configure(production=app.config["APP_ENV"] == "production", level=app.config["LOG_LEVEL"])
    trusted = app.config["TRUSTED_PROXIES"] > 0

    @app.before_request
    def begin() -> None:
        g.request_started = time.perf_counter()
        g.request_id = _request_id(trusted)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def finish(response: Response) -> Response:
        # Where a request is refused before `begin` could run there is no id yet.
        if "request_id" in g:
            response.headers["X-Request-Id"] = g.request_id
            log = access.debug if request.endpoint in QUIET else access.info
            log(
                "request",
                method=request.method,
                endpoint=request.endpoint,
                path=request.path,
                status=response.status_code,
                ms=round((time.perf_counter() - g.request_started) * 1000, 1),
            )
        return response


def _request_id(trusted: bool) -> str:
    """The proxy's id where there is a trusted proxy, else one of our own."""
    given = request.headers.get("X-Request-Id", "")
    return given if trusted and REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:16]


class _Stderr:
    """Whatever sys.stderr is when a line is written: test runners exchange it."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def configure(*, production: bool, level: str) -> None:
    """Send structlog and the root logger of `logging` to stderr in one format."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    render: list[Processor] = (
        [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
        if production
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
            )
        ]
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(_Stderr())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *render],
        )
    )
    handler.name = "webapp"
    root = logging.getLogger()
    # An application made again in the same process replaces its handler and leaves others be.
    root.handlers = [kept for kept in root.handlers if kept.name != handler.name] + [handler]
    root.setLevel(level)
    # At DEBUG they write whole addresses, and in those of login and real-name check stand
    # secrets, names and identity numbers.
    for talkative in ("urllib3", "httpx", "httpx2", "httpcore", "httpcore2", "authlib"):
        logging.getLogger(talkative).setLevel(max(logging.INFO, root.level))
    for telling in ("httpx", "httpx2"):
        logging.getLogger(telling).setLevel(logging.WARNING)
