"""The two databases' own ways to be copied out, put back and looked at."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from flask import current_app
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from webapp import features, schema
from webapp.config import engine_options
from webapp.extensions import db
from webapp.upkeep.digests import Measure, count, measure
from webapp.upkeep.manifest import BackupFailed, Manifest

FILES: Final = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
SECONDS: Final = 6 * 3600
"""The longest that pg_dump or pg_restore may take."""


def measures(connection: Connection) -> dict[str, Measure]:
    """Of all tables of this version."""
    features.import_models(current_app)
    return {table.name: measure(connection, table) for table in db.metadata.sorted_tables}


def dump(engine: Engine, folder: Path) -> dict[str, Measure]:
    """Write the database as it is at one moment, while others write on; the measures of exactly
    that. Raises BackupFailed, OSError and SQLAlchemyError."""
    target = folder / FILES[engine.dialect.name]
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.exec_driver_sql("VACUUM INTO ?", (str(target),))
        _onto_disk(target)
        with opened_sqlite(target) as copy, copy.connect() as connection:
            return measures(connection)
    isolated = engine.execution_options(isolation_level="REPEATABLE READ")
    with isolated.connect() as connection:
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        _run(
            engine.url,
            ["pg_dump", "--format=custom", "--no-owner", "--no-privileges"],
            [f"--snapshot={snapshot}", "--lock-wait-timeout=30s", f"--file={target}"],
        )
        _onto_disk(target)
        return measures(connection)


def is_empty(engine: Engine) -> bool:
    """Whether it has no table; a file of SQLite that is not there stays so."""
    file = engine.url.database
    if engine.dialect.name == "sqlite" and file and not Path(file).exists():
        return True
    with engine.connect() as connection:
        return not inspect(connection).get_table_names()


def put_back(engine: Engine, source: Path, manifest: Manifest) -> None:
    """Fill an empty database, wholly or not at all. Raises BackupFailed where the result is not
    what was backed up."""
    if engine.dialect.name == "postgresql":
        restore_postgres(engine.url, source)
        with engine.connect() as connection:
            compare(connection, manifest)
        return
    file = Path(engine.url.database or "")
    draft = file.with_name(f"{file.name}.restoring")
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with source.open("rb") as stream:
            _copy(stream.fileno(), draft)
        with opened_sqlite(draft) as copy, copy.connect() as connection:
            compare(connection, manifest)
        engine.dispose()
        for journal in ("-wal", "-shm"):  # of the empty file that is replaced
            file.with_name(file.name + journal).unlink(missing_ok=True)
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def restore_postgres(url: URL, source: Path) -> None:
    _run(
        url,
        ["pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"],
        [str(source)],
    )


def read_through(url: URL, source: Path) -> None:
    """Have a PostgreSQL archive read to its end, into nothing."""
    _run(url, ["pg_restore", f"--file={os.devnull}"], [str(source)], connects=False)


def compare(connection: Connection, manifest: Manifest) -> None:
    """Raises BackupFailed where a table is not what the manifest says: by its rows, and where
    this version knows the same columns by their digest."""
    if connection.dialect.name == "sqlite":
        found = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if found != "ok":
            raise BackupFailed(f"恢复出的数据库已损坏（{found}），请换一份备份。")
    revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if revision != manifest.revision:
        raise BackupFailed("恢复出的数据库和备份的说明不是同一个版本，请换一份备份。")
    features.import_models(current_app)
    known = db.metadata.tables if revision == schema.head() else {}
    for name, expected in manifest.tables.items():
        table = known.get(name)
        got = measure(connection, table) if table is not None else None
        rows = got.rows if got else count(connection, name)
        if rows != expected.rows or (got and got.digest != expected.digest):
            raise BackupFailed(f"表 {name} 恢复后和备份时不一样，请换一份备份。")


@contextmanager
def opened_sqlite(file: Path) -> Iterator[Engine]:
    """An engine over a copy, which keeps its journal mode; ended afterwards."""
    url = f"sqlite:///{file}"
    options = engine_options(current_app.config | {"DATABASE_URL": url})
    engine = create_engine(url, hide_parameters=True, **options)
    event.listen(engine, "connect", _without_journal)
    try:
        yield engine
    finally:
        engine.dispose()


def _without_journal(connection: object, _record: object) -> None:
    connection.execute("PRAGMA query_only = ON")  # type: ignore[attr-defined]


@contextmanager
def scratch_postgres(engine: Engine, name: str, settings: dict[str, Any]) -> Iterator[Engine]:
    """A database of its own on the same server, dropped afterwards. Raises ProgrammingError where
    the user may make none."""
    server = engine.execution_options(isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE template0'))
    url = engine.url.set(database=name)
    scratch = create_engine(url, hide_parameters=True, **engine_options(settings))
    try:
        yield scratch
    finally:
        scratch.dispose()
        with server.connect() as connection:
            connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


def _run(
    url: URL, command: Sequence[str], arguments: Sequence[str], *, connects: bool = True
) -> None:
    """Run one of PostgreSQL's programs; the password stands in no list of processes. Raises
    BackupFailed."""
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    program = [*command, *([f"--dbname={plain}"] if connects else []), *arguments]
    environ = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    try:
        done = subprocess.run(
            program, env=environ, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError:
        raise BackupFailed(
            f"没有找到 {command[0]}：请安装与服务器同版本或更新的 PostgreSQL 客户端"
            "（Debian 的 postgresql-client）。"
        ) from None
    except subprocess.TimeoutExpired:
        raise BackupFailed(f"{command[0]} 用了 {SECONDS // 3600} 小时还没结束，已停下。") from None
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise BackupFailed(f"{command[0]} 没有做成：{lines[0] if lines else done.returncode}")


def reason_of(error: SQLAlchemyError) -> str:
    """The database's own words in one line, without statement or values."""
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


def _onto_disk(file: Path) -> None:
    file.chmod(0o600)
    with file.open("rb") as opened:
        os.fsync(opened.fileno())


def _copy(source: int, target: Path) -> None:
    with target.open("wb") as file:
        target.chmod(0o600)
        while chunk := os.read(source, 1024 * 1024):
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
