"""Each store behind one fixture: files in a folder, MinIO at TEST_STORAGE_URL."""

from __future__ import annotations

from pathlib import Path

import pytest

from webapp.backends.storage.files import FileStorage
from webapp.backends.storage.port import Storage
from webapp.backends.storage.signing import Signer

SECRET = "tests-0123456789-abcdefghijklmnopqrstuvwxyz"
STORES = ("files",)


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """An empty store."""
    return FileStorage(tmp_path / "media", Signer(SECRET))
