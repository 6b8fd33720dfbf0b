"""Stores for files behind one port: `port` says what a store does, `files` keeps them in a folder,
`objects` in a bucket of MinIO or another server that speaks S3."""

from __future__ import annotations

from typing import Final

from flask import Flask, current_app

from webapp.backends.storage.files import FileStorage
from webapp.backends.storage.port import Storage
from webapp.backends.storage.signing import Signer

_EXTENSION: Final = "chezhi.storage"


def init_app(app: Flask) -> Storage:
    """The store STORAGE_URL names, for `storage()`. Connects to nothing."""
    made = app.extensions[_EXTENSION] = make_storage(app)
    return made


def make_storage(app: Flask) -> Storage:
    """The store STORAGE_URL names."""
    url = app.config["STORAGE_URL"]
    if url != "file:":
        from webapp.backends.storage.objects import ObjectStorage, place_of

        return ObjectStorage(place_of(url), app.config["VAR_DIR"] / "fetched")
    return FileStorage(app.config["VAR_DIR"] / "media", Signer(app.config["SECRET_KEY"]))


def storage() -> Storage:
    """The store of the current application."""
    found: Storage = current_app.extensions[_EXTENSION]
    return found


def signer() -> Signer:
    """Signs and reads addresses on this site."""
    return Signer(current_app.config["SECRET_KEY"])
