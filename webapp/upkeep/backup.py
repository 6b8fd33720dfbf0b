"""Making a backup while the product serves: the database at one moment, then the stored files.

A backup is written beside its place and renamed once it is whole, its manifest last: a folder of
the given name is a whole backup. Files come after the database, so that whatever rows name is
there; one that is removed meanwhile is left out.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from webapp import clock, schema
from webapp.backends.storage import storage
from webapp.backends.storage.port import NotStored, StorageAway
from webapp.errors import is_disk_full
from webapp.extensions import db
from webapp.upkeep import databases
from webapp.upkeep.manifest import (
    KEYS,
    KEYS_FILE,
    MEDIA,
    MEDIA_LIST,
    BackupFailed,
    Manifest,
    Media,
    copy,
    fingerprints,
    sha256_of,
    write_whole,
)
from webapp.version import VERSION

_UNFINISHED: Final = ".unfinished"


def make(place: Path, *, with_media: bool = True, with_keys: bool = False) -> Manifest:
    """Write a backup to `place`, a folder that is not there or empty. Raises BackupFailed, and
    leaves nothing behind then."""
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise BackupFailed(f"{place} 已经有内容了：请给一个还不存在的或空的文件夹。")
    draft = place.with_name(f".{place.name}{_UNFINISHED}")
    shutil.rmtree(draft, ignore_errors=True)  # of one that was killed
    try:
        draft.mkdir(mode=0o700, parents=True)
        made = _write(draft, with_media=with_media, with_keys=with_keys)
        draft.rename(place)
    except (OSError, SQLAlchemyError, StorageAway) as error:
        raise BackupFailed(_why(error, place)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return made


def _write(folder: Path, *, with_media: bool, with_keys: bool) -> Manifest:
    engine = db.engine
    tables = databases.dump(engine, folder)
    file = folder / databases.FILES[engine.dialect.name]
    files = _media(folder) if with_media else []
    if with_keys:
        keys = {name: current_app.config[name] for name in KEYS if current_app.config.get(name)}
        write_whole(folder / KEYS_FILE, json.dumps(keys, indent=1).encode())
    made = Manifest(
        version=VERSION,
        revision=schema.head() or "",
        made_at=clock.now().isoformat(),
        kind=engine.dialect.name,
        database=file.name,
        database_sha256=sha256_of(file),
        tables=tables,
        media=sha256_of(folder / MEDIA_LIST) if with_media else None,
        media_files=len(files),
        bytes=file.stat().st_size + sum(one.size for one in files),
        keys=fingerprints(),
    )
    made.write(folder)
    return made


def _media(folder: Path) -> list[Media]:
    store, copied = storage(), []
    for found in store.list(""):
        try:
            kind = store.stat(found.key).content_type
            with store.open(found.key) as stream:
                size, digest = copy(stream, folder / MEDIA / found.key)
        except NotStored:
            continue  # removed meanwhile
        copied.append(Media(found.key, size, digest, kind))
    lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in copied)
    write_whole(folder / MEDIA_LIST, "".join(lines).encode())
    return copied


def _why(error: Exception, place: Path) -> str:
    if is_disk_full(error):
        return f"{place} 所在的磁盘满了，没有留下备份：请腾出空间或换一个地方。"
    if isinstance(error, OSError):
        return f"{place} 写不进去（{error.strerror}）：请换一个这个用户能写的地方。"
    if isinstance(error, SQLAlchemyError):
        return f"数据库读不出来：{databases.reason_of(error)}"
    return "存放文件的服务没有应答，没有留下备份。可以用 --no-media 先只备份数据库。"
