"""The SQLite library: which one is used, and which journal it may be trusted with.

Every SQLite before 3.51.3 can lose committed transactions in WAL mode, where one process resets
the log while another writes or checkpoints. The library of most systems is older; the one in the
package pysqlite3 is not, and has wheels for the usual platforms. Two libraries must not have the
same file open: take the module from here, wherever the database is opened.
"""

from __future__ import annotations

import importlib
import time
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, Final

FIXED: Final = (3, 51, 3)

BUSY_MILLISECONDS: Final = 5000
"""How long a writer waits for another one before "database is locked"."""


@dataclass(frozen=True)
class Library:
    """`module` is a DB-API driver, `version` that of the SQLite in it."""

    module: ModuleType
    version: str

    @property
    def sound(self) -> bool:
        """Whether several processes may write in WAL mode."""
        return tuple(int(part) for part in self.version.split(".")) >= FIXED

    @property
    def journal_mode(self) -> str:
        return "wal" if self.sound else "delete"

    @property
    def synchronous(self) -> str:
        """In WAL mode a power cut loses the last moments at worst, and never what is whole."""
        return "NORMAL" if self.sound else "FULL"


@cache
def library() -> Library:
    """The newest there is: that of pysqlite3 where it is installed, or Python's own."""
    found = []
    for name in ("sqlite3", "pysqlite3"):
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        found.append(Library(module, module.sqlite_version))
    return max(found, key=lambda one: tuple(int(part) for part in one.version.split(".")))


def caution() -> str | None:
    """What whoever starts the product should know, or None where all is well."""
    used = library()
    if used.sound:
        return None
    return (
        f"SQLite {used.version} may lose writes in WAL mode (fixed in 3.51.3, which the package "
        "pysqlite3 has for x86-64 Linux and Apple silicon): journal_mode=DELETE is used instead, "
        "which is safe and slower; for many visitors set DATABASE_URL to a PostgreSQL"
    )


def prepare(connection: Any, _record: object = None) -> None:
    """Set the pragmas of one new DB-API connection.

    Raises the driver's OperationalError where the file is in another journal mode and in use, so
    that the mode which this library is to be trusted with cannot be set.
    """
    used = library()
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    _set_journal(cursor, used.journal_mode)
    cursor.execute(f"PRAGMA synchronous = {used.synchronous}")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _set_journal(cursor: Any, mode: str) -> None:
    """Change the journal mode of the file where it is another. The busy time-out does not hold
    for that: two processes that open a new database together are in each other's way."""
    deadline = time.monotonic() + BUSY_MILLISECONDS / 1000
    while True:
        (found,) = cursor.execute("PRAGMA journal_mode").fetchone()
        if found in (mode, "memory"):
            return
        try:
            cursor.execute(f"PRAGMA journal_mode = {mode}")
        except library().module.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
