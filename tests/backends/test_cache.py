"""The Redis client never lets a visitor wait for a Redis that is away."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import RedisError

from webapp.backends import cache
from webapp.backends.cache import CircuitOpen, cache_client


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that accepts connections and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_it_reads_and_writes_bytes(redis_url: str) -> None:
    client = cache_client(redis_url)
    client.set("page", "车")
    assert client.get("page") == "车".encode()


def test_one_process_has_one_client_for_an_address(redis_url: str) -> None:
    assert cache_client(redis_url) is cache_client(redis_url)


def test_after_a_refused_connection_nothing_is_tried(tmp_path: Path) -> None:
    client = cache_client(f"unix://{tmp_path}/none.sock?db=0")
    with pytest.raises(RedisError) as first:
        client.get("page")
    assert not isinstance(first.value, CircuitOpen)
    with pytest.raises(CircuitOpen):
        client.get("page")
    pipeline = client.pipeline()
    pipeline.get("page")
    with pytest.raises(CircuitOpen):
        pipeline.execute()


def test_a_silent_server_costs_one_wait(silent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "ANSWER_SECONDS", 0.05)
    client = cache_client(silent)
    with pytest.raises(RedisError) as first:
        client.get("page")
    assert not isinstance(first.value, CircuitOpen)
    with pytest.raises(CircuitOpen):
        client.get("page")


def test_it_is_tried_again_once_the_pause_is_over(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = cache_client(redis_url + "&client_name=pause")
    monkeypatch.setattr(client.connection_pool, "open_until", time.monotonic() + 60)
    with pytest.raises(CircuitOpen):
        client.ping()
    monkeypatch.setattr(client.connection_pool, "open_until", time.monotonic() - 1)
    assert client.ping()
