"""Moving everything from one database to another, SQLite or PostgreSQL, either way.

The target is made by the migrations and held under the revision MOVING until all of it is there
and compared: the product refuses such a database. A table is copied in one transaction; told
again, whole ones that are still the same are left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import flask_migrate
from flask import current_app
from sqlalchemy import (
    Connection,
    Engine,
    Integer,
    Table,
    create_engine,
    event,
    func,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from webapp import features, schema
from webapp.config import engine_options, prepare_sqlite
from webapp.extensions import db
from webapp.upkeep import databases
from webapp.upkeep.digests import ROWS, Measure, Sum, measure

MOVING: Final = "moving"
"""What stands as the revision of a database that is being filled."""
Tell = Callable[[str], None]


class MoveFailed(Exception):
    """The data cannot be moved, or not further; the text says why and what to do."""


def move(url: str, tell: Tell = lambda _: None) -> dict[str, Measure]:
    """Copy every table of this product's database to the one at `url`; what was moved, compared
    row by row. The database here stays as it is. Raises MoveFailed."""
    _refuse_itself(url)
    features.import_models(current_app)
    tables = db.metadata.sorted_tables
    try:
        with _opened(url) as target:
            _prepare(target, url, tables, tell)
            moved = {table.name: _copy(table, target, tell) for table in tables}
            _compare(tables, moved, target)
            _set_counters(tables, target)
            _stamp(target, schema.head() or "")
    except SQLAlchemyError as error:
        raise MoveFailed(
            f"数据库用不了：{databases.reason_of(error)}。解决后再运行同一个命令，它会接着做。"
        ) from error
    return moved


def _refuse_itself(url: str) -> None:
    here, there = db.engine.url, make_url(url)
    if here.set(query={}) == there.set(query={}) and here.query == there.query:
        raise MoveFailed("新地址就是现在的数据库，没有什么可搬。")


@contextmanager
def _opened(url: str) -> Iterator[Engine]:
    engine = create_engine(url, hide_parameters=True, **engine_options(url))
    if engine.dialect.name == "sqlite":
        Path(engine.url.database or "").parent.mkdir(parents=True, exist_ok=True)
        event.listen(engine, "connect", prepare_sqlite)
        # Tables are emptied and filled one by one; whether all fits is asked at the end.
        event.listen(engine, "connect", _without_foreign_keys)
    try:
        yield engine
    finally:
        engine.dispose()


def _without_foreign_keys(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")


def _prepare(target: Engine, url: str, tables: list[Table], tell: Tell) -> None:
    """Make the tables of an empty target, or begin anew where what was copied has changed."""
    if databases.is_empty(target):
        tell("在新数据库里建表")
        _migrate(url)
        _stamp(target, MOVING)
    elif _revision(target) != MOVING:
        raise MoveFailed("新地址的数据库里已经有表，搬家不会覆盖任何东西：请给一个空的数据库。")
    elif not _is_current(target, tables):
        tell("表结构或已经搬过去的内容变了，从头开始")
        _clear(target)
        _migrate(url)
        _stamp(target, MOVING)


def _is_current(target: Engine, tables: list[Table]) -> bool:
    """Whether what was copied before is still what is here."""
    there = set(inspect(target).get_table_names())
    if not there >= {table.name for table in tables}:
        return False
    with target.connect() as new, db.engine.connect() as old:
        return all(
            copied.rows == 0 or copied == measure(old, table)
            for table in tables
            if (copied := measure(new, table))
        )


def _clear(target: Engine) -> None:
    """Drop all tables of a target that we made."""
    if target.dialect.name == "sqlite":
        target.dispose()
        for ending in ("", "-wal", "-shm"):
            Path(f"{target.url.database}{ending}").unlink(missing_ok=True)
        return
    with target.begin() as connection:
        names = inspect(connection).get_table_names()
        quoted = ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)
        connection.execute(text(f"DROP TABLE {quoted} CASCADE"))
        connection.execute(text("DROP FUNCTION IF EXISTS refuse_change CASCADE"))


def _migrate(url: str) -> None:
    """Run the migrations there, in an application that knows nothing but this database."""
    from webapp import create_app

    config = current_app.config
    settings = {"APP_ENV": "testing", "VAR_DIR": str(config["VAR_DIR"]), "DATABASE_URL": url}
    settings |= {"SECRET_KEY": config["SECRET_KEY"], "REDIS_URL": config["REDIS_URL"]}
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


def _copy(table: Table, target: Engine, tell: Tell) -> Measure:
    """Copy one table that is empty there; the Measure of what was read."""
    with target.connect() as connection:
        there = measure(connection, table)
    if there.rows:
        return there  # whole and the same: `_prepare` looked
    total = Sum()
    keys = table.primary_key.columns
    try:
        with db.engine.connect() as source, target.begin() as connection:
            # In the order in which rows came, so that one that names another follows it.
            rows = source.execution_options(yield_per=ROWS).execute(select(table).order_by(*keys))
            for some in rows.partitions():
                for row in some:
                    total.add(row)
                connection.execute(insert(table), [dict(row._mapping) for row in some])
    except SQLAlchemyError as error:
        raise MoveFailed(
            f"表 {table.name} 搬不过去：{databases.reason_of(error)}。"
            "已经搬好的表留着；解决后再运行同一个命令，它会接着做。"
        ) from error
    copied = total.measure()
    if copied.rows:
        tell(f"{table.name}：{copied.rows} 行")
    return copied


def _compare(tables: list[Table], moved: dict[str, Measure], target: Engine) -> None:
    """Raises MoveFailed where the two are not the same, row by row."""
    with db.engine.connect() as old, target.connect() as new:
        for table in tables:
            there, here = measure(new, table), measure(old, table)
            if here != moved[table.name]:
                raise MoveFailed(
                    f"搬的时候表 {table.name} 还在变：请停下产品，再运行同一个命令，它会重新搬。"
                )
            if there != here:
                raise MoveFailed(
                    f"表 {table.name} 搬过去后不一样（{here.rows} 行，那边 {there.rows} 行），"
                    "没有完成。"
                )
        if target.dialect.name == "sqlite":
            broken = new.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken:
                raise MoveFailed(f"表 {broken[0]} 里有行指向不存在的行，没有完成。")


def _set_counters(tables: list[Table], target: Engine) -> None:
    """The next number of each table follows the last one ever given, also where that is gone."""
    with db.engine.connect() as old, target.begin() as new:
        given = _counters(old)
        for table in tables:
            number = table.autoincrement_column
            if number is None or not isinstance(number.type, Integer):
                continue
            highest = new.execute(select(func.max(number))).scalar() or 0
            last = max(highest, given.get(table.name, 0))
            if last:
                _set_counter(new, table, number.name, last)


def _counters(connection: Connection) -> dict[str, int]:
    """The last number that each table has given, where the database keeps it."""
    if connection.dialect.name == "sqlite":
        there = "SELECT 1 FROM sqlite_master WHERE name = 'sqlite_sequence'"
        if connection.exec_driver_sql(there).first() is None:
            return {}
        kept = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
        return {name: int(last) for name, last in kept}
    kept = connection.execute(
        text(
            "SELECT c.relname, s.last_value FROM pg_sequences s"
            " JOIN pg_class q ON q.relname = s.sequencename AND q.relkind = 'S'"
            " JOIN pg_depend d ON d.objid = q.oid AND d.deptype IN ('a', 'i')"
            " JOIN pg_class c ON c.oid = d.refobjid"
            " WHERE s.schemaname = current_schema() AND s.last_value IS NOT NULL"
        )
    )
    return {name: int(last) for name, last in kept}


def _set_counter(connection: Connection, table: Table, column: str, last: int) -> None:
    if connection.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence(table.name, column)
        connection.execute(select(func.setval(sequence, last)))
    elif table.dialect_options["sqlite"]["autoincrement"]:
        named = {"name": table.name, "last": last}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), named)
        connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), named)


def _revision(target: Engine) -> str | None:
    with target.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return None if found is None else str(found)


def _stamp(target: Engine, revision: str) -> None:
    with target.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
