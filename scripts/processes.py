"""The processes of the Procfile under supervisor, which starts them again when they die."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import IO, Any, Final
from xmlrpc.client import Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from scripts.doorkeeper import LEAVE_SECONDS
from scripts.parent import end_with

ROOT: Final = Path(__file__).resolve().parent.parent

DEATHS: Final = 5
DEATHS_SECONDS: Final = 60.0
"""A process that dies so often in so long ends all."""

STOP_SECONDS: Final = 4
"""For a process to end; more for the web server, which finishes its answers."""
REDIS_STOP_SECONDS: Final = 2
CALL_SECONDS: Final = 4.0
"""More than a call to a supervisor that hangs takes."""
PATIENCE_SECONDS: Final = 3.0
"""How long whoever stops it is told nothing."""

TAIL_LINES: Final = 20

CONFIGURATION: Final = """\
; Written by scripts/processes.py at every start.
[unix_http_server]
file={socket}
chmod=0700

[supervisord]
nodaemon=true
silent=true
logfile=log/supervisord.log
logfile_maxbytes=5MB
logfile_backups=2
pidfile=run/supervisord.pid

[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
"""

# How supervisor counts, read in its process.py: a death within `startsecs` of its start adds
# one to the backoff, waits that many seconds and starts again while backoff <= startretries; so
# the fifth early death in a row is FATAL, 10 s of waiting plus the lifetimes after the first
# start. A process that lived longer than `startsecs` starts at once and its count at zero: one
# that dies every 13 s would go on for ever, which `Processes.check` counts for itself.
PROGRAM: Final = """
[program:{name}]
command=/bin/sh -c {command}
autostart={autostart}
autorestart=true
startsecs=12
startretries=4
stopsignal={stop_signal}
stopwaitsecs={stop_seconds}
killasgroup=true
priority={priority}
redirect_stderr=true
stdout_logfile=log/{name}.log
stdout_logfile_maxbytes=10MB
stdout_logfile_backups=5
"""

APPLICATION: Final = """
[group:application]
programs={names}
priority=2
"""

SERVING: Final = {"web", "sandbox"}
"""What has to answer before the product is ready."""

STOP_SIGNALS: Final = {"worker": "QUIT", "videos": "QUIT"}
"""Celery gives unfinished tasks back to the queue after QUIT, and waits for them after TERM."""


class Processes:
    """Supervisor with its programs. `lock` stays locked until supervisor is gone too."""

    def __init__(
        self,
        *,
        environment: dict[str, str],
        sockets: Path,
        embedded_redis: bool,
        standins: bool,
        videos: bool,
        drain_seconds: int,
        lock: IO[str],
    ) -> None:
        self._web_stop_seconds = drain_seconds + LEAVE_SECONDS + 2
        self._socket = sockets / "supervisor.sock"
        self._environment = {**environment, "CHEZHI_ROOT": str(ROOT)}
        self._var_dir = Path(environment["VAR_DIR"])
        self._embedded_redis = embedded_redis
        self._lock = lock
        self._commands = procfile((ROOT / "Procfile").read_text(encoding="utf-8"))
        if not standins:
            del self._commands["sandbox"]
        if not videos:
            del self._commands["videos"]
        self._supervisord: subprocess.Popen[bytes] | None = None
        self._pids: dict[str, int] = {}
        self._deaths: defaultdict[str, list[float]] = defaultdict(list)
        self._transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        self._rpc: Any = ServerProxy("http://supervisor", transport=self._transport).supervisor

    def start(self) -> None:
        """Start supervisor, and Redis where it is embedded."""
        file = self._var_dir / "run" / "supervisord.conf"
        file.write_text(self._configuration(), encoding="utf-8")
        self._socket.unlink(missing_ok=True)
        self._supervisord = subprocess.Popen(
            [sys.executable, "-m", "supervisor.supervisord", "--configuration", str(file)],
            env=self._environment,
            cwd=self._var_dir,
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us alone; we stop it in order
            preexec_fn=partial(end_with, os.getpid()),
            pass_fds=[self._lock.fileno()],
        )
        while not self._answers():
            self._end_if_supervisor_died()
            time.sleep(0.02)

    def start_application(self) -> None:
        """Start what visitors meet; returns at once."""
        for name in self._commands.keys() & SERVING:
            self._ask("startProcess", f"application:{name}", False)

    def start_background(self) -> None:
        """Start the rest; returns at once. It imports as much as the web server, and would take
        half of a small machine from it while somebody waits for the first page."""
        self._ask("startProcessGroup", "application", False)

    def check(self) -> None:
        """Raise SystemExit with the end of its log where a process cannot be kept running."""
        self._end_if_supervisor_died()
        try:
            infos = self._ask("getAllProcessInfo")
        except (OSError, HTTPException):
            return  # it is busy, or has just died, which the next call will see
        for info in infos:
            name, pid = info["name"], info["pid"]
            if info["statename"] in ("FATAL", "UNKNOWN"):
                self.give_up(name, info["spawnerr"] or "it cannot be kept running")
            if pid and pid != self._pids.get(name, pid):
                self._note_death(name)
            if pid:
                self._pids[name] = pid

    def stop(self, *, hurry: Callable[[], bool]) -> None:
        """End all of them, Redis last; returns when they are gone.

        Answers may be finished for `drain_seconds`, unless `hurry` says that nobody waits for them.
        """
        if self._supervisord is None:
            return
        began = time.monotonic()
        # All but Redis are stopped at once, Redis when they are gone, and up to a second each until
        # supervisor's loop sees it.
        deadline = began + self._web_stop_seconds + REDIS_STOP_SECONDS + 2.5
        said = hurried = False
        try:
            self._ask("shutdown")
        except (OSError, HTTPException, Fault):
            self._supervisord.terminate()
        while self._supervisord.poll() is None:
            left = deadline - time.monotonic()
            if left < 0:
                self._supervisord.kill()
                self._supervisord.wait()
                break
            # A call wakes its loop, which else looks once a second at who has ended. One that
            # hangs takes three seconds, so that the last ones are spent without.
            if left > CALL_SECONDS:
                with suppress(OSError, HTTPException, Fault):
                    self._ask("getState")
            if not said and time.monotonic() - began > PATIENCE_SECONDS:
                said = True
                if (web := self._pids.get("web")) and _signal_group(web, 0):
                    print("Answers are being finished; once more ends them.", flush=True)
            if not hurried and hurry():
                hurried = True
                deadline = min(deadline, time.monotonic() + 2 * STOP_SECONDS)
                self._end_answers()
            time.sleep(0.05)
        if self._supervisord.returncode:
            self._end_orphans(deadline)
        if not self._socket.is_relative_to(self._var_dir):
            shutil.rmtree(self._socket.parent, ignore_errors=True)

    def _end_answers(self) -> None:
        """Have gunicorn end at once: after SIGTERM it listens to this one only."""
        if pid := self._pids.get("web"):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGQUIT)

    def own(self) -> set[int]:
        """The children of this process that this object waits for."""
        return set() if self._supervisord is None else {self._supervisord.pid}

    def _answers(self) -> bool:
        """Whether supervisor takes calls: its socket is there a moment before it listens."""
        try:
            self._ask("getState")
        except (OSError, HTTPException):
            return False
        return True

    def _ask(self, call: str, *arguments: object) -> Any:
        """Raises OSError or HTTPException; the connection that failed would refuse every later
        call, so that the next one makes its own."""
        try:
            return getattr(self._rpc, call)(*arguments)
        except (OSError, HTTPException):
            self._transport.close()
            raise

    def _configuration(self) -> str:
        """Supervisor's configuration for the Procfile.

        It names no path but relative to VAR_DIR, where supervisor runs: a "%", " #" or " ;" in
        one would mean something there.
        """
        commands = dict(self._commands)
        redis = commands.pop("redis")
        inside = self._socket.is_relative_to(self._var_dir)
        socket = self._socket.relative_to(self._var_dir) if inside else self._socket
        parts = [CONFIGURATION.format(socket=socket)]
        if self._embedded_redis:
            parts.append(_program("redis", redis, REDIS_STOP_SECONDS, first=True))
        parts += [
            _program(name, command, self._web_stop_seconds if name == "web" else STOP_SECONDS)
            for name, command in commands.items()
        ]
        parts.append(APPLICATION.format(names=",".join(commands)))
        return "".join(parts)

    def _note_death(self, name: str) -> None:
        now = time.monotonic()
        recent = [at for at in self._deaths[name] if now - at < DEATHS_SECONDS]
        self._deaths[name] = [*recent, now]
        if len(self._deaths[name]) >= DEATHS:
            self.give_up(name, f"it died {DEATHS} times within a minute")
        print(f"{name} died and was started again", file=sys.stderr, flush=True)

    def _end_if_supervisor_died(self) -> None:
        if self._supervisord is not None and self._supervisord.poll() is not None:
            self.give_up("supervisord", f"it ended with code {self._supervisord.returncode}")

    def give_up(self, name: str, why: str) -> None:
        log = self._var_dir / "log" / f"{name}.log"
        text = log.read_bytes()[-20_000:].decode(errors="replace") if log.exists() else ""
        tail = "\n".join(text.splitlines()[-TAIL_LINES:])
        sys.exit(f"{name} is given up: {why}. The end of {log}:\n{tail}")

    def _end_orphans(self, deadline: float) -> None:
        """What a supervisor that was killed has left behind: first asked, then killed."""
        number: int = signal.SIGTERM
        left = list(self._pids.values())
        while left := [pid for pid in left if _signal_group(pid, number)]:
            time.sleep(0.1)
            number = signal.SIGKILL if time.monotonic() > deadline else 0


def _program(name: str, command: str, stop_seconds: int, *, first: bool = False) -> str:
    return PROGRAM.format(
        name=name,
        command=shlex.quote(f'cd "$CHEZHI_ROOT" && exec {command}').replace("%", "%%"),
        autostart=str(first).lower(),
        stop_signal=STOP_SIGNALS.get(name, "TERM"),
        stop_seconds=stop_seconds,
        priority=1 if first else 2,
    )


def procfile(text: str) -> dict[str, str]:
    """Command by process name, in order."""
    lines = [line.partition(":") for line in text.splitlines() if not line.startswith("#")]
    return {name.strip(): command.strip() for name, _, command in lines if command.strip()}


def _signal_group(pid: int, number: int) -> bool:
    """Whether the process group was still there to be signalled."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return False
    return True
