"""Start every process of the Procfile, keep them running, end them together.

`scripts/run` becomes this process. It checks that everything can work before it starts, says
when the product is ready, and gives up where a process cannot be kept running. It stays small:
the application is never imported here.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final, Self
from urllib.parse import urlsplit

from scripts import embedded_redis, preflight, welcome
from scripts.doorkeeper import Doorkeeper
from scripts.parent import end_with
from scripts.processes import ROOT, Processes
from scripts.settings import ConfigError, config

READY_SECONDS: Final = 60.0
CHECK_SECONDS: Final = 0.5
WAIT_SECONDS: Final = 0.05


class StopAsked(Exception):
    """SIGTERM, SIGINT or SIGHUP came."""


class Signals:
    """Turns the first signal that asks to stop into an exception at the next `pause`."""

    def __init__(self) -> None:
        self._reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: None)

    def pause(self, seconds: float) -> None:
        """Sleep; raises StopAsked at once when a signal came, now or before."""
        if select.select([self._reader], [], [], seconds)[0]:
            os.read(self._reader, 64)
            raise StopAsked

    def again(self) -> bool:
        """Whether one more came since."""
        return bool(select.select([self._reader], [], [], 0)[0])


def main() -> None:
    argparse.ArgumentParser(
        prog="python -m scripts.supervise",
        description="Serve the whole product from a finished .venv; scripts/run makes that first.",
    ).parse_args()
    try:
        settings = config.load()
    except ConfigError as error:
        sys.exit(f"These settings cannot be used:\n{error}")
    var_dir: Path = settings["VAR_DIR"]
    sockets = config.socket_folder(var_dir)
    preflight.make_folders(var_dir, sockets)
    lock = preflight.take_lock(var_dir)
    preflight.check_port(settings["HOST"], settings["PORT"])
    standins = settings["APP_ENV"] == "development"
    if standins:
        preflight.check_standin_port(config.standin_port(settings["PORT"]))
    embedded = not (os.environ.get("REDIS_URL") or os.environ.get("REDIS_URL_FILE"))
    if embedded and embedded_redis.server_for(var_dir / "redis") is None:
        sys.exit(embedded_redis.MISSING)
    # A supervisor that hangs must not hang us.
    socket.setdefaulttimeout(3.0)
    environment = child_environment(settings, embedded=embedded)
    door = Doorkeeper(sockets / "door.sock", drain_seconds=settings["DRAIN_SECONDS"])
    environment |= door.environment()
    processes = Processes(
        environment=environment,
        sockets=sockets,
        embedded_redis=embedded,
        standins=standins,
        videos=settings["VIDEO"] == "1",
        drain_seconds=settings["DRAIN_SECONDS"],
        lock=lock,
    )
    signals = Signals()
    try:
        with Preparation(environment) as preparation:
            processes.start()
            if embedded:
                wait_for(lambda: redis_answers(sockets / "redis.sock"), "redis", processes, signals)
            preparation.wait(processes, signals)
        door.open(settings["HOST"], settings["PORT"])
        processes.start_application()
        wait_for(lambda: web_answers(settings), "web", processes, signals)
        if standins:
            wait_for(lambda: standins_answer(settings), "sandbox", processes, signals)
        processes.start_background()
        print(f"Ready: {own_origin(settings)}", flush=True)
        print(*welcome.lines(settings), sep="\n", flush=True)
        # By the way: a signal must not wait for the answer.
        asked = (own_origin(settings), own_host(settings))
        threading.Thread(target=welcome.tell_index, args=asked, daemon=True).start()
        if settings["VIDEO"] == "1" and settings["FFMPEG"] is None:
            install_video_tools(var_dir)
        while True:
            signals.pause(CHECK_SECONDS)
            processes.check()
            door.tend(processes.own())
    except StopAsked:
        return
    finally:
        door.shut()
        processes.stop(hurry=signals.again)
        door.close()


def install_video_tools(var_dir: Path) -> None:
    """Have ffmpeg installed where it is not yet, which takes a minute and holds up nothing: videos
    wait for it. It ends with this process; its log is log/video.log."""
    with (var_dir / "log" / "video.log").open("ab") as log:
        subprocess.Popen(
            ["nice", "-n", "10", "bash", str(ROOT / "scripts" / "install_video_tools")],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=partial(end_with, os.getpid()),
        )


def child_environment(settings: dict[str, Any], *, embedded: bool) -> dict[str, str]:
    """What every child gets: the same paths, whatever it would have worked out itself."""
    own = {
        "VAR_DIR": str(settings["VAR_DIR"]),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        "HAYSTACK_TELEMETRY_ENABLED": "false",
    }
    if embedded:
        own["REDIS_URL"] = settings["REDIS_URL"]
    return {**os.environ, **own}


def wait_for(
    answers: Callable[[], bool], name: str, processes: Processes, signals: Signals
) -> None:
    """Return when it answers. Raises SystemExit where it does not in READY_SECONDS."""
    deadline = time.monotonic() + READY_SECONDS
    while not answers():
        processes.check()
        if time.monotonic() > deadline:
            processes.give_up(name, f"it did not answer within {READY_SECONDS:.0f} s")
        signals.pause(WAIT_SECONDS)


class Preparation:
    """Migrates and seeds in a process of its own, which looks at the database while supervisor
    and Redis start. It is ended with the block."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "scripts.prepare"],
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(end_with, os.getpid()),
        )

    def __enter__(self) -> Self:
        return self

    def wait(self, processes: Processes, signals: Signals) -> None:
        """Return when it has ended. Raises SystemExit where it failed, which it has explained."""
        while self._child.poll() is None:
            signals.pause(WAIT_SECONDS)
            processes.check()
        if self._child.returncode:
            sys.exit(self._child.returncode)

    def __exit__(self, *_: object) -> None:
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGTERM)
            self._child.wait()


def redis_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def web_answers(settings: dict[str, Any]) -> bool:
    return healthy(own_origin(settings), host=own_host(settings))


def own_host(settings: dict[str, Any]) -> str:
    """Production answers to its own name only."""
    host: str = urlsplit(settings["BASE_URL"]).netloc
    return host


def standins_answer(settings: dict[str, Any]) -> bool:
    return healthy(f"http://127.0.0.1:{config.standin_port(settings['PORT'])}")


def healthy(origin: str, *, host: str = "") -> bool:
    """Whether `/healthz` there answers with 200, asked by the name `host` where one is given."""
    return ask(origin, "/healthz", host=host) is not None


def knowledge_line(settings: dict[str, Any]) -> str:
    """How far the knowledge base is, in the words staff read: “知识库正在准备：1,824 / 2,239”.

    To be asked once the web server answers; empty where it does not say.
    """
    body = ask(own_origin(settings), "/readyz", host=urlsplit(settings["BASE_URL"]).netloc)
    try:
        return str(json.loads(body or b"")["checks"]["knowledge"]["said"])
    except (ValueError, LookupError, TypeError):
        return ""


def ask(origin: str, path: str, *, host: str = "") -> bytes | None:
    """What GET answers with where that is 200, asked by the name `host` where one is given."""
    address = urlsplit(origin)
    client = http.client.HTTPConnection(address.hostname or "", address.port, timeout=2)
    try:
        client.request("GET", path, headers={"Host": host or address.netloc})
        answer = client.getresponse()
        body = answer.read()
        return body if answer.status == http.HTTPStatus.OK else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        client.close()


def own_origin(settings: dict[str, Any]) -> str:
    """Where a client on this machine reaches the web server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings["HOST"], settings["HOST"])  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings['PORT']}"


if __name__ == "__main__":
    main()
