"""One server with all stand-ins, and a client that follows no redirect."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from scripts.sandbox import together
from scripts.sandbox.together import Providers


@pytest.fixture(scope="package")
def server() -> Iterator[Providers]:
    with together.running() as made:
        yield made


@pytest.fixture
def providers(server: Providers) -> Providers:
    """All of them as just started."""
    server.reset()
    return server


@pytest.fixture(scope="package")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=5.0, trust_env=False) as client:
        yield client
