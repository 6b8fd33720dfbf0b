"""`scripts/drill uploads`: files are uploaded while the server is killed, the worker is killed,
connections are cut inside a piece, pieces come twice and in any order, uploads are finished twice
at once, the disk is full, digests are wrong, and (with MinIO) the storage is restarted.

Each run is one file with one to three of these, chosen by its number. At its end the merged file
has to be the one that was sent, byte for byte, and nothing else may be left. With `--minio` a
command is named that starts such a server again after it was killed: `--restart "COMMAND"`.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from scripts.drills.upload_site import Site
from webapp.backends.storage import storage
from webapp.extensions import db
from webapp.videos.models import Upload, Video

AT_ONCE: Final = 3
MOST_PIECES: Final = 9
LOOK_SECONDS: Final = 0.002
ROUNDS: Final = 60
"""Of sending what is missing, of sweeps: after so many a file counts for lost."""
HEAD: Final = b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"
PIECE: Final = 8 * 1024 * 1024
"""What browsers send at a time; the drill's pieces stand for such ones."""
MOST_SENT_AGAIN: Final = 24 * 1024 * 1024
FAULTS: Final = (
    "server killed",
    "worker killed",
    "connection cut",
    "pieces doubled",
    "finished twice",
    "disk full",
    "disk full at the merge",
    "wrong digest",
)
RESTART: Final = "storage restarted"


@dataclass
class Outcome:
    """What became of one file; `again`: pieces that were sent once more, for a kill if at all."""

    faults: tuple[str, ...]
    wrong: list[str] = field(default_factory=list)
    again: int = 0


class Sender:
    """One client and its file. Requests wait while the server is away; a cut one is sent again."""

    def __init__(self, site: Site, data: bytes, piece_bytes: int, chance: random.Random) -> None:
        self.site = site
        self.pieces = [data[at : at + piece_bytes] for at in range(0, len(data), piece_bytes)]
        self.digests = [hashlib.sha256(piece).digest() for piece in self.pieces]
        self.chance = chance
        self.id = ""
        self.sent: Counter[int] = Counter()
        self._lock = threading.Lock()

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and answer; 0 where the connection broke."""
        client = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=10)
        try:
            client.request(method, path, body, {"Cookie": self.site.cookie} | headers)
            answer = client.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text[:1] == b"{" else {}
        except (OSError, http.client.HTTPException):
            return 0, {}
        finally:
            client.close()

    def begin(self) -> None:
        size = sum(map(len, self.pieces))
        body = json.dumps({"name": "演练.mp4", "size": size, "type": "video/mp4"}).encode()
        while not self.id:
            status, said = self.ask(
                "POST", "/videos/uploads", body, **{"Content-Type": "application/json"}
            )
            self.id = said["id"] if status == 201 else ""
            self._revive()

    def have(self) -> set[int]:
        while True:
            status, said = self.ask("GET", f"/videos/uploads/{self.id}")
            if status == 200:
                return set(said["have"])
            self._revive()

    def send(self, number: int, *, wrong: bool = False) -> int:
        piece = self.pieces[number - 1]
        digest = b"\0" * 32 if wrong else self.digests[number - 1]
        with self._lock:
            self.sent[number] += not wrong
        path = f"/videos/uploads/{self.id}/pieces/{number}"
        return self.ask("POST", path, piece, **{"X-Piece-SHA256": digest.hex()})[0]

    def cut(self, number: int) -> None:
        """Break off in the middle of a piece."""
        piece = self.pieces[number - 1]
        client = http.client.HTTPConnection("127.0.0.1", self.site.port, timeout=10)
        client.putrequest("POST", f"/videos/uploads/{self.id}/pieces/{number}")
        client.putheader("Cookie", self.site.cookie)
        client.putheader("X-Piece-SHA256", self.digests[number - 1].hex())
        client.putheader("Content-Length", str(len(piece)))
        client.endheaders(piece[: len(piece) // 2])
        client.close()

    def send_missing(self, do: Callable[[int], object]) -> None:
        """Send until all is there, in any order, three at once."""
        for _ in range(ROUNDS):
            missing = sorted(set(range(1, len(self.pieces) + 1)) - self.have())
            if not missing:
                return
            self.chance.shuffle(missing)
            with ThreadPoolExecutor(AT_ONCE) as pool:
                sending = [pool.submit(do, number) for number in missing]
                while not all(one.done() for one in sending):
                    self._revive()
                    time.sleep(LOOK_SECONDS)
            for one in sending:
                one.result()
            self._revive()

    def finish(self) -> tuple[int, dict[str, Any]]:
        whole = hashlib.sha256(b"".join(self.digests)).hexdigest()
        body = json.dumps({"sha256_of_digests": whole}).encode()
        return self.ask(
            "POST",
            f"/videos/uploads/{self.id}/finish",
            body,
            **{"Content-Type": "application/json"},
        )

    def _revive(self) -> None:
        if not self.site.web_lives:
            self.site.start_web()


def one_run(
    site: Site, number: int, piece_bytes: int, restart: Callable[[], None] | None
) -> Outcome:
    """Upload one file through its faults, and look at what became of it."""
    chance = random.Random(number)  # noqa: S311 - to be repeated by its number
    known = FAULTS + ((RESTART,) if restart else ())
    outcome = Outcome(tuple(chance.sample(known, chance.randint(1, 3))))
    count = chance.randint(1, MOST_PIECES)
    last = chance.randint(64, piece_bytes)
    data = HEAD + chance.randbytes((count - 1) * piece_bytes + last - len(HEAD))
    sender = Sender(site, data, piece_bytes, chance)
    if "disk full" in outcome.faults:
        site.kill_web()
        site.start_web(full_after=chance.randint(1, count))
    sender.begin()
    _send_with_faults(sender, outcome, restart)
    _finish(sender, outcome)
    _merge(site, sender, outcome)
    _look(site, sender, data, outcome)
    return outcome


def _send_with_faults(sender: Sender, outcome: Outcome, restart: Callable[[], None] | None) -> None:
    chance, count = sender.chance, len(sender.pieces)
    at = {fault: chance.randint(1, count) for fault in outcome.faults}

    def send(number: int) -> None:
        if at.get("wrong digest") == number and sender.send(number, wrong=True) == 200:
            outcome.wrong.append("a wrong digest was taken")
        if at.pop("connection cut", 0) == number:
            sender.cut(number)
        if at.get("pieces doubled") == number:
            with ThreadPoolExecutor(2) as pool:
                list(pool.map(sender.send, (number, number)))
        if at.pop("server killed", 0) == number:
            threading.Timer(chance.random() * 0.02, sender.site.kill_web).start()
        if restart is not None and at.pop(RESTART, 0) == number:
            restart()
        sender.send(number)

    sender.send_missing(send)
    if not set(outcome.faults) & {"pieces doubled", "disk full", RESTART}:
        outcome.again = sum(sender.sent.values()) - count


def _finish(sender: Sender, outcome: Outcome) -> None:
    twice = 2 if "finished twice" in outcome.faults else 1
    for _ in range(ROUNDS):
        with ThreadPoolExecutor(twice) as pool:
            answers = [status for status, _ in pool.map(lambda _: sender.finish(), range(twice))]
        if answers == [202] * twice:
            return
        sender.send_missing(sender.send)
        sender._revive()
    outcome.wrong.append(f"not finished: {answers}")


def _merge(site: Site, sender: Sender, outcome: Outcome) -> None:
    """The broker lost the task: the sweep finds it, in workers that are killed or have no room."""
    kills = sender.chance.randint(1, 2) if "worker killed" in outcome.faults else 0
    full = "disk full at the merge" in outcome.faults
    for _ in range(ROUNDS):
        site.later(minutes=5)
        ended = site.work(
            kill_after=sender.chance.random() * 0.03 if kills > 0 else None, full=full
        )
        kills, full = kills - 1, False
        if ended and kills <= 0 and site.ask(lambda: _is_merged(sender.id)):
            return
    outcome.wrong.append("not merged")


def _is_merged(public_id: str) -> bool:
    state = db.session.scalar(select(Upload.state).where(Upload.public_id == public_id))
    return state == "done"


def _look(site: Site, sender: Sender, data: bytes, outcome: Outcome) -> None:
    """Whether what is stored is the file and nothing else; then make room."""

    def look() -> None:
        upload = db.session.scalars(select(Upload).where(Upload.public_id == sender.id)).one()
        video = db.session.get(Video, upload.video_id)
        if video is None or video.original_key is None:
            outcome.wrong.append("lost")
            return
        with storage().open(video.original_key) as file:
            if file.read() != data:
                outcome.wrong.append("corrupt")
        # What the sweep would do: the task that was lost with a killed worker.
        storage().remove_all(upload.prefix)
        left = [found.key for found in storage().list("") if found.key != video.original_key]
        if left:
            outcome.wrong.append(f"left behind: {left[:3]}")
        storage().remove_all(video.prefix)
        db.session.delete(upload)
        db.session.delete(video)
        db.session.commit()

    site.ask(look)


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/drill uploads", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--first", type=int, default=1, help="number of the first run")
    parser.add_argument("--storage", default="file:", help="as STORAGE_URL")
    parser.add_argument("--piece-bytes", type=int, default=64 * 1024)
    parser.add_argument("--restart", help="command that restarts the storage, kill included")
    given = parser.parse_args()
    restart = (lambda: _restart(given.restart)) if given.restart else None
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        site = Site(Path(folder), given.storage, given.piece_bytes)
        try:
            site.start_web()
            outcomes = {
                number: one_run(site, number, given.piece_bytes, restart)
                for number in range(given.first, given.first + given.runs)
            }
        finally:
            site.end()
    _print(outcomes, time.monotonic() - started)
    sys.exit(any(outcome.wrong for outcome in outcomes.values()))


def _restart(command: str) -> None:
    subprocess.run(command, shell=True, check=True, timeout=60)  # noqa: S602 - the operator's own


def _print(outcomes: dict[int, Outcome], seconds: float) -> None:
    runs = Counter(fault for outcome in outcomes.values() for fault in outcome.faults)
    bad = Counter(
        fault for outcome in outcomes.values() if outcome.wrong for fault in outcome.faults
    )
    print(f"{'fault':26}{'runs':>6}{'wrong':>7}")
    for fault, count in runs.most_common():
        print(f"{fault:26}{count:6}{bad[fault]:7}")
    wrong = {number: outcome.wrong for number, outcome in outcomes.items() if outcome.wrong}
    corrupt = sum("corrupt" in said for said in wrong.values())
    lost = sum(any(w in said for w in ("lost", "not merged")) for said in wrong.values())
    again = max((outcome.again for outcome in outcomes.values()), default=0) * PIECE
    print(f"{len(outcomes)} files in {seconds:.0f} s: {corrupt} corrupt, {lost} lost")
    print(f"sent again after one kill: at most {again // 2**20} MiB of pieces of 8 MiB")
    for number, said in wrong.items():
        print(f"MISSED: run {number}: {'; '.join(said)}")


if __name__ == "__main__":
    main()
