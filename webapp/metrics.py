"""Counters of one web process, and their sum over all of them.

Under gunicorn each worker writes into files below PROMETHEUS_MULTIPROC_DIR, which must be set
before this module is imported; whichever worker is asked adds them up.
"""

from __future__ import annotations

import os
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST

METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

_REQUESTS: Final = Counter(
    "chezhi_requests",
    "Requests answered by the application; pages from the page cache are counted apart.",
    ("endpoint", "method", "status"),
)
_SECONDS: Final = Histogram(
    "chezhi_request_seconds",
    "Time from routing to the finished answer.",
    ("endpoint",),
    buckets=(0.005, 0.01, 0.02, 0.04, 0.06, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0),
)
_PAGES: Final = Counter(
    "chezhi_page_cache",
    "Pages asked of the page cache: hit, stale, miss, or pass where the page is not kept.",
    ("outcome",),
)
# Looking a label up costs more than counting, and this is on the path of every cached page.
_OUTCOMES: Final = {name: _PAGES.labels(name) for name in ("hit", "stale", "miss", "pass")}
_USES: Final = Counter(
    "chezhi_use",
    "What visitors did: views of pages, searches, questions to the assistant and its answers.",
    ("what",),
)
_USED: Final = {
    name: _USES.labels(name)
    for name in (
        "views",
        "searches",
        "searches_empty",
        "questions",
        "answers_model",
        "answers_rules",
        "answers_refused",
        "answers_failed",
    )
}


def count_use(what: str) -> None:
    """Count what a visitor did, by one of the names above. KeyError otherwise."""
    _USED[what].inc()


def count_page_cache(outcome: str) -> None:
    """Count one page; `outcome` is hit, stale, miss or pass. KeyError otherwise."""
    _OUTCOMES[outcome].inc()


def count_request(*, endpoint: str | None, method: str, status: int, seconds: float) -> None:
    """Count one answered request. Labels are bounded, whatever visitors send."""
    name = endpoint or "none"
    known = method if method in METHODS else "other"
    _REQUESTS.labels(name, known, f"{status // 100}xx").inc()
    _SECONDS.labels(name).observe(seconds)


def exposition() -> bytes:
    """All counters in Prometheus' text format."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
