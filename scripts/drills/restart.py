"""`scripts/drill restart`: two web servers behind nginx, with deploy/nginx.conf, are restarted one
after the other while some read, about 20 pages a second, and 20 others have answers written by a
slow model; prints how long each restart took, and requests, errors and answers that were cut.

It needs nginx, and serves the shipped cars. Each server has a VAR_DIR of its own, as on two
machines, and makes its copies of the indexes itself; the database is PostgreSQL where the system
has it.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from simple_websocket import Client, ConnectionClosed
from simple_websocket import ConnectionError as Refused

from scripts.benchmarks.server import ROOT, _free_port
from scripts.drills.servers import NGINX, Nginx, PostgreSQL
from scripts.drills.visitor import Seen, Visitor
from scripts.parent import end_with
from scripts.sandbox.llm.app import running as model_running

QUESTION: Final = "什么是磷酸铁锂电池"
TALKERS: Final = 20
READERS: Final = 4
READ_SECONDS: Final = 0.15
"""Between two pages of a reader."""
PACE_SECONDS: Final = 0.5
"""Between two pieces of the model's answer."""
START_SECONDS: Final = 60.0
ANSWER_SECONDS: Final = 90.0
CALM_SECONDS: Final = 4.0
"""Before the first restart and after each."""
COPIES_SECONDS: Final = 120.0
HEAD: Final = f"{'server':10}{'ended after s':>15}{'ready after s':>15}"


@dataclass
class Server:
    """One web server, which is started more than once at the same port."""

    settings: dict[str, str]
    port: int = field(default_factory=_free_port)
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Seconds until it is ready. Exits where it does not become so."""
        began = time.monotonic()
        log = (Path(self.settings["VAR_DIR"]) / "drill.log").open("ab")
        with log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "-c", "scripts/gunicorn.conf.py", "wsgi:app"],
                cwd=ROOT,
                env=os.environ | self.settings | {"PORT": str(self.port)},
                stdout=log,
                stderr=log,
                preexec_fn=partial(end_with, os.getpid()),
            )
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() - began > START_SECONDS:
                sys.exit(f"the server did not start:\n{Path(log.name).read_text()[-4000:]}")
            time.sleep(0.1)
        return time.monotonic() - began

    def stop(self) -> float:
        """Seconds until it has ended."""
        began = time.monotonic()
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait()
        return time.monotonic() - began

    def has_copies(self) -> bool:
        """Whether it has copies of the indexes of its own."""
        _, checks = self.ready()
        copies = [checks.get(name, {}).get("state") for name in ("search", "knowledge")]
        return copies == ["ok", "ok"]

    def _is_ready(self) -> bool:
        return self.ready()[0] == http.HTTPStatus.OK

    def ready(self) -> tuple[int, dict[str, Any]]:
        """What it says of itself; (0, {}) where it does not."""
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            client.request("GET", "/readyz")
            answer = client.getresponse()
            return answer.status, json.loads(answer.read())["checks"]
        except OSError:
            return 0, {}
        finally:
            client.close()


@dataclass
class Talk:
    """What visitors with a question each, one after the other, were told."""

    answers: int = 0
    cut: list[str] = field(default_factory=list)
    moved: int = 0
    """Sockets that were opened again, where the answer went on."""


def main() -> None:
    argparse.ArgumentParser(
        prog="scripts/drill restart",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    if NGINX is None:
        sys.exit("nginx is not installed: apt-get install nginx-light")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="drill-")))
        model = stack.enter_context(model_running(PACE_SECONDS))
        settings = _settings(folder, model.url) | _database(folder, stack)
        subprocess.run(
            [sys.executable, "-m", "scripts.prepare"],
            cwd=ROOT,
            env=os.environ | settings,
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        (other := folder / "other").mkdir()
        servers = [Server(settings), Server(settings | {"VAR_DIR": str(other)})]
        for server in servers:
            stack.callback(server.stop)
            server.start()
        _until_copied(servers)
        nginx = Nginx(folder, [server.port for server in servers])
        stack.enter_context(nginx.running())
        print(HEAD, flush=True)
        seen, talk = _restarted(nginx.port, servers)
    print(
        f"\nrequests {len(seen.times)}, errors {len(seen.errors)}, slowest {seen.slowest:.0f} ms; "
        f"answers {talk.answers}, cut {len(talk.cut)}, sockets opened again {talk.moved}"
    )
    for line in (missed := seen.errors + talk.cut):
        print(f"MISSED: {line}")
    sys.exit(bool(missed) or not talk.answers)


def _database(folder: Path, stack: ExitStack) -> dict[str, str]:
    """The setting of one database for both."""
    if PostgreSQL.PROGRAMS is None:
        return {"DATABASE_URL": f"sqlite:///{folder}/chezhi.sqlite3"}
    folder.chmod(0o755)  # PostgreSQL has another user
    (cluster := folder / "postgresql").mkdir()
    postgres = PostgreSQL(cluster)
    stack.enter_context(postgres.running())
    postgres.make()
    return {"DATABASE_URL": f"postgresql+psycopg://postgres@127.0.0.1:{postgres.port}/chezhi"}


def _until_copied(servers: list[Server]) -> None:
    began = time.monotonic()
    while not all(server.has_copies() for server in servers):
        if time.monotonic() - began > COPIES_SECONDS:
            told = [server.ready()[1] for server in servers]
            sys.exit(f"no copies of the indexes: {json.dumps(told, ensure_ascii=False)}")
        time.sleep(0.5)
    print(f"both have copies of the indexes after {time.monotonic() - began:.1f} s", flush=True)


def _settings(folder: Path, model: str) -> dict[str, str]:
    return {
        "APP_ENV": "testing",
        "VAR_DIR": str(folder),
        "SECRET_KEY": secrets.token_hex(32),
        "REDIS_URL": f"unix://{folder}/no-redis.sock?db=0",
        "LOG_LEVEL": "ERROR",
        "SEED": "1",
        "VIDEO": "0",
        "TRUSTED_PROXIES": "1",
        "LLM_BASE_URL": model,
        "LLM_MODEL": "slow",
        "LLM_PLANS": "off",
    }


def _restarted(port: int, servers: list[Server]) -> tuple[Seen, Talk]:
    """What visitors saw while the servers were restarted."""
    over, seen, talk = threading.Event(), Seen(), Talk()
    visitors = [
        *(threading.Thread(target=_read, args=(port, seen, over)) for _ in range(READERS)),
        *(threading.Thread(target=_talk, args=(port, talk, over)) for _ in range(TALKERS)),
    ]
    for visitor in visitors:
        visitor.start()
    time.sleep(CALM_SECONDS)
    for name, server in zip(("first", "second"), servers, strict=True):
        print(f"{name:10}{server.stop():15.1f}{server.start():15.1f}", flush=True)
        time.sleep(CALM_SECONDS)
    over.set()
    for visitor in visitors:
        visitor.join()
    return seen, talk


def _read(port: int, seen: Seen, over: threading.Event) -> None:
    visitor = Visitor(port, list(range(1, 300)), pause=READ_SECONDS)
    while not over.is_set():
        part = visitor.browse(1.0)
        seen.times += part.times
        seen.errors += part.errors


def _talk(port: int, talk: Talk, over: threading.Event) -> None:
    while not over.is_set():
        try:
            _ask(port, talk)
        except (OSError, TimeoutError, http.client.HTTPException) as error:
            talk.cut.append(f"{type(error).__name__}: {error}"[:80])


def _ask(port: int, talk: Talk) -> None:
    """One question of a new visitor, who does what the page does when a socket is closed."""
    cookie = _cookie(port)
    key = secrets.token_hex(8)
    frames: list[dict[str, Any]] = []
    deadline = time.monotonic() + ANSWER_SECONDS
    while time.monotonic() < deadline:
        try:
            line = Client.connect(
                f"ws://127.0.0.1:{port}/assistant/socket", headers={"Cookie": cookie}
            )
            if frames:
                talk.moved += 1
                where = {"conversation": frames[0]["conversation"], "turn": frames[0]["turn"]}
                line.send(json.dumps({"type": "resume", "after": len(frames)} | where))
            else:
                line.send(json.dumps({"type": "ask", "text": QUESTION, "key": key}))
            while told := line.receive(timeout=deadline - time.monotonic()):
                frames.append(json.loads(told))
                if frames[-1]["type"] in ("done", "error"):
                    break
            with suppress(ConnectionClosed):
                line.close()
        except (ConnectionClosed, Refused):
            time.sleep(0.3)
            continue
        if told:
            break
    whole = [frame.get("seq") for frame in frames] == list(range(1, len(frames) + 1))
    if not frames or frames[-1]["type"] != "done" or not whole:
        last = frames[-1].get("code", frames[-1]["type"]) if frames else "nothing"
        talk.cut.append(f"an answer ended with {last} after {len(frames)} frames")
    talk.answers += 1


def _cookie(port: int) -> str:
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        client.request("GET", "/assistant/")
        answer = client.getresponse()
        answer.read()
        given = answer.headers.get_all("Set-Cookie", [])
        return "; ".join(cookie.partition(";")[0] for cookie in given)
    finally:
        client.close()


if __name__ == "__main__":
    main()
