"""Whether this process has been told to end, and how long its answers may go on.

The web server's worker goes on serving pages until the answers it writes are finished; new
sockets, questions and the load balancer are sent to another server meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_told: Callable[[], bool] = lambda: False  # noqa: E731
_limit: float = 0.0
_since: float | None = None


def watch(told: Callable[[], bool], *, limit: float) -> None:
    """Called once by the web server's worker; `told` is true once it has been told to end, and
    answers may then go on for `limit` seconds."""
    global _told, _limit, _since
    _told, _limit, _since = told, limit, None


def begun() -> bool:
    """Whether this process is to end."""
    return _seconds() > 0


def over(*, after: float = 0.0) -> bool:
    """Whether the time for answers has run out, `after` seconds ago at least."""
    seconds = _seconds()
    return seconds > 0 and seconds >= _limit + after


def _seconds() -> float:
    """How long ago it was first seen that this process is to end; 0 where it is not."""
    global _since
    if not _told():
        return 0.0
    if _since is None:
        _since = time.monotonic()
    return max(time.monotonic() - _since, 0.001)
