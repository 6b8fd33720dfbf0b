"""gunicorn's worker, which outlives a killed master where the supervisor holds the address."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from gunicorn.workers.base import Worker
from gunicorn.workers.ggevent import GeventWorker

from scripts import doorkeeper
from scripts.parent import end_with


def _go_on_logging() -> None:
    """The pipe to the log was closed with the master's end."""
    log = Path(os.environ["VAR_DIR"]) / "log" / "web.log"
    with suppress(OSError), log.open("ab") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)


class OutlivingWorker(GeventWorker):  # type: ignore[misc]
    """Ends by itself without a master only where nobody has adopted it (`scripts.doorkeeper`)."""

    _adopted = False

    def notify(self) -> None:
        parent = os.getppid()
        if parent == self.ppid or str(parent) != os.environ.get(doorkeeper.KEEPER):
            super().notify()
            return
        if not self._adopted:
            self._adopted = True
            end_with(parent, signal.SIGKILL)
            _go_on_logging()
            self.log.info("Worker serves on without its master (pid: %s)", self.pid)
        Worker.notify(self)
