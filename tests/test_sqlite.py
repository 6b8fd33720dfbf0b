"""No commit is lost on SQLite, whatever library the machine has."""

from __future__ import annotations

import ast
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.live import spawn
from webapp import config
from webapp.config import ROOT, sqlite
from webapp.config.sqlite import Library, library

COMMITS = 300
FAULTY = Library(cast(Any, sqlite3), "3.40.1")

WRITER = """
import sys
from contextlib import closing
from scripts.settings import config

who, file, commits = sys.argv[1:]
module = config.sqlite_library().module
with closing(module.connect(file, isolation_level=None)) as connection:
    config.prepare_sqlite(connection)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(commits)):
        connection.execute("INSERT INTO written VALUES (?, ?)", (who, number))
        kind = ("PASSIVE", "RESTART", "TRUNCATE")[number % 3]
        connection.execute(f"PRAGMA wal_checkpoint({kind})")
"""


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine that has nothing but an old library."""
    monkeypatch.setattr(sqlite, "library", lambda: FAULTY)


def test_two_processes_that_write_and_checkpoint_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "written.sqlite3"
    with closing(connect(file)) as connection:
        connection.execute("CREATE TABLE written (who TEXT, number INTEGER)")
    writers = [
        spawn(
            [sys.executable, "-c", WRITER, who, str(file), str(COMMITS)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for who in "ab"
    ]
    for writer in writers:
        assert writer.stdout.readline() == b"ready\n"
    for writer in writers:
        writer.stdin.write(b"go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    with closing(connect(file)) as connection:
        counts = dict(
            connection.execute("SELECT who, count(DISTINCT number) FROM written GROUP BY who")
        )
        assert counts == {"a": COMMITS, "b": COMMITS}
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def connect(file: Path) -> Any:
    connection = library().module.connect(file)
    config.prepare_sqlite(connection)
    return connection


def journal(connection: Any) -> tuple[str, int]:
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    return mode, synchronous


def test_wal_is_used_by_a_sound_library_only(tmp_path: Path) -> None:
    assert library().sound or library().journal_mode == "delete"
    with closing(connect(tmp_path / "new.sqlite3")) as connection:
        version = connection.execute("SELECT sqlite_version()").fetchone()[0]
        assert version == library().version
        assert journal(connection) == (("wal", 1) if library().sound else ("delete", 2))


@pytest.mark.parametrize(
    ("version", "sound"),
    [("3.40.1", False), ("3.51.2", False), ("3.51.3", True), ("3.53.4", True), ("4.0.0", True)],
)
def test_the_fault_is_known_by_the_version(version: str, sound: bool) -> None:
    assert Library(cast(Any, sqlite3), version).sound == sound


def test_the_newest_library_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    newest = SimpleNamespace(sqlite_version="9.1.0")
    monkeypatch.setitem(sys.modules, "pysqlite3", newest)
    assert library.__wrapped__().module is newest
    monkeypatch.setitem(sys.modules, "pysqlite3", None)  # as where it is not installed
    assert library.__wrapped__().module is sqlite3


def test_an_old_library_brings_an_existing_file_out_of_wal_and_says_so(
    tmp_path: Path, faulty: None
) -> None:
    file = tmp_path / "old.sqlite3"
    with closing(sqlite3.connect(file)) as before:
        assert before.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    with closing(sqlite3.connect(file)) as connection:
        config.prepare_sqlite(connection)
        assert journal(connection) == ("delete", 2)
    values = config.load({"VAR_DIR": str(tmp_path)})
    (line,) = config.cautions(values)
    assert line.startswith("DATABASE_URL: SQLite 3.40.1 may lose writes in WAL mode")
    assert "\n" not in line
    server = {"DATABASE_URL": "postgresql+psycopg://db/cars"}
    assert config.cautions(values | server) == []


def test_an_old_library_refuses_to_share_a_file_that_is_in_wal_mode(
    tmp_path: Path, faulty: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MILLISECONDS", 20)
    file = tmp_path / "shared.sqlite3"
    with closing(sqlite3.connect(file)) as other, closing(sqlite3.connect(file)) as connection:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("CREATE TABLE t (x)")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            config.prepare_sqlite(connection)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def test_no_other_module_opens_the_database_with_a_library_of_its_own() -> None:
    allowed = {ROOT / "tests" / "test_sqlite.py"}  # opens files of its own
    offenders = [
        str(path.relative_to(ROOT))
        for folder in ("webapp", "tasks", "scripts", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if path not in allowed
        and "sqlite3" in path.read_text(encoding="utf-8")
        and {"sqlite3", "pysqlite3", "aiosqlite", "apsw"} & set(imports(path))
    ]
    assert offenders == []
    engines = [
        str(path.relative_to(ROOT))
        for folder in ("webapp", "tasks", "scripts")
        for path in (ROOT / folder).rglob("*.py")
        if (made := path.read_text(encoding="utf-8").count("create_engine("))
        and path.read_text(encoding="utf-8").count("engine_options(") < made
    ]
    assert engines == []
