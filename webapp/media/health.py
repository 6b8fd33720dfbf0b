"""The line of the file store in `/readyz`."""

from __future__ import annotations

from flask import current_app

from webapp.backends.storage import storage
from webapp.backends.storage.port import StorageAway, StorageFull
from webapp.registry import Answer


def state() -> Answer:
    """Whether something could be stored now."""
    kind = "files" if current_app.config["STORAGE_URL"] == "file:" else "minio"
    try:
        storage().check()
    except (StorageAway, StorageFull, OSError) as error:
        name = type(error.__cause__ or error).__name__
        return Answer("down", f"{name}; no pictures, no uploads", f"{name}，图片和上传暂不可用")
    return Answer("ok", kind, {"files": "本机磁盘", "minio": "MinIO"}[kind])
