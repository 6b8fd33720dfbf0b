"""Both engines behind one fixture: Whoosh in a folder, Elasticsearch at TEST_SEARCH_URL."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_hex

import pytest

from webapp.backends.search import make_engine
from webapp.backends.search.elastic import client_of
from webapp.backends.search.port import Layout, SearchEngine

ENGINES = ("whoosh", "elastic") if os.environ.get("TEST_SEARCH_URL") else ("whoosh",)

Make = Callable[[Layout], SearchEngine]


def elastic_url() -> str:
    """A fresh prefix at TEST_SEARCH_URL."""
    return f"{os.environ['TEST_SEARCH_URL'].rstrip('/')}/test-{token_hex(4)}"


def drop(url: str) -> None:
    """Delete what a test made there."""
    client, prefix = client_of(url)
    with client:
        names = [*client.indices.get(index=f"{prefix}-*", expand_wildcards="open")]
        if names:
            client.indices.delete(index=names)


@pytest.fixture(params=ENGINES)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    """Makes engines over the same index, as several processes have them."""
    url = "whoosh:" if request.param == "whoosh" else elastic_url()
    yield lambda layout: make_engine(url, tmp_path / "index", layout)
    if url != "whoosh:":
        drop(url)
