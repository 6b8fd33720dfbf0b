"""What every store does, whichever keeps the files."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, cast

import pytest

from webapp.backends.storage.port import Incomplete, NotStored, Storage, check_key, check_prefix

MEGABYTE = 1024 * 1024


class Endless(io.RawIOBase):
    """A stream of `size` bytes that exist only while they are read."""

    def __init__(self, size: int) -> None:
        self.left = size

    def readable(self) -> bool:
        return True

    def read(self, wanted: int = -1) -> bytes:
        given = self.left if wanted < 0 else min(wanted, self.left)
        self.left -= given
        return b"x" * given


def put(store: Storage, key: str, content: bytes) -> None:
    store.put(key, io.BytesIO(content), len(content))


def read(store: Storage, key: str, start: int = 0, length: int | None = None) -> bytes:
    with store.open(key, start, length) as stream:
        return stream.read()


def keys(store: Storage, prefix: str) -> list[str]:
    return [found.key for found in store.list(prefix)]


@pytest.mark.parametrize("size", [4, None])
def test_what_is_put_is_told_and_read_again(store: Storage, size: int | None) -> None:
    before = datetime.now(UTC) - timedelta(seconds=2)
    written = store.put("pictures/ab/one.webp", io.BytesIO(b"four"), size)
    assert (written.key, written.size, written.content_type) == (
        "pictures/ab/one.webp",
        4,
        "image/webp",
    )
    assert written.digest == hashlib.sha256(b"four").hexdigest()
    assert before < written.modified < datetime.now(UTC) + timedelta(seconds=2)
    assert store.stat("pictures/ab/one.webp") == written._replace(digest=None)
    assert read(store, "pictures/ab/one.webp") == b"four"


def test_an_empty_file_is_a_file(store: Storage) -> None:
    put(store, "empty", b"")
    assert store.stat("empty").size == 0
    assert read(store, "empty") == b""


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (3, 4, b"3456"),
        (8, 100, b"89"),
        (0, 0, b""),
        (10, None, b""),
        (50, 5, b""),
    ],
)
def test_a_part_of_a_file_is_read(
    store: Storage, start: int, length: int | None, expected: bytes
) -> None:
    put(store, "digits", b"0123456789")
    assert read(store, "digits", start, length) == expected


def test_more_than_was_announced_stays_unread(store: Storage) -> None:
    stream = io.BytesIO(b"body, and the next request")
    store.put("body", stream, 4)
    assert read(store, "body") == b"body"
    assert stream.tell() == 4


def test_a_stream_that_breaks_off_leaves_what_was_there(store: Storage) -> None:
    put(store, "kept", b"old")
    for key in ("kept", "new"):
        with pytest.raises(Incomplete):
            store.put(key, io.BytesIO(b"half of"), 14)
    assert read(store, "kept") == b"old"
    assert keys(store, "") == ["kept"]


def test_putting_again_replaces(store: Storage) -> None:
    put(store, "one", b"first")
    put(store, "one", b"second")
    assert read(store, "one") == b"second"


def test_a_type_that_the_ending_does_not_say_is_kept_until_the_file_is_replaced(
    store: Storage,
) -> None:
    store.put("original", io.BytesIO(b"x"), 1, content_type="image/heic")
    assert store.stat("original").content_type == "image/heic"
    store.put("original", io.BytesIO(b"x"), 1)
    assert store.stat("original").content_type == "application/octet-stream"


def test_a_large_file_is_never_whole_in_memory(store: Storage) -> None:
    size = 32 * MEGABYTE
    tracemalloc.start()
    try:
        for key, told in (("known", size), ("unknown", None)):
            assert store.put(key, cast(BinaryIO, Endless(size)), told).size == size
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < size


@pytest.mark.parametrize("sizes", [(3, 2, 4), (6 * MEGABYTE, 6 * MEGABYTE, 1), (5,)])
def test_parts_become_one_file_and_stay(store: Storage, sizes: tuple[int, ...]) -> None:
    parts = [bytes([65 + number]) * size for number, size in enumerate(sizes)]
    names = [f"uploads/7/{number:05}" for number in range(len(sizes))]
    for name, part in zip(names, parts, strict=True):
        put(store, name, part)
    made = store.compose("videos/7.mp4", names, content_type="video/mp4")
    assert (made.size, made.content_type) == (sum(sizes), "video/mp4")
    assert read(store, "videos/7.mp4") == b"".join(parts)
    assert keys(store, "uploads/7/") == names


def test_nothing_is_composed_where_a_part_is_missing(store: Storage) -> None:
    put(store, "parts/1", b"one")
    with pytest.raises(NotStored):
        store.compose("whole", ["parts/1", "parts/2"])
    assert keys(store, "") == ["parts/1"]


def test_files_are_listed_by_key_below_what_was_asked_for(store: Storage) -> None:
    for key in ("a/2", "a/10", "a-b/1", "a.b", "ab", "a/b/c", "b"):
        put(store, key, b"x")
    assert keys(store, "") == ["a-b/1", "a.b", "a/10", "a/2", "a/b/c", "ab", "b"]
    assert keys(store, "a/") == ["a/10", "a/2", "a/b/c"]
    assert keys(store, "a/1") == ["a/10"]
    assert keys(store, "none/") == []


def test_what_is_removed_is_gone_and_may_be_removed_again(store: Storage) -> None:
    put(store, "folder/deep/one", b"x")
    store.remove("folder/deep/one")
    store.remove("folder/deep/one")
    assert keys(store, "") == []
    for ask in (store.stat, lambda key: read(store, key)):
        with pytest.raises(NotStored):
            ask("folder/deep/one")


def test_a_folder_is_removed_without_those_beside_it(store: Storage) -> None:
    for key in ("videos/5/a", "videos/5/b/c", "videos/51/a"):
        put(store, key, b"x")
    store.remove_all("videos/5/")
    assert keys(store, "") == ["videos/51/a"]
    with pytest.raises(ValueError, match="no folder"):
        store.remove_all("videos/5")


def test_a_file_is_at_hand_on_this_disk(store: Storage, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"film")
    store.put_file("videos/film.mp4", source)
    with store.local("videos/film.mp4") as path:
        assert path.read_bytes() == b"film"
    with pytest.raises(NotStored), store.local("videos/other.mp4"):
        pass


def test_a_folder_is_no_file(store: Storage) -> None:
    put(store, "folder/one", b"x")
    with pytest.raises(NotStored):
        store.stat("folder")
    with pytest.raises(NotStored):
        read(store, "folder")


def test_a_store_in_order_says_nothing(store: Storage) -> None:
    store.check()
    store.sweep(datetime.now(UTC))
    assert keys(store, "") == []


BAD_KEYS = ["", "/", "/etc/passwd", "..", "a/../b", "a//b", "a/", ".hidden", "a/.b", "A", "车"]
BAD_KEYS += ["a\\b", "a b", "a\0b", "a\n", "a%2e%2e", "~", "x" * 101, "a/" * 250 + "a"]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_a_key_that_climbs_or_hides_is_refused(store: Storage, key: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        check_key(key)
    with pytest.raises(ValueError, match="no key"):
        put(store, key, b"x")
    with pytest.raises(ValueError, match="no key"):
        store.address(key, lifetime=timedelta(minutes=1))


@pytest.mark.parametrize("prefix", ["../", "a/../", "/", "a//", ".types/"])
def test_a_prefix_that_climbs_is_refused(prefix: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        check_prefix(prefix)
