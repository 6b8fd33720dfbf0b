"""Fixtures for all tests: an application on a fresh database, a client, a real Redis.

Nothing is read from the developer's environment and nothing written to their `var`. With
TEST_DATABASE_URL (PostgreSQL, a database whose name contains "test") the tests marked
`database` run there; else on SQLite.
"""

from __future__ import annotations

import contextvars
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import text
from sqlalchemy.engine import make_url

from scripts.embedded_redis import MISSING, command, find_redis_server
from scripts.parent import end_with
from scripts.sandbox import together
from scripts.sandbox.together import Providers
from tests import clocks, kept
from tests.knowledge.shipped import prepare_pages
from tests.live import children, once, prepare, spawn
from webapp import create_app, schema
from webapp.backends.cache import cache_client
from webapp.config import SETTINGS
from webapp.extensions import db

SECRET_KEY = "tests-0123456789-abcdefghijklmnopqrstuvwxyz"
# The first process prepares the seed, which the second does not need yet; the next are the files
# that take longest, in processor time or waiting.
LONG = (
    "tests/browser/test_accounts.py",
    "tests/scripts/test_run.py",
    "tests/browser/test_assistant.py",
    "tests/browser/test_every_page.py",
    "tests/browser/test_browsing.py",
    "tests/browser/",
    "tests/operations/",
    "tests/scripts/",
    "tests/knowledge/",
    "tests/search/",
    "tests/assistant/",
)
DATABASE = "chezhi.sqlite3"
SCRATCH = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Before any test module is imported: some read the settings when they are."""
    signal.signal(signal.SIGTERM, partial(_end, config))
    if "PYTEST_XDIST_WORKER" in os.environ:
        end_with(os.getppid())
    for setting in SETTINGS:
        os.environ.pop(setting.name, None)
        os.environ.pop(f"{setting.name}_FILE", None)
    # Short, unlike pytest's own folders: a socket's name must fit into 107 bytes.
    config.stash[SCRATCH] = scratch = tempfile.mkdtemp(prefix="chezhi-tests-")
    os.environ |= {
        "APP_ENV": "testing",
        "VAR_DIR": scratch,
        "SECRET_KEY": SECRET_KEY,
        "REDIS_URL": f"unix://{scratch}/redis.sock?db=0",
        # As wsgi.py sets them, before anything imports haystack or numpy.
        "HAYSTACK_TELEMETRY_ENABLED": "false",
        "OMP_NUM_THREADS": "1",
    }
    kept.init()


def _end(config: pytest.Config, _number: int, _frame: object) -> None:
    """As Ctrl-C, so that fixtures end what they have started, in all processes of this run."""
    if getattr(config.option, "numprocesses", None):
        with suppress(OSError):
            for child in children(os.getpid()):
                os.kill(child, signal.SIGTERM)
    raise KeyboardInterrupt


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(config.stash[SCRATCH], ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # What takes long or waits begins first, so that no process is left alone with it at the end.
    items.sort(key=_turn)
    for item in items:
        if {"app", "client"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)


def _turn(item: pytest.Item) -> int:
    """Files that begin alike keep their order."""
    places = (n for n, start in enumerate(LONG) if item.nodeid.startswith(start))
    return next(places, len(LONG))


@pytest.fixture
def environ(tmp_path: Path, database_url: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """The settings of `app`. Redis is away, unless the test asks for `redis_url`."""
    redis_url = f"unix://{tmp_path}/no-redis.sock?db=0"
    if "redis_url" in request.fixturenames:
        redis_url = request.getfixturevalue("redis_url")
        cache_client(redis_url).flushall()
    return {
        "APP_ENV": "testing",
        "VAR_DIR": str(tmp_path / "var"),
        "SECRET_KEY": SECRET_KEY,
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
    }


@pytest.fixture
def app(environ: dict[str, str]) -> Iterator[Flask]:
    """The application on an empty, migrated database, with its context pushed."""
    made = create_app(environ)
    made.test_client_class = OutsideClient
    with made.app_context():
        kept.share_statements(db.engine)
        yield made
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


class OutsideClient(FlaskClient):
    """A client whose requests share nothing with the test but the database.

    The test's own application context would otherwise be theirs too: with its `g`, and with
    its database session, in which views would see what nobody committed.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        return contextvars.Context().run(super().open, *args, **kwargs)


@pytest.fixture(scope="session")
def migrated(shared_folder: Path) -> str | Path:
    """The migrated database: a PostgreSQL URL, or an SQLite file to copy from."""
    if not (url := os.environ.get("TEST_DATABASE_URL")):
        return once(shared_folder / "migrated", _migrate) / DATABASE
    if "test" not in (make_url(url).database or ""):
        pytest.exit('TEST_DATABASE_URL: its tables are emptied; its name must contain "test"', 2)
    _migrate(shared_folder, url)
    return url


def _migrate(folder: Path, url: str | None = None) -> None:
    settings = {"APP_ENV": "testing", "VAR_DIR": str(folder), "SECRET_KEY": SECRET_KEY}
    made = create_app(settings | ({"DATABASE_URL": url} if url else {}))
    with made.app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            if not url:
                # One file to copy, without a journal beside it.
                connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
        db.engine.dispose()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all processes of this run."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def blank(shared_folder: Path) -> Path:
    """The VAR_DIR of a product without cars, to be copied."""
    return once(shared_folder / "blank", partial(_prepared, shared_folder))


@pytest.fixture(scope="session")
def seeded(shared_folder: Path) -> Path:
    """The VAR_DIR of a product with the shipped seed, to be copied; it takes 15 s to make."""
    return once(shared_folder / "seeded", partial(_prepared, shared_folder, SEED="1"))


def _prepared(shared: Path, folder: Path, **settings: str) -> None:
    """As after a first start, the migrations of which are run but once."""
    shutil.copyfile(once(shared / "migrated", _migrate) / DATABASE, folder / DATABASE)
    prepare(folder, **settings)


@pytest.fixture(scope="session")
def prepared_pages(shared_folder: Path) -> Path:
    """The shipped pages taken in and indexed by words, for `copy_pages`."""
    base = once(shared_folder / "migrated", _migrate) / DATABASE
    return once(shared_folder / "pages", partial(prepare_pages, base))


@pytest.fixture(scope="session")
def kept_rows(tmp_path_factory: pytest.TempPathFactory) -> kept.KeptRows:
    return kept.KeptRows(tmp_path_factory.mktemp("rows"))


@pytest.fixture
def database_url(migrated: str | Path, tmp_path: Path) -> str:
    """A database of the test's own, with all tables and no rows."""
    if isinstance(migrated, Path):
        shutil.copyfile(migrated, tmp_path / "test.sqlite3")
        return f"sqlite:///{tmp_path}/test.sqlite3"
    empty(migrated)
    return migrated


def empty(url: str) -> None:
    """Delete every row of a PostgreSQL database; the schema's version is as it was made."""
    import psycopg

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        tables = connection.execute(
            "SELECT string_agg(quote_ident(tablename), ', ') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).fetchone()
        if tables and tables[0]:
            connection.execute(f"TRUNCATE {tables[0]} RESTART IDENTITY CASCADE".encode())
        connection.execute("DELETE FROM alembic_version")
        connection.execute("INSERT INTO alembic_version VALUES (%s)", [schema.head()])


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> clocks.StoppedClock:
    """The product's clock, which stands at noon in China until the test moves it."""
    return clocks.StoppedClock(monkeypatch)


@pytest.fixture(params=clocks.EDGES)
def clock_at_edges(
    clock: clocks.StoppedClock, request: pytest.FixtureRequest
) -> clocks.StoppedClock:
    """The same at times and days that are easily got wrong, one after the other."""
    clock.set(request.param)
    return clock


@pytest.fixture(params=clocks.HOURS)
def clock_around_midnights(
    clock: clocks.StoppedClock, request: pytest.FixtureRequest
) -> clocks.StoppedClock:
    """The same on both sides of midnight in China and in UTC, one after the other."""
    clock.set(request.param)
    return clock


def _answers(client: Redis) -> bool:
    try:
        return bool(client.ping())
    except RedisError:
        return False


@pytest.fixture(scope="session")
def redis_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """A real Redis on a Unix socket, for the whole session; Celery's broker is the same."""
    executable = find_redis_server()
    assert executable, MISSING
    folder = Path(pytestconfig.stash[SCRATCH])
    socket = folder / "redis.sock"
    server = spawn(
        [*command(executable, socket=socket, folder=folder), "--save", ""],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    try:
        # The product's client would ask again only after two seconds.
        with Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0)) as client:
            while not _answers(client):
                assert server.poll() is None, "redis-server did not start"
                time.sleep(0.01)  # another process: it can only be looked at again
        yield os.environ["REDIS_URL"]
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="session")
def _stand_ins() -> Iterator[Providers]:
    with together.running() as made:
        yield made


@pytest.fixture
def providers(_stand_ins: Providers) -> Providers:
    """The stand-ins of all providers on one server, as just started."""
    _stand_ins.reset()
    return _stand_ins
