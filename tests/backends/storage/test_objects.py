"""MinIO alone: addresses it signs itself, and what happens where it is away."""

from __future__ import annotations

import io
import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from tests.backends.storage.conftest import drop, minio_url
from tests.clocks import StoppedClock
from webapp import clock as product_clock
from webapp.backends.storage.objects import ObjectStorage, place_of
from webapp.backends.storage.port import StorageAway

needs_minio = pytest.mark.skipif(
    not os.environ.get("TEST_STORAGE_URL"), reason="TEST_STORAGE_URL is not set"
)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ObjectStorage]:
    url = minio_url()
    yield ObjectStorage(place_of(url), tmp_path / "fetched")
    drop(url)


@needs_minio
def test_a_signed_address_gives_the_file_and_parts_of_it(store: ObjectStorage) -> None:
    store.put("exports/1.zip", io.BytesIO(b"0123456789"))
    address = store.address("exports/1.zip", lifetime=MINUTE, filename="我的数据.zip")
    answer = requests.get(address, headers={"Range": "bytes=2-4"}, timeout=60)
    assert (answer.status_code, answer.content) == (206, b"234")
    assert quote("我的数据.zip") in answer.headers["Content-Disposition"]
    plain = requests.get(store.address("exports/1.zip", lifetime=MINUTE), timeout=60)
    assert "Content-Disposition" not in plain.headers


@needs_minio
def test_a_signed_address_expires_and_opens_no_other_file(
    store: ObjectStorage, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("one", "two"):
        store.put(key, io.BytesIO(b"x"))
    assert requests.get(store.address("one", lifetime=MINUTE), timeout=60).status_code == 403
    monkeypatch.undo()  # the stopped clock stands in the past, where the address has expired
    assert product_clock.now() > clock.moment
    address = store.address("one", lifetime=MINUTE)
    assert requests.get(address, timeout=60).status_code == 200
    assert requests.get(address.replace("/one?", "/two?"), timeout=60).status_code == 403


@needs_minio
def test_a_fetched_file_is_gone_afterwards(store: ObjectStorage, tmp_path: Path) -> None:
    store.put("film.mp4", io.BytesIO(b"film"))
    with store.local("film.mp4") as path:
        assert path.suffix == ".mp4"
    assert list((tmp_path / "fetched").iterdir()) == []


@needs_minio
def test_a_wrong_password_is_no_missing_file(tmp_path: Path) -> None:
    place = place_of(minio_url())._replace(secret="wrong-password")
    refused = ObjectStorage(place, tmp_path)
    with pytest.raises(StorageAway):
        refused.put("one", io.BytesIO(b"x"))
    with pytest.raises(StorageAway):
        refused.check()


def test_a_server_that_is_away_is_said_to_be_and_named_nowhere(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and never listens: refused at once
        port = taken.getsockname()[1]
        place = place_of(f"minio://key:secret-key@127.0.0.1:{port}/bucket?secure=0")
        away = ObjectStorage(place, tmp_path)
        for ask in (away.check, lambda: away.stat("one")):
            with pytest.raises(StorageAway) as caught:
                ask()
            assert "127.0.0.1" not in caught.value.message


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("", "https://files.example:9000/chezhi/a/1.webp?"),
        ("?secure=0", "http://files.example:9000/chezhi/a/1.webp?"),
        ("?public=https%3A%2F%2Fcdn.example", "https://cdn.example/chezhi/a/1.webp?"),
    ],
)
def test_addresses_lead_where_browsers_reach_the_server(
    tmp_path: Path, query: str, begins: str
) -> None:
    place = place_of(f"minio://key:p%40ss%2Fword@files.example:9000/chezhi{query}")
    assert place.secret == "p@ss/word"
    store = ObjectStorage(place, tmp_path)
    address = store.address("a/1.webp", lifetime=MINUTE)
    assert address.startswith(begins)
    assert begins.startswith(store.origin)
