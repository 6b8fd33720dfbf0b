"""Whether the database has the tables of this version, and who may make them.

Needs no other module of the application: the start script reads it by file, because importing the
application would cost a second.
"""

from __future__ import annotations

import fcntl
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection, Engine

MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
REVISION: Final = re.compile(r"(?P<number>[0-9]{4})(?:\.(?P<serves>[0-9]{4}))?")
"""Name of a migration: its number and, once one took away what old servers use, the number of the
oldest version that may serve its tables. Later ones carry that on, so the database's own name
tells an old server, which does not have the newer migrations."""


class Standing(NamedTuple):
    """`newer` is a revision that this version does not know; `revision` is the database's."""

    state: Literal["empty", "older", "current", "newer"]
    revision: str | None


def standing(connection: Connection) -> Standing:
    """Where the database stands. Leaves no transaction open."""
    revision = None
    if inspect(connection).has_table("alembic_version"):
        revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    connection.rollback()
    head, known = _revisions()
    if revision is None:
        return Standing("empty", None)
    if revision not in known:
        return Standing("newer", revision)
    return Standing("current" if revision == head else "older", revision)


def head() -> str | None:
    """The newest revision of this version."""
    return _revisions()[0]


def is_known(revision: str) -> bool:
    """Whether this version can read, or bring up to date, a database of that revision."""
    return revision in _revisions()[1]


def may_serve(revision: str) -> bool:
    """Whether this version may go on serving tables that a newer one brought to `revision`: they
    have all that this version uses. False for a name that is not understood."""
    own, found = REVISION.fullmatch(head() or ""), REVISION.fullmatch(revision)
    if own is None or found is None or found["number"] <= own["number"]:
        return False
    return (found["serves"] or "") <= own["number"]


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    """The newest revision of this version, and all it knows."""
    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    script = ScriptDirectory.from_config(found)
    return script.get_current_head(), frozenset(item.revision for item in script.walk_revisions())


def take_your_time(connection: Connection) -> None:
    """Let PostgreSQL wait and work on this connection as long as it takes."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("SET lock_timeout = 0"))


@contextmanager
def lock(engine: Engine, what: Literal["tables", "contents"]) -> Iterator[None]:
    """Hold the right to make the tables, or to fill them for the first time, among all processes
    that use the database; waits for it. Ends with the process that holds it."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            take_your_time(connection)
            key = {"key": zlib.crc32(f"chezhi {what}".encode())}
            connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
    elif engine.url.database and engine.url.database != ":memory:":
        file = Path(engine.url.database)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.with_name(f"{file.name}.{what}.lock").open("w") as opened:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield
    else:
        yield
