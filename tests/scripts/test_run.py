"""`scripts/run` for real: it starts everything, keeps it running and leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts.supervise import READY_SECONDS
from tests.live import answers, children, clean_environ, free_port, goes_on, spawn
from webapp.config import ROOT, socket_folder, standin_port

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/environ").exists(), reason="finds processes through /proc, Linux only"
)

PROCESSES = {"redis", "web", "worker", "beat", "sandbox"}


class Product:
    """One `scripts/run`; `output` is all it has printed."""

    def __init__(self, var_dir: Path, **settings: str) -> None:
        self.var_dir = var_dir
        self.port = int(settings.pop("PORT", 0)) or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._mark = f"STARTED_BY_TEST={uuid.uuid4()}"
        name, _, value = self._mark.partition("=")
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115 - closed by end()
        self.process = spawn(
            [str(ROOT / "scripts" / "run")],
            env=clean_environ(
                **{
                    "VAR_DIR": str(var_dir),
                    "PORT": str(self.port),
                    "SEED": "0",
                    "DRAIN_SECONDS": "1",
                    "VIDEO": "0",  # else it installs ffmpeg into the venv of the tests
                    name: value,
                }
                | settings
            ),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=self._printed,
            stderr=subprocess.STDOUT,
        )

    @property
    def output(self) -> str:
        return os.pread(self._printed.fileno(), 1_000_000, 0).decode()

    def wait_until_ready(self) -> None:
        ended = self.process.poll
        until(lambda: "Ready:" in self.output or ended() is not None, READY_SECONDS + 15)
        assert f"Ready: {self.url}\n" in self.output

    def log(self, name: str) -> str:
        return (self.var_dir / "log" / f"{name}.log").read_text(encoding="utf-8")

    def pids(self, name: str) -> list[int]:
        """Every pid a process of the Procfile has had, the newest last."""
        found = re.findall(rf"spawned: '{name}' with pid (\d+)", self.log("supervisord"))
        return [int(pid) for pid in found]

    def living(self) -> set[int]:
        """All processes that come from this start, whoever is their parent now."""
        # Redis writes its title over its environment; the title names its socket.
        marks = (self._mark.encode(), f"unixsocket:{socket_folder(self.var_dir)}/".encode())
        return {pid for pid, known in descriptions() if any(mark in known for mark in marks)}

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(15)
        for pid in self.living():  # only where the test has failed
            os.kill(pid, signal.SIGKILL)
        self.forget()

    def forget(self) -> None:
        """Without ending anything: for a start that was refused."""
        self._printed.close()


def descriptions() -> Iterator[tuple[int, bytes]]:
    """Each process of ours with its environment and command line."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            known = (folder / "environ").read_bytes() + (folder / "cmdline").read_bytes()
        except OSError:
            continue  # it has ended, or is not ours
        yield int(folder.name), known


def until(true: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)  # another process: it can only be looked at again


@pytest.fixture
def start(tmp_path: Path, blank: Path) -> Iterator[Callable[..., Product]]:
    """Starts again what was prepared before."""
    started: list[Product] = []

    def make(name: str = "var", **settings: str) -> Product:
        shutil.copytree(blank, tmp_path / name)
        started.append(Product(tmp_path / name, **settings))
        return started[-1]

    yield make
    for product in started:
        product.end()


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One product for the tests that leave it running; in a path that invites trouble."""
    made = Product(tmp_path_factory.mktemp("run") / "deep 车 %d #1 ;x" / ("d" * 80))
    try:
        made.wait_until_ready()
        yield made
    finally:
        made.end()
    assert not socket_folder(made.var_dir).exists()


def refused(name: str, tmp_path: Path, **settings: str) -> str:
    """What a start that must not succeed prints."""
    product = Product(tmp_path / name, **settings)
    try:
        assert product.process.wait(20) != 0
        assert product.living() == set()
        return product.output
    finally:
        product.end()


def test_it_says_when_it_is_ready_and_runs_every_process(product: Product) -> None:
    until(lambda: "索引：" in product.output)
    after = product.output.split("Ready:")[1].splitlines()[1:4]
    assert [line.partition("：")[0] for line in after] == ["登录", "员工", "索引"]
    assert answers(f"{product.url}/healthz")
    until(lambda: answers(f"{product.url}/readyz"))
    assert {name for name in PROCESSES if product.pids(name)} == PROCESSES
    # What the tests below call "nothing left" would see each of them.
    assert {product.pids(name)[-1] for name in PROCESSES} <= product.living()
    assert "Traceback" not in product.log("web")


def test_a_process_that_is_killed_is_started_again(product: Product) -> None:
    os.kill(product.pids("redis")[-1], signal.SIGKILL)
    until(lambda: len(product.pids("redis")) == 2)
    until(lambda: "redis died and was started again" in product.output)


def test_nobody_waits_because_gunicorn_was_killed_even_if_a_worker_hangs(
    product: Product,
) -> None:
    master = product.pids("web")[-1]
    until(lambda: len(children(master)) > 1)
    hanging, *others = workers = children(master)
    os.kill(hanging, signal.SIGSTOP)
    until(lambda: answers(f"{product.url}/healthz"))  # another may have begun only now
    os.kill(master, signal.SIGKILL)
    until(lambda: not goes_on(master))
    os.kill(hanging, signal.SIGSTOP)  # the kernel has woken it up when its group lost its leader
    while any(goes_on(worker) for worker in workers):
        asked = time.monotonic()
        assert answers(f"{product.url}/healthz")
        assert time.monotonic() - asked < 3
    assert others
    assert product.log("web").count("serves on without its master") >= len(others)
    assert product.log("web").count("Listening at") == 2
    until(lambda: "web died and was started again" in product.output)
    assert answers(f"{product.url}/healthz")


def test_two_cannot_serve_from_one_folder(product: Product) -> None:
    second = Product(product.var_dir)
    assert second.process.wait(20) == 1
    assert f"already serves from {product.var_dir}" in second.output
    assert "Ready:" not in second.output
    second.forget()
    assert answers(f"{product.url}/healthz")


def test_a_taken_port_is_named_with_what_to_do(product: Product, tmp_path: Path) -> None:
    told = refused("other", tmp_path, PORT=str(product.port))
    assert told.startswith(f"PORT: {product.port} on 127.0.0.1 is taken")
    assert "Traceback" not in told


def test_the_stand_ins_of_the_providers_listen_beside_it(product: Product, tmp_path: Path) -> None:
    port = standin_port(product.port)
    assert answers(f"http://127.0.0.1:{port}/healthz")
    told = refused("other", tmp_path, PORT=str(port_beside_the_same(product.port)))
    assert told.startswith(f"PORT: {port} on 127.0.0.1 (for the stand-ins of the providers) is")


def port_beside_the_same(port: int) -> int:
    """A free port whose stand-ins would listen where those of `port` do."""
    others = (port + step for step in (10_000, -10_000, 20_000, -20_000, 30_000, -30_000))
    return next(n for n in others if 1024 < n < 65536 and standin_port(n) == standin_port(port))


def test_bad_settings_are_all_named_at_once(tmp_path: Path) -> None:
    told = refused("bad", tmp_path, TRUSTED_PROXIES="many", LOG_LEVEL="LOUD", DATABASE_URL="x")
    assert [line.split(":")[0] for line in told.splitlines()[1:]] == [
        "DATABASE_URL",
        "TRUSTED_PROXIES",
        "LOG_LEVEL",
    ]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    keys = dict.fromkeys(("SECRET_KEY", "IDENTITY_KEY"), "0123456789" * 4)
    told = refused("file/var", tmp_path, **keys)
    assert told == f"VAR_DIR: {tmp_path}/file/var cannot be written: Not a directory\n"


def test_a_database_that_is_away_ends_the_start(tmp_path: Path) -> None:
    told = refused("var", tmp_path, DATABASE_URL="postgresql+psycopg://u:s3cret@127.0.0.1:1/x")
    assert "DATABASE_URL: the database cannot be used: " in told
    assert "s3cret" not in told
    assert "Traceback" not in told


def test_after_sigterm_nothing_is_left_even_of_what_will_not_end(product: Product) -> None:
    """The last of those that share it."""
    # A stopped process cannot even see the signal.
    os.kill(product.pids("worker")[-1], signal.SIGSTOP)
    product.process.terminate()
    assert product.process.wait(10) == 0
    assert product.living() == set()
    with socket.socket() as probe:
        # A connection that ended a moment ago still holds the address; a listener would too.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", product.port))


def test_nothing_outlives_a_run_that_is_killed(start: Callable[..., Product]) -> None:
    product = start(APP_ENV="production", SECRET_KEY="0123456789" * 4)
    product.wait_until_ready()
    assert not product.pids("sandbox")
    product.process.kill()
    until(lambda: product.living() == set(), seconds=15)


def test_a_process_that_cannot_start_ends_all_with_its_last_words(
    start: Callable[..., Product],
) -> None:
    product = start(GUNICORN_CMD_ARGS="--no-such-option")
    assert product.process.wait(45) == 1
    assert "web is given up" in product.output
    assert "unrecognized arguments: --no-such-option" in product.output
    assert len(product.pids("web")) == 5
    assert product.living() == set()
