"""Stores for files behind one port: `port` says what a store does, `files` keeps them in a folder,
`objects` in a bucket of MinIO or another server that speaks S3."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app

from webapp.backends.storage.files import FileStorage
from webapp.backends.storage.port import Storage
from webapp.backends.storage.signing import Signer

_EXTENSION: Final = "chezhi.storage"


def init_app(app: Flask) -> None:
    """Connects to nothing."""
    app.extensions[_EXTENSION] = make_storage(app)


def make_storage(app: Flask) -> Storage:
    """The store STORAGE_URL names."""
    return FileStorage(app.config["VAR_DIR"] / "media", signer_of(app))


def storage() -> Storage:
    """The store of the current application."""
    found: Storage = current_app.extensions[_EXTENSION]
    return found


def signer_of(app: Flask) -> Signer:
    """Signs addresses on this site."""
    return Signer(app.config["SECRET_KEY"])
