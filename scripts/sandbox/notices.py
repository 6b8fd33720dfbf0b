"""What a payment channel sends unasked, again and again until it is taken.

The first attempt is made at once, the others when the sandbox's clock reaches their time; each is
recorded. Only addresses on this machine are sent to, and no redirect is followed.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx

Made = tuple[dict[str, str], bytes]
"""Headers and body of one attempt."""


@dataclass(frozen=True)
class Attempt:
    """`at` is by the sandbox's clock; `status` is None where no answer came in time."""

    at: float
    status: int | None
    body: str
    seconds: float


@dataclass
class Notice:
    """`make` gives what is sent, anew for each attempt; `due` is None once nothing is to come."""

    event: str
    order: str
    url: str
    make: Callable[[], Made]
    fault: str = ""
    due: float | None = None
    attempts: list[Attempt] = field(default_factory=list)
    taken: bool = False

    def as_json(self) -> dict[str, Any]:
        made = [vars(attempt) for attempt in self.attempts]
        own = ("event", "order", "url", "fault", "due", "taken")
        return {name: getattr(self, name) for name in own} | {"attempts": made}


class Notices:
    """`limit` is how many seconds an answer may take; `waits` those between attempts."""

    def __init__(
        self,
        now: Callable[[], float],
        waits: tuple[int, ...],
        takes: Callable[[int, str], bool],
        local: tuple[str, ...],
    ) -> None:
        self.limit = 5.0
        self.silent = False
        """Whether nothing is sent at all, as when all notices are lost."""
        self.local = local
        self._now, self._waits, self._takes = now, waits, takes
        self._lock = threading.Lock()
        self.sent: list[Notice] = []

    def reset(self) -> None:
        with self._lock:
            self.sent, self.silent = [], False

    def add(self, notice: Notice, *, wait: float = 0.0) -> Notice:
        """Send it in so many seconds of the sandbox's clock, at once where there are none."""
        if urlsplit(notice.url).hostname not in self.local:
            raise ValueError("only addresses on this machine are sent to")
        notice.due = None if self.silent else self._now() + wait
        with self._lock:
            self.sent.append(notice)
        self.run()
        return notice

    def run(self) -> None:
        """Make the attempts that are due, in the order of their times."""
        while True:
            with self._lock:
                now = self._now()
                due = [n for n in self.sent if n.due is not None and n.due <= now]
                if not due:
                    return
                notice = min(due, key=lambda one: one.due or 0.0)
                at, notice.due = notice.due or now, None
            self._attempt(notice, at)
            if not notice.taken and len(notice.attempts) <= len(self._waits):
                notice.due = at + self._waits[len(notice.attempts) - 1]

    def again(self, notice: Notice, times: int = 1) -> None:
        """Send it so many times more, at the same moment."""
        with ThreadPoolExecutor(times) as threads:
            list(threads.map(lambda _: self._attempt(notice, self._now()), range(times)))

    def of(self, order: str) -> list[Notice]:
        with self._lock:
            return [notice for notice in self.sent if notice.order == order]

    def _attempt(self, notice: Notice, at: float) -> None:
        headers, body = notice.make()
        started, status, text = time.monotonic(), None, ""
        try:
            answer = httpx.post(
                notice.url, headers=headers, content=body, timeout=self.limit, trust_env=False
            )
            status, text = answer.status_code, answer.text[:200]
        except httpx.HTTPError:
            pass
        seconds = round(time.monotonic() - started, 3)
        notice.attempts.append(Attempt(at, status, text, seconds))
        notice.taken = notice.taken or (status is not None and self._takes(status, text))
