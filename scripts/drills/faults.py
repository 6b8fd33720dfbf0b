"""What `scripts/drill outages` does to a product, and the servers it arranges around one for it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from scripts.benchmarks.server import _free_port
from scripts.drills.product import Product, descendants, name_of
from scripts.drills.proxy import Network
from scripts.drills.servers import NGINX, Nginx, PostgreSQL, Server, Service

OWN: Final = {"redis": "redis-server", "web": "gunicorn", "worker": "worker", "beat": "beat"}
SERVICES: Final = {
    "elasticsearch": ("ES", "SEARCH_URL"),
    "rabbitmq": ("RABBITMQ", "BROKER_URL"),
    "minio": ("MINIO", "STORAGE_URL"),
}
"""What the names of their own settings begin with, and the product's setting that leads there."""
KINDS: Final = {
    "parts": ("postgresql", "nginx", "network", *SERVICES, *OWN),
    "disk": ("disk",),
    "clock": ("clock",),
}
"""Faults by the product they need: one for all but those of the whole machine."""
DISK: Final = "1500m"
FAKETIME: Final = max(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), default=None)
SLOW_SECONDS: Final = 0.05
JUMPS: Final = {"+10 min": "+10m", "+7 days": "+7d"}


@dataclass(frozen=True)
class Fault:
    name: str
    how: str
    begin: Callable[[], object]
    end: Callable[[], object]

    def is_chosen(self, only: list[str]) -> bool:
        return not only or self.name in only or f"{self.name}:{self.how}" in only


@dataclass
class Site:
    """What is around a product. `port` is that of a proxy in front, once there is one."""

    var: Path
    settings: dict[str, str] = field(default_factory=dict)
    servers: dict[str, Server] = field(default_factory=dict)
    network: Network | None = None
    others: list[Fault] = field(default_factory=list)
    stack: ExitStack = field(default_factory=ExitStack)
    kind: str = "parts"
    port: int = 0

    @property
    def is_missing(self) -> bool:
        """Whether what its faults need is not on this machine."""
        return self.kind != "parts" and not self.others

    def faults(self, product: Product) -> list[Fault]:
        """All of them, in the order in which they are run."""
        if self.kind != "parts":
            return self.others
        if NGINX is not None:
            nginx = Nginx(_folder(self.var.parent / "nginx"), [product.port])
            self.stack.enter_context(nginx.running())
            self.servers["nginx"], self.port = nginx, nginx.port
        else:
            print(_without("nginx"))
        found = [fault for item in self.servers.items() for fault in _of_server(*item)]
        if self.network is not None:
            found += _of_network(self.network)
        return found + [fault for name in OWN for fault in _of_process(product, name)]


def kinds(only: list[str]) -> list[str]:
    """The products that the chosen faults need."""
    chosen = {name.partition(":")[0] for name in only}
    return [kind for kind, names in KINDS.items() if not chosen or chosen & set(names)]


@contextmanager
def arranged(kind: str, folder: Path, services: Path | None, only: list[str]) -> Iterator[Site]:
    """What a product for faults of this kind needs around it."""
    with ExitStack() as stack:
        site = Site(_folder(folder / "var"), stack=stack, kind=kind)
        {"parts": _parts, "disk": _disk, "clock": _clock}[kind](site, services, only)
        yield site


def _parts(site: Site, services: Path | None, only: list[str]) -> None:
    site.settings["TRUSTED_PROXIES"] = "1" if NGINX else "0"
    if PostgreSQL.PROGRAMS is None:
        print(_without("postgresql"))
    else:
        postgres = PostgreSQL(_folder(site.var.parent / "postgresql"))
        site.stack.enter_context(postgres.running())
        postgres.make()
        site.network = site.stack.enter_context(Network("127.0.0.1", postgres.port).running())
        url = f"postgresql+psycopg://postgres@127.0.0.1:{site.network.port}/chezhi"
        site.settings["DATABASE_URL"] = url
        site.servers["postgresql"] = postgres
    chosen = {name.partition(":")[0] for name in only}
    for name, (own, setting) in SERVICES.items():
        if chosen and name not in chosen:
            continue
        if services is None or not (services / name / "start").exists():
            print(_without(name))
            continue
        data = _folder(site.var.parent / name)
        given = {f"{own}_PORT": str(_free_port()), f"{own}_DATA": str(data)}
        server = Service((services / name).resolve(), **given)
        site.stack.enter_context(server.running())
        site.servers[name], site.settings[setting] = server, _address(name, server.url)


def _address(name: str, url: str) -> str:
    """The setting that leads to a server at `url`."""
    if name == "minio":
        host = url.partition("://")[2]
        return f"minio://minioadmin:minioadmin@{host}/drill?secure=0"
    return f"{url}/drill" if name == "elasticsearch" else url


def _disk(site: Site, _services: Path | None, _only: list[str]) -> None:
    """VAR_DIR on a small disk of its own, which only root can mount."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(site.var)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        print(_without("disk", "no right to mount"))
        return
    site.stack.callback(subprocess.run, ["umount", "--lazy", str(site.var)], check=False)
    file = site.var / "full"

    def fill() -> None:
        with suppress(OSError), file.open("wb", buffering=0) as out:
            while True:
                out.write(b"\0" * 2**20)

    site.others = [Fault("disk", "full", fill, file.unlink)]


def _clock(site: Site, _services: Path | None, _only: list[str]) -> None:
    """The clock of the product's processes is read from a file, the monotonic one is not."""
    if FAKETIME is None:
        print(_without("clock", "no libfaketime"))
        return
    file = site.var.parent / "clock"
    file.write_text("+0\n")
    site.settings |= {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    site.others = [
        Fault("clock", how, partial(file.write_text, f"{jump}\n"), partial(file.write_text, "+0\n"))
        for how, jump in JUMPS.items()
    ]


def _of_server(name: str, server: Server) -> list[Fault]:
    stopped: list[int] = []

    def stop() -> None:
        stopped[:] = server.pids()
        _signal(stopped, signal.SIGSTOP)

    return [
        Fault(name, "KILL", lambda: _signal(server.pids(), signal.SIGKILL), server.start),
        Fault(name, "STOP", stop, lambda: _signal(stopped, signal.SIGCONT)),
    ]


def _of_process(product: Product, name: str) -> list[Fault]:
    """A process of the product, which starts it again by itself; of the web the newest worker."""
    stopped: list[int] = []

    def pids() -> list[int]:
        found = [pid for pid in descendants(product.pid) if name_of(pid) == OWN[name]]
        return found[-1:] if name == "web" else found

    def stop() -> None:
        stopped[:] = pids()
        _signal(stopped, signal.SIGSTOP)

    return [
        Fault(name, "KILL", lambda: _signal(pids(), signal.SIGKILL), lambda: None),
        Fault(name, "STOP", stop, lambda: _signal(stopped, signal.SIGCONT)),
    ]


def _of_network(network: Network) -> list[Fault]:
    """Between the product and PostgreSQL."""
    return [
        Fault("network", "cut", partial(network.cut, True), partial(network.cut, False)),
        Fault("network", "silent", partial(network.silent, True), partial(network.silent, False)),
        Fault("network", "slow", partial(network.delay, SLOW_SECONDS), partial(network.delay, 0)),
    ]


def _signal(pids: list[int], number: int) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):  # it ended with the one before
            os.kill(pid, number)


def _folder(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


def _without(name: str, why: str = "not installed") -> str:
    return f"{name:16}{why}"
