"""What thousands of applications in one process would each work out alike: worked out once.

A test's application is made anew, which costs 5 ms instead of 40 with rules that are compiled
already, and its first pages about half with templates and statements that are. The first sentence
it reads costs 30 ms less where another of the same catalogue has compiled the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache, partial
from pathlib import Path
from types import CodeType
from typing import Any, Final, TypeVar

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

from webapp.backends import embedder
from webapp.extensions import db
from webapp.search import service as search
from webapp.search.understanding.lexicon import Lexicon

Made = TypeVar("Made")
_STATEMENTS: Final[LRUCache[Any, Any]] = LRUCache(5000)
_LEXICONS: Final[LRUCache[str, Lexicon]] = LRUCache(50)


def init() -> None:
    """From now on, for every Flask application of this process."""
    Flask.url_rule_class = KeptRule
    Flask.jinja_options = {"bytecode_cache": KeptTemplates()}
    # Each folder is new to the embedder; this processor is not.
    tried = cache(partial(_tried, embedder._probe))
    embedder._probe = lambda: tried(embedder._PROBE)
    search.compile_lexicon = partial(_compiled, search.compile_lexicon)
    # What is compiled for one database file is found again for the next.
    SQLiteDialect_pysqlite.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]
    SQLiteDialect_pysqlite.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]


def _tried(probe: Callable[[], bool], _source: str) -> bool:
    return probe()


def _compiled(
    compile_: Callable[..., Lexicon], names: Iterable[object], *arguments: object, **more: Any
) -> Lexicon:
    """A lexicon, which nothing changes, by all that it is compiled from."""
    names, more["makers"] = tuple(names), tuple(more.get("makers", ()))
    written = repr((names, arguments, more))
    found: Lexicon | None = _LEXICONS.get(written)
    if found is None:
        found = _LEXICONS[written] = compile_(names, *arguments, **more)
    return found


class KeptRule(Rule):
    """A rule that takes over what one written the same has compiled."""

    _kept: Final[dict[tuple[object, ...], dict[str, Any]]] = {}
    _compiled: Final = ("_parts", "_trace", "_converters", "arguments", "_build", "_build_unknown")

    def compile(self) -> None:
        written = (
            self.rule,
            self.host,
            self.subdomain,
            repr(self.defaults),
            self.merge_slashes,
        )
        if written not in self._kept:
            super().compile()
            self._kept[written] = {name: getattr(self, name) for name in self._compiled}
        vars(self).update(self._kept[written])


class KeptTemplates(BytecodeCache):
    """Templates as compiled from the very same text."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._kept[bucket.key, bucket.checksum] = bucket.code


def share_statements(engine: Engine) -> None:
    """Have an application's engine use what others of this process have compiled."""
    if engine.dialect.name == "sqlite":
        engine.update_execution_options(compiled_cache=_STATEMENTS)


class KeptRows:
    """What a fixture puts into an empty database, put into the next one in milliseconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[str, tuple[Any, list[str]]] = {}

    def fill(self, name: str, make: Callable[[], Made]) -> Made:
        """Have `make` fill the current application's database and commit; what it returns is
        returned each time, so it can be no row."""
        if db.engine.dialect.name != "sqlite":
            return make()
        file = str(self._folder / f"{name}.sqlite3")
        if name not in self._kept:
            made = make()
            db.session.remove()
            with db.engine.connect() as connection:
                connection.exec_driver_sql("VACUUM INTO ?", (file,))
                named = "SELECT name FROM sqlite_master WHERE type = 'table'"
                tables = list(connection.exec_driver_sql(named).scalars())
                filled = [
                    table
                    for table in tables
                    if connection.exec_driver_sql(f"SELECT 1 FROM {table} LIMIT 1").first()
                ]
            self._kept[name] = made, filled
            return made
        made, filled = self._kept[name]
        with db.engine.connect() as connection:
            connection.exec_driver_sql("ATTACH ? AS kept", (file,))
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            for table in filled:
                rows = f"INSERT OR REPLACE INTO main.{table} SELECT * FROM kept.{table}"
                connection.exec_driver_sql(rows)
            connection.commit()
            connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            connection.exec_driver_sql("DETACH kept")
        return made
