"""Putting a backup into an empty place, and trying it out in a scratch one.

Stored files come first and the database last, so that half of a restoring is an empty site. Told
again, it goes on: files that are there already as the backup has them are fine.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

import flask_migrate
from flask import current_app
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError

from webapp import schema
from webapp.backends.storage import storage
from webapp.backends.storage.port import StorageAway, StorageFull
from webapp.errors import is_disk_full
from webapp.extensions import db
from webapp.upkeep import databases, manifest
from webapp.upkeep.manifest import BackupFailed, Manifest, Media

Outcome = Literal["proven", "unproven"]
MAY_NOT: Final = "42501"
"""PostgreSQL's code for what a user may not do."""


def restore(folder: Path) -> Manifest:
    """Fill this empty product from a backup, and bring the tables up to date. Raises
    BackupFailed; nothing is replaced ever."""
    found = read(folder)
    try:
        _refuse_other_database(found)
        if not databases.is_empty(db.engine):
            raise BackupFailed(
                "数据库里已经有表，恢复不会覆盖任何东西：请换一个空的数据库（SQLite：一个空的 "
                "VAR_DIR），或把现在的先挪走。"
            )
        files = list(manifest.media_of(folder)) if found.media is not None else []
        if found.media is not None:
            _refuse_others(files)
        manifest.check_files(folder, found)
        _put_files(folder, files)
        databases.put_back(db.engine, folder / Path(found.database).name, found)
    except (OSError, SQLAlchemyError, StorageAway, StorageFull) as error:
        raise BackupFailed(_why(error)) from error
    if found.revision != schema.head():
        flask_migrate.upgrade()
    return found


def read(folder: Path) -> Manifest:
    """The manifest of a backup that this version can restore. Raises BackupFailed."""
    found = manifest.read(folder)
    if not schema.is_known(found.revision):
        raise BackupFailed(
            f"这份备份的数据库结构（{found.revision}，版本 {found.version}）比程序新："
            "请先升级程序。"
        )
    return found


def changed_keys(found: Manifest) -> list[str]:
    """Names of keys that are others here than where the backup was made, or are not set."""
    here = manifest.fingerprints()
    return [name for name, mark in found.keys.items() if here.get(name) != mark]


def drill(folder: Path, scratch: Path) -> Outcome:
    """Restore into a scratch database and compare it, row by row, and every file with its
    digest. “unproven”: the server lets us make no database, and the archive was only read.

    Raises BackupFailed.
    """
    found = read(folder)
    source = folder / Path(found.database).name
    try:
        manifest.check_files(folder, found)
        if found.kind == "postgresql":
            return _drill_postgres(source, found)
        with tempfile.TemporaryDirectory(dir=scratch, prefix="drill-") as place:
            copied = Path(place) / source.name
            with source.open("rb") as stream:
                manifest.copy(stream, copied)
            with databases.opened_sqlite(copied) as engine, engine.connect() as connection:
                databases.compare(connection, found)
    except (OSError, SQLAlchemyError) as error:
        raise BackupFailed(_why(error)) from error
    return "proven"


def _drill_postgres(source: Path, found: Manifest) -> Outcome:
    name = f"{db.engine.url.database}_drill_{secrets.token_hex(4)}"
    try:
        with databases.scratch_postgres(db.engine, name, current_app.config) as scratch:
            databases.restore_postgres(scratch.url, source)
            with scratch.connect() as connection:
                databases.compare(connection, found)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != MAY_NOT:
            raise
        databases.read_through(db.engine.url, source)
        return "unproven"
    return "proven"


def _refuse_other_database(found: Manifest) -> None:
    if found.kind == db.engine.dialect.name:
        return
    names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
    raise BackupFailed(
        f"这份备份来自 {names.get(found.kind, found.kind)}，DATABASE_URL 是 "
        f"{names[db.engine.dialect.name]}：请先恢复到同一种数据库，再用 data move 搬过去。"
    )


def _refuse_others(files: list[Media]) -> None:
    """Raises BackupFailed where the store has anything that is not of this backup."""
    own = {one.key: one.size for one in files}
    other = next(_foreign(own), None)
    if other is not None:
        raise BackupFailed(
            f"存放文件的地方不是空的（例如 {other}），恢复不会覆盖任何东西："
            "请换一个空的 VAR_DIR 或桶。"
        )


def _foreign(own: dict[str, int]) -> Iterator[str]:
    for found in storage().list(""):
        if own.get(found.key) != found.size:
            yield found.key


def _put_files(folder: Path, files: list[Media]) -> None:
    store = storage()
    for one in files:
        with (folder / manifest.MEDIA / one.key).open("rb") as stream:
            made = store.put(one.key, stream, one.size, content_type=one.content_type)
        if made.digest != one.sha256:
            raise BackupFailed(f"{one.key} 恢复后和备份时不一样，请换一份备份。")


def _why(error: Exception) -> str:
    if is_disk_full(error) or isinstance(error, StorageFull):
        return "磁盘满了，没有恢复完：请腾出空间再运行同一个命令，它会接着做。"
    if isinstance(error, OSError):
        return f"{error.filename or '文件'} 读写不了：{error.strerror}"
    if isinstance(error, SQLAlchemyError):
        return f"数据库用不了：{databases.reason_of(error)}"
    return "存放文件的服务没有应答：请稍后再运行同一个命令，它会接着做。"
