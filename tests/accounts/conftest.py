"""The product pointed at stand-ins of the providers, and a person with a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from scripts.sandbox.together import Providers
from tests.conftest import OutsideClient
from webapp import create_app
from webapp.accounts.providers import clients
from webapp.extensions import db, limiter

DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36"
WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) MicroMessenger/8.0.50"


@pytest.fixture
def connected(
    environ: dict[str, str],
    redis_url: str,
    providers: Providers,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Flask]:
    """The application with every provider configured; background tasks are noted, not run."""
    monkeypatch.setattr("webapp.queue._closed_until", 0.0)  # whatever a test before met
    monkeypatch.setattr("webapp.queue._send", lambda task, args: SENT.append((task, args)))
    monkeypatch.setattr(clients, "BUSY_PAUSE_SECONDS", 0.0)
    SENT.clear()
    made = create_app(environ | providers.settings())
    monkeypatch.setattr(limiter, "enabled", False)  # a hundred logins from one address
    made.test_client_class = OutsideClient
    with made.app_context():
        yield made
        db.session.remove()
        db.engine.dispose()


SENT: list[tuple[str, tuple[object, ...]]] = []


@dataclass
class Browser:
    """One person's browser, at our site and at the providers."""

    site: FlaskClient
    agent: str

    def get(self, address: str) -> TestResponse:
        parts = urlsplit(address)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        return self.site.get(path, headers={"User-Agent": self.agent})

    def post(self, path: str, **form: str) -> TestResponse:
        return self.site.post(path, data=form, headers={"User-Agent": self.agent})

    def start(self, way: str, following: str = "/", **more: str) -> str:
        """The provider's page this browser is sent to."""
        query = {"next": following} | more
        answer = self.site.get(
            f"/accounts/login/{way}", query_string=query, headers={"User-Agent": self.agent}
        )
        assert answer.status_code == 302, answer.text
        return str(answer.location)

    def approve(self, page: str, user: str = "zhang", fault: str = "") -> str:
        """Say yes there; the address of our callback."""
        form = {"decision": "approve", "user": user, "fault": fault}
        answer = httpx.post(page, data=form, headers={"User-Agent": self.agent}, trust_env=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def come_back(
        self, way: str, user: str = "zhang", fault: str = "", following: str = "/", **more: str
    ) -> TestResponse:
        """A whole login up to our answer to the callback."""
        return self.get(self.approve(self.start(way, following, **more), user, fault))

    def log_in(self, way: str, user: str = "zhang", fault: str = "") -> TestResponse:
        """A whole login, with the notice agreed to where it is the first."""
        answer = self.come_back(way, user, fault)
        if answer.location == "/accounts/welcome":
            answer = self.post("/accounts/welcome", agree="yes")
        return answer

    @property
    def is_signed_in(self) -> bool:
        return self.get("/accounts/").status_code == 200


@pytest.fixture
def browser(connected: Flask) -> Callable[..., Browser]:
    def made(agent: str = DESKTOP) -> Browser:
        return Browser(connected.test_client(), agent)

    return made


def parameters(address: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(address).query))
