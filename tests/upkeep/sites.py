"""Small sites to back up and move: people, cars, files; and empty places to put them."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from tests.accounts.people import account
from tests.catalogue import catalogue
from tests.conftest import SECRET_KEY
from webapp import create_app
from webapp.accounts import service as accounts
from webapp.backends.storage import storage
from webapp.extensions import db
from webapp.upkeep.databases import scratch_postgres

PICTURE = "cars/0123/small.webp"
REPORT = "exports/1.zip"


def furnish() -> None:
    """A person with a login, a role and a line in the audit log; two cars; two files."""
    own = account(nickname="张测试🚗")
    accounts.name_staff(name=f"#{own.id}", role="editor")
    accounts.open_session(
        account_id=own.id, provider="wechat", user_agent="", address="", now=own.created_at
    )
    catalogue.trim("a")
    catalogue.trim("b")
    catalogue.publish()
    storage().put(PICTURE, io.BytesIO(b"RIFF-a-picture"))
    storage().put(REPORT, io.BytesIO(b"PK-a-report"), content_type="text/plain")


@contextmanager
def product(folder: Path, url: str | None = None) -> Iterator[Flask]:
    """The product on another VAR_DIR, with its context pushed; nothing is made yet."""
    settings = {
        "APP_ENV": "testing",
        "VAR_DIR": str(folder),
        "SECRET_KEY": SECRET_KEY,
        "REDIS_URL": f"unix://{folder}/no-redis.sock?db=0",
    }
    app = create_app(settings | ({"DATABASE_URL": url} if url else {}))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@contextmanager
def empty_like(app: Flask, folder: Path) -> Iterator[str | None]:
    """The address of an empty database of the kind this one has, None for SQLite in `folder`."""
    if db.engine.dialect.name == "sqlite":
        yield None
    else:
        with empty_postgres(app.config["DATABASE_URL"]) as url:
            yield url


@contextmanager
def empty_postgres(server: str) -> Iterator[str]:
    engine = create_engine(make_url(server))
    name = f"chezhi_test_{secrets.token_hex(4)}"
    settings = {
        "DATABASE_URL": server,
        "DATABASE_POOL": 2,
        "DATABASE_PGBOUNCER": "0",
    }
    try:
        with scratch_postgres(engine, name, settings) as scratch:
            yield scratch.url.render_as_string(hide_password=False)
    finally:
        engine.dispose()


def postgres_server() -> str | None:
    return os.environ.get("TEST_DATABASE_URL")


def run(app: Flask, *arguments: str) -> str:
    """What a command prints, which must succeed."""
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 0, result.output
    return result.output


def refused(app: Flask, *arguments: str) -> str:
    """What a command says that must be refused in one line."""
    result = app.test_cli_runner().invoke(args=list(arguments))
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return result.output
