"""Elasticsearch stops in the middle of use, for real, and comes back.

TEST_SEARCH_URL names the server, TEST_SEARCH_SERVICE a folder with its `start` and `stop`.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from tests.backends.search.conftest import drop, elastic_url
from tests.live import LiveServer, clean_environ, live_server

SERVICE = os.environ.get("TEST_SEARCH_SERVICE")
QUIET_LINE = "data-names-only"

pytestmark = pytest.mark.skipif(
    not (SERVICE and os.environ.get("TEST_SEARCH_URL")),
    reason="needs TEST_SEARCH_URL and TEST_SEARCH_SERVICE",
)


def service(command: str) -> None:
    port = urlsplit(os.environ["TEST_SEARCH_URL"]).port
    environ = clean_environ(ES_PORT=str(port)) | {
        name: os.environ[name] for name in ("JAVA_HOME", "XDG_CACHE_HOME") if name in os.environ
    }
    assert SERVICE is not None
    subprocess.run([Path(SERVICE) / command], env=environ, check=True, capture_output=True)


@pytest.fixture
def product(tmp_path: Path) -> Iterator[LiveServer]:
    url = elastic_url()
    try:
        with live_server(tmp_path, SEED="1", SEARCH_URL=url) as server:
            yield server
    finally:
        service("start")
        drop(url)


class Visitor(threading.Thread):
    """Asks for words with ever other conditions, so that no page is answered from the cache."""

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self._url = url
        self._stop_asked = threading.Event()
        self.pages: list[tuple[int, bool, float]] = []
        """Status, whether the quiet line was shown, seconds."""

    def run(self) -> None:
        for price in count(300):
            if self._stop_asked.wait(0.1):
                return
            started = time.monotonic()
            address = f"{self._url}/cars/?text={quote('SUV')}&price_wan_max={price}"
            with urllib.request.urlopen(address, timeout=60) as answer:
                text = answer.read().decode()
            self.pages.append((answer.status, QUIET_LINE in text, time.monotonic() - started))

    def until(self, quiet: bool, seconds: float = 60.0) -> None:
        """Wait for a page that shows, or does not show, the quiet line."""
        deadline = time.monotonic() + seconds
        seen = len(self.pages)
        while not any(page[1] == quiet for page in self.pages[seen:]):
            assert self.is_alive(), "a page was not answered"
            assert time.monotonic() < deadline, "it did not happen in time"
            time.sleep(0.05)  # another process: it can only be looked at again

    def leave(self) -> None:
        self._stop_asked.set()
        self.join(60)


def test_every_page_is_answered_while_elasticsearch_stops_and_comes_back(
    product: LiveServer,
) -> None:
    visitor = Visitor(product.url)
    visitor.start()
    visitor.until(quiet=False)
    service("stop")
    visitor.until(quiet=True)
    with urllib.request.urlopen(f"{product.url}/cars/?body=SUV", timeout=60) as answer:
        assert QUIET_LINE not in answer.read().decode()  # conditions need no engine
    service("start")
    visitor.until(quiet=False)
    visitor.leave()
    assert {status for status, _, _ in visitor.pages} == {200}
