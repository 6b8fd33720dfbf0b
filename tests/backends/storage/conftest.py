"""Each store behind one fixture: files in a folder, MinIO at TEST_STORAGE_URL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import pytest
from minio import Minio
from minio.deleteobjects import DeleteObject

from webapp.backends.storage.files import FileStorage
from webapp.backends.storage.objects import ObjectStorage, place_of
from webapp.backends.storage.port import Storage
from webapp.backends.storage.signing import Signer

SECRET = "tests-0123456789-abcdefghijklmnopqrstuvwxyz"
STORES = ("files", "minio") if os.environ.get("TEST_STORAGE_URL") else ("files",)


def minio_url() -> str:
    """A bucket that is not there yet at TEST_STORAGE_URL (http://127.0.0.1:9000), for the user
    and password that MinIO has unless told otherwise."""
    url = urlsplit(os.environ["TEST_STORAGE_URL"])
    secure = int(url.scheme == "https")
    return f"minio://minioadmin:minioadmin@{url.netloc}/test-{token_hex(4)}?secure={secure}"


def drop(url: str) -> None:
    """Delete what a test made there."""
    place = place_of(url)
    client = Minio(place.host, place.key, place.secret, secure=place.secure)
    if client.bucket_exists(place.bucket):
        names = client.list_objects(place.bucket, recursive=True)
        doomed = [DeleteObject(str(one.object_name)) for one in names]
        assert list(client.remove_objects(place.bucket, doomed)) == []
        client.remove_bucket(place.bucket)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Storage]:
    """An empty store."""
    if request.param == "files":
        yield FileStorage(tmp_path / "media", Signer(SECRET))
        return
    url = minio_url()
    yield ObjectStorage(place_of(url), tmp_path / "fetched")
    drop(url)
