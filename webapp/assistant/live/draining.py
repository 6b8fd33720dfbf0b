"""Whether this process has been told to end, so that sockets and answers end in order.

gunicorn waits for open requests, and a socket is one that never ends by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_alive: Callable[[], bool] = lambda: True  # noqa: E731
_since: float | None = None


def watch(alive: Callable[[], bool]) -> None:
    """Called once by the web server's worker; `alive` is false once it has been told to end."""
    global _alive, _since
    _alive, _since = alive, None


def seconds() -> float:
    """How long ago it was first seen that this process is to end; 0 where it is not."""
    global _since
    if _alive():
        return 0.0
    if _since is None:
        _since = time.monotonic()
    return max(time.monotonic() - _since, 0.001)
