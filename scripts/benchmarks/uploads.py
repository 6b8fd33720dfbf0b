"""`scripts/bench uploads`: how fast files arrive, what that costs everybody else, and what a merge
of many gigabytes takes of memory.

Three uploads at once go to the product's server over HTTP, with the digests a browser would send;
beside it the same bytes are written straight to the same storage. Pages are asked for meanwhile,
and without uploads. Then an upload of many gigabytes is merged, as the worker would. With
`--storage` a MinIO is measured instead of files.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

import flask_migrate
from flask import Flask

from scripts.benchmarks.server import Server, _resident, environment, serve
from scripts.drills.upload_site import login_cookie
from webapp import create_app
from webapp.backends.storage import storage
from webapp.extensions import db
from webapp.videos.models import Piece, Upload, Video
from webapp.videos.service import merging
from webapp.videos.service.uploads import digest_of

MEGABYTE: Final = 1024 * 1024
PIECE: Final = 8 * MEGABYTE
AT_ONCE: Final = 3
HEAD: Final = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
PAGE: Final = "/accounts/login"
"""One that no cache has."""
LEAST_SHARE: Final = 0.6
MOST_SLOWER: Final = 2.0
MOST_AN_UPLOAD: Final = 2.0
MOST_GROWTH: Final = 64.0


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/bench uploads", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=192, help="of each of the three uploads")
    parser.add_argument("--gigabytes", type=float, default=2, help="of the file that is merged")
    parser.add_argument("--storage", default="file:", help="as STORAGE_URL")
    given = parser.parse_args()
    missed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        env = environment(Path(folder)) | {"STORAGE_URL": given.storage, "WEB_WORKERS": "1"}
        app = create_app(env)
        with app.app_context():
            flask_migrate.upgrade()
            cookie = login_cookie(app)
            bare = _bare(given.megabytes)
        print(f"{'measure':44}{'here':>10}{'yardstick':>11}{'ratio':>8}{'bar':>8}")
        with serve("wsgi:app", env) as server:
            missed += _uploads(server, cookie, given.megabytes, bare)
        with app.app_context():
            missed += _merge(app, given.gigabytes)
            db.session.remove()
            db.engine.dispose()
    for line in missed:
        print(f"MISSED: {line}")


def _say(what: str, here: float, yardstick: float, bar: float, *, least: bool = False) -> list[str]:
    ratio = here / yardstick if yardstick else 0.0
    print(f"{what:44}{here:10.1f}{yardstick:11.1f}{ratio:8.2f}{bar:8.1f}", flush=True)
    return [] if (ratio >= bar if least else ratio <= bar) else [what]


def _bare(megabytes: int) -> float:
    """Megabytes a second of the same pieces written to the storage, three at once."""
    data = HEAD + os.urandom(PIECE - len(HEAD))
    count = AT_ONCE * megabytes * MEGABYTE // PIECE
    store = storage()

    def put(number: int) -> None:
        store.put(f"bench/{number}", BytesIO(data), PIECE)

    started = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(put, range(count)))
    spent = time.perf_counter() - started
    store.remove_all("bench/")
    return count * PIECE / MEGABYTE / spent


def _uploads(server: Server, cookie: str, megabytes: int, bare: float) -> list[str]:
    _send(server.url, cookie, 1)  # what the first one loads is no upload's
    idle = _page_p95(server, lambda count: count < 100)
    before = max(server.worker_megabytes())
    peak = before
    ended = threading.Event()
    pieces = megabytes * MEGABYTE // PIECE
    with ThreadPoolExecutor(AT_ONCE) as pool:
        started = time.perf_counter()
        sending = [pool.submit(_send, server.url, cookie, pieces) for _ in range(AT_ONCE)]

        def watch() -> None:
            nonlocal peak
            while not ended.wait(0.02):
                peak = max(peak, *server.worker_megabytes())

        watcher = threading.Thread(target=watch)
        watcher.start()
        busy = _page_p95(server, lambda _: not all(one.done() for one in sending))
        spent = max(one.result() for one in sending) - started
        ended.set()
        watcher.join()
    speed = AT_ONCE * pieces * PIECE / MEGABYTE / spent
    growth = (peak - before) / AT_ONCE
    return [
        *_say("MB/s of 3 uploads, beside bare writes", speed, bare, LEAST_SHARE, least=True),
        *_say("ms of a page, p95, beside without uploads", busy, idle, MOST_SLOWER),
        *_say("MB of the worker for each upload", growth, 1.0, MOST_AN_UPLOAD),
    ]


def _page_p95(server: Server, go_on: Any) -> float:
    times: list[float] = []
    while go_on(len(times)):
        started = time.perf_counter()
        urlopen(server.url + PAGE, timeout=30).read()  # noqa: S310 - our own server
        times.append((time.perf_counter() - started) * 1000)
        time.sleep(0.02)
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else 0.0


def _send(url: str, cookie: str, pieces: int) -> float:
    """Upload so many pieces over one connection; when it was done."""
    client = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)

    def ask(path: str, body: bytes, **headers: str) -> Any:
        kind = {"Content-Type": "application/json"} | headers | {"Cookie": cookie}
        client.request("POST", path, body, kind)
        answer = client.getresponse()
        text = answer.read()
        if answer.status > 299:
            sys.exit(f"{path}: {answer.status} {text.decode()}")
        return json.loads(text)

    data = HEAD + os.urandom(PIECE - len(HEAD))
    digest = hashlib.sha256(data)
    announced = {"name": "bench.mp4", "size": pieces * PIECE, "type": "video/mp4"}
    upload = ask("/videos/uploads", json.dumps(announced).encode())["id"]
    for number in range(1, pieces + 1):
        path = f"/videos/uploads/{upload}/pieces/{number}"
        ask(path, data, **{"X-Piece-SHA256": digest.hexdigest()})
    whole = hashlib.sha256(digest.digest() * pieces).hexdigest()
    started = time.perf_counter()
    ask(f"/videos/uploads/{upload}/finish", json.dumps({"sha256_of_digests": whole}).encode())
    FINISHES.append((time.perf_counter() - started) * 1000)
    return time.perf_counter()


FINISHES: Final[list[float]] = []
"""Milliseconds of each finish call."""


def _merge(app: Flask, gigabytes: float) -> list[str]:
    """Merge an upload whose pieces were put into the storage beforehand."""
    said = _say("ms of finishing an upload, longest", max(FINISHES), 1.0, 300.0)
    count = int(gigabytes * 1024 * MEGABYTE) // PIECE
    data = HEAD + bytes(PIECE - len(HEAD))
    digest = hashlib.sha256(data).hexdigest()
    video = Video(public_id="0" * 16, title="bench", state="uploaded")
    upload = Upload(
        public_id="0" * 24,
        account_id=1,
        video=video,
        name="bench.mp4",
        size=count * PIECE,
        piece_bytes=PIECE,
        state="finished",
        digest=digest_of([digest] * count),
    )
    db.session.add(upload)
    db.session.flush()
    for number in range(1, count + 1):
        key = f"{upload.prefix}{number:05d}-bench"
        storage().put(key, BytesIO(data), PIECE)
        db.session.add(
            Piece(upload_id=upload.id, number=number, size=PIECE, sha256=digest, key=key)
        )
    db.session.commit()
    before = peak = _resident(os.getpid())
    ended = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not ended.wait(0.02):
            peak = max(peak, _resident(os.getpid()))

    watcher = threading.Thread(target=watch)
    watcher.start()
    started = time.perf_counter()
    with suppress(KeyboardInterrupt):
        merging.merge(video_id=video.id)
    spent = time.perf_counter() - started
    ended.set()
    watcher.join()
    size = storage().stat(f"{video.prefix}original").size / 1024**3
    storage().remove_all(f"{video.prefix}")
    print(f"merged {size:.1f} GB in {spent:.1f} s, {size * 1024 / spent:.0f} MB/s")
    return said + _say("MB that the merging process grew", peak - before, 1.0, MOST_GROWTH)


if __name__ == "__main__":
    main()
