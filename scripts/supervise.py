"""Start every process of the Procfile, keep them running, end them together.

`scripts/run` becomes this process. It checks that everything can work before it starts, says
when the product is ready, and gives up where a process cannot be kept running. It stays small:
the application is never imported here.
"""

from __future__ import annotations

import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from scripts import embedded_redis, preflight
from scripts.doorkeeper import Doorkeeper
from scripts.parent import end_with
from scripts.processes import Processes
from scripts.settings import ConfigError, config

READY_SECONDS: Final = 60.0
CHECK_SECONDS: Final = 0.5
WAIT_SECONDS: Final = 0.05


class StopAsked(Exception):
    """SIGTERM, SIGINT or SIGHUP came."""


class Signals:
    """Turns the signals that ask to stop into an exception at the next `pause`."""

    def __init__(self) -> None:
        self._reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda *_: None)

    def pause(self, seconds: float) -> None:
        """Sleep; raises StopAsked at once when a signal came, now or before."""
        if select.select([self._reader], [], [], seconds)[0]:
            raise StopAsked


def main() -> None:
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
    if embedded and embedded_redis.find_redis_server() is None:
        sys.exit(embedded_redis.MISSING)
    # A supervisor that hangs must not hang us.
    socket.setdefaulttimeout(3.0)
    environment = child_environment(settings, embedded=embedded)
    door = Doorkeeper(sockets / "door.sock")
    environment |= door.environment()
    processes = Processes(
        environment=environment,
        sockets=sockets,
        embedded_redis=embedded,
        standins=standins,
        lock=lock,
    )
    signals = Signals()
    try:
        processes.start()
        if embedded:
            wait_for(lambda: redis_answers(sockets / "redis.sock"), "redis", processes, signals)
        prepare(environment, processes, signals)
        door.open(settings["HOST"], settings["PORT"])
        processes.start_application()
        wait_for(lambda: web_answers(settings), "web", processes, signals)
        if standins:
            wait_for(lambda: standins_answer(settings), "sandbox", processes, signals)
        print(f"Ready: {own_origin(settings)}", flush=True)
        while True:
            signals.pause(CHECK_SECONDS)
            processes.check()
            door.tend(processes.own())
    except StopAsked:
        return
    finally:
        processes.stop()
        door.close()


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


def prepare(environment: dict[str, str], processes: Processes, signals: Signals) -> None:
    """Migrate and seed, in a process of its own. Raises SystemExit where that fails."""
    child = subprocess.Popen(
        [sys.executable, "-m", "scripts.prepare"],
        env=environment,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=partial(end_with, os.getpid()),
    )
    try:
        while child.poll() is None:
            signals.pause(WAIT_SECONDS)
            processes.check()
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
            child.wait()
    if child.returncode:
        sys.exit(child.returncode)  # it has said why


def redis_answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False


def web_answers(settings: dict[str, Any]) -> bool:
    # Production answers to its own name only.
    return healthy(own_origin(settings), host=urlsplit(settings["BASE_URL"]).netloc)


def standins_answer(settings: dict[str, Any]) -> bool:
    return healthy(f"http://127.0.0.1:{config.standin_port(settings['PORT'])}")


def healthy(origin: str, *, host: str = "") -> bool:
    """Whether `/healthz` there answers with 200, asked by the name `host` where one is given."""
    address = urlsplit(origin)
    client = http.client.HTTPConnection(address.hostname or "", address.port, timeout=2)
    try:
        client.request("GET", "/healthz", headers={"Host": host or address.netloc})
        return client.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()


def own_origin(settings: dict[str, Any]) -> str:
    """Where a client on this machine reaches the web server."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings["HOST"], settings["HOST"])  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings['PORT']}"


if __name__ == "__main__":
    main()
