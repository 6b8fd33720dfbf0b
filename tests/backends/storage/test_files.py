"""Files in a folder: what is special about a disk, and addresses on this site."""

from __future__ import annotations

import errno
import io
import stat
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from tests.backends.storage.conftest import SECRET
from tests.clocks import StoppedClock
from webapp.backends.storage import files
from webapp.backends.storage.files import FileStorage
from webapp.backends.storage.port import StorageFull
from webapp.backends.storage.signing import PATH, Signer


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "media"


@pytest.fixture
def store(folder: Path) -> FileStorage:
    return FileStorage(folder, Signer(SECRET))


def parted(address: str) -> tuple[str, Mapping[str, str]]:
    """Key and query, as a web server would tell them."""
    url = urlsplit(address)
    assert url.path.startswith(PATH)
    return unquote(url.path.removeprefix(PATH)), dict(parse_qsl(url.query))


def test_files_are_for_their_owner_only_and_empty_folders_go(
    store: FileStorage, folder: Path
) -> None:
    store.put("a/b/one", io.BytesIO(b"x"))
    assert stat.S_IMODE((folder / "a/b/one").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    store.remove("a/b/one")
    assert not (folder / "a").exists()
    assert folder.exists()


def test_a_full_disk_leaves_no_draft(
    store: FileStorage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(StorageFull):
        store.put("one", io.BytesIO(b"x"))
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_draft_of_a_process_that_died_is_swept_a_day_later(
    store: FileStorage, folder: Path
) -> None:
    store.put("one", io.BytesIO(b"x"))
    draft = folder / ".drafts" / "left"
    draft.write_bytes(b"half")
    store.sweep(datetime.now(UTC))
    assert draft.exists()
    store.sweep(datetime.now(UTC) + timedelta(days=1, minutes=1))
    assert not draft.exists()
    assert store.stat("one").size == 1


def test_parts_are_composed_where_the_kernel_cannot_copy(
    store: FileStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(files.os, "copy_file_range", raising=False)
    for name in "abc":
        store.put(f"parts/{name}", io.BytesIO(name.encode() * 3))
    store.compose("whole", ["parts/a", "parts/b", "parts/c"])
    with store.open("whole") as stream:
        assert stream.read() == b"aaabbbccc"


def test_an_address_opens_its_file_until_its_time_is_over(
    store: FileStorage, clock: StoppedClock
) -> None:
    address = store.address(
        "exports/1.zip", lifetime=timedelta(minutes=10), filename="我的&数据.zip"
    )
    key, query = parted(address)
    ticket = Signer(SECRET).read(key, query)
    assert ticket is not None
    assert (ticket.key, ticket.filename) == ("exports/1.zip", "我的&数据.zip")
    clock.forward(minutes=9, seconds=59)
    assert Signer(SECRET).read(key, query) is not None
    clock.forward(seconds=1)
    assert Signer(SECRET).read(key, query) is None


@pytest.mark.parametrize(
    "changed",
    [
        {"until": "99999999999"},
        {"until": "x"},
        {"until": "٣"},
        {"name": "other.exe"},
        {"type": "text/html"},
        {"signature": ""},
        {"signature": "é" * 40},
    ],
)
def test_a_changed_address_opens_nothing(store: FileStorage, changed: dict[str, str]) -> None:
    key, query = parted(store.address("a/1.webp", lifetime=timedelta(minutes=1)))
    assert Signer(SECRET).read(key, {**query, **changed}) is None
    assert Signer(SECRET).read("a/2.webp", query) is None
    assert Signer("another secret").read(key, query) is None
