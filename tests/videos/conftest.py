"""A person with a browser, small pieces, and tasks that are noted instead of run."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.accounts.people import account, signed_in
from tests.videos.sending import PIECE_BYTES, Sender
from webapp.accounts.models import Account


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, tuple[object, ...]]]:
    """Tasks that were sent, in order."""
    tasks: list[tuple[str, tuple[object, ...]]] = []
    monkeypatch.setattr("webapp.queue._closed_until", 0.0)
    monkeypatch.setattr("webapp.queue._send", lambda task, args: tasks.append((task, args)))
    return tasks


@pytest.fixture
def author(app: Flask, sent: list[tuple[str, tuple[object, ...]]]) -> Account:
    app.config["UPLOAD_PIECE_BYTES"] = PIECE_BYTES
    return account()


@pytest.fixture
def browser(app: Flask, author: Account) -> FlaskClient:
    return signed_in(app, author)


@pytest.fixture
def sender(browser: FlaskClient) -> Sender:
    return Sender(browser)
