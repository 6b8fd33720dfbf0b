"""What a backup says of itself: `manifest.json`, without which a folder is no backup."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from flask import current_app

from webapp.backends.storage.port import check_key
from webapp.upkeep.digests import Measure

FORMAT: Final = 1
"""Higher ones come from newer versions and are refused."""
NAME: Final = "manifest.json"
MEDIA: Final = "media"
MEDIA_LIST: Final = "media.jsonl"
KEYS_FILE: Final = "keys.json"
KEYS: Final = ("SECRET_KEY", "IDENTITY_KEY")
CHUNK: Final = 1024 * 1024


class BackupFailed(Exception):
    """A backup cannot be made, read or restored; the text says why and what to do."""


@dataclass(frozen=True)
class Media:
    """One stored file of a backup; `sha256` in hex."""

    key: str
    size: int
    sha256: str
    content_type: str


@dataclass(frozen=True)
class Manifest:
    """`tables` gives the Measure of each; `media` is the SHA-256 of the list of stored files, None
    where they were left out; `keys` the fingerprint of each key that was set."""

    version: str
    revision: str
    made_at: str
    kind: str
    """sqlite or postgresql."""
    database: str
    """Name of its file."""
    database_sha256: str
    tables: dict[str, Measure]
    media: str | None
    media_files: int
    bytes: int
    keys: dict[str, str]
    format: int = FORMAT

    def write(self, folder: Path) -> None:
        written = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        write_whole(folder / NAME, written.encode())


def read(folder: Path) -> Manifest:
    """Raises BackupFailed for what is no whole backup, or one this version cannot read."""
    try:
        found: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BackupFailed(
            f"{folder} 里没有 {NAME}：它不是一份完整的备份。请给 backup 命令写成的那个文件夹。"
        ) from None
    except (OSError, ValueError) as error:
        raise BackupFailed(f"{folder / NAME} 读不出来（{error}），请换一份备份。") from None
    if not isinstance(found, dict) or not isinstance(found.get("format"), int):
        raise BackupFailed(f"{folder / NAME} 不是备份的说明文件，请换一份备份。")
    if found["format"] > FORMAT:
        raise BackupFailed(
            f"这份备份由更新的版本 {found.get('version')} 写成，这个版本读不了：请先升级程序。"
        )
    try:
        tables = {name: Measure(*measured) for name, measured in found.pop("tables").items()}
        return Manifest(tables=tables, **found)
    except (KeyError, TypeError, AttributeError):
        raise BackupFailed(f"{folder / NAME} 缺少内容，请换一份备份。") from None


def media_of(folder: Path) -> Iterator[Media]:
    with (folder / MEDIA_LIST).open(encoding="utf-8") as lines:
        for line in lines:
            one = Media(**json.loads(line))
            check_key(one.key)
            yield one


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with its digest. Raises BackupFailed naming the first that differs."""
    _check(folder / Path(manifest.database).name, manifest.database_sha256)
    if manifest.media is not None:
        _check(folder / MEDIA_LIST, manifest.media)
        for one in media_of(folder):
            _check(folder / MEDIA / one.key, one.sha256)


def _check(path: Path, expected: str) -> None:
    try:
        found = sha256_of(path)
    except OSError as error:
        raise BackupFailed(
            f"备份里的 {path} 读不出来（{error.strerror}），请换一份备份。"
        ) from None
    if found != expected:
        raise BackupFailed(f"备份里的 {path} 和写下时不一样，已经损坏，请换一份备份。")


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy(source: BinaryIO, target: Path) -> tuple[int, str]:
    """Write what a stream gives, onto the disk; its size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as file:
        while chunk := source.read(CHUNK):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
        file.flush()
        os.fsync(file.fileno())
    return size, digest.hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that it is there wholly or not at all; for its owner only."""
    draft = path.with_name(f".{path.name}.draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def fingerprints() -> dict[str, str]:
    """What the keys of this machine are recognised by, of no use to anybody else."""
    return {name: _fingerprint(current_app.config[name]) for name in KEYS if _is_set(name)}


def _is_set(name: str) -> bool:
    return bool(current_app.config.get(name))


def _fingerprint(key: str) -> str:
    return hmac.new(key.encode(), b"chezhi key fingerprint", hashlib.sha256).hexdigest()[:16]


def stamp(moment: datetime) -> str:
    """For the name of a folder: 20261201T013000Z."""
    return f"{moment:%Y%m%dT%H%M%SZ}"
