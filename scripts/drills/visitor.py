"""Another visitor of the product under attack, one request at a time, and what they saw."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from simple_websocket import Client

TIMEOUT: Final = 10.0
PAUSE: Final = 0.02
SOCKET_EVERY: Final = 20


@dataclass
class Seen:
    """Milliseconds of each request, and what went wrong."""

    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sockets: int = 0

    @property
    def p95(self) -> float:
        return sorted(self.times)[int(len(self.times) * 0.95)] if self.times else 0.0

    @property
    def slowest(self) -> float:
        return max(self.times, default=0.0)


class Visitor:
    """Pages from the cache, pages rendered anew, suggestions, files, and now and then a socket of
    the assistant; `trims` are ids of the catalogue, `pause` seconds between two requests."""

    def __init__(self, port: int, trims: list[int], *, pause: float = PAUSE) -> None:
        self._port = port
        self._paths = self._walk(trims)
        self._cookie = ""
        self._done = 0
        self._pause = pause

    def browse(self, seconds: float) -> Seen:
        seen, until = Seen(), time.monotonic() + seconds
        while time.monotonic() < until:
            self._done += 1
            started = time.perf_counter()
            try:
                if self._done % SOCKET_EVERY == 0:
                    self._talk()
                    seen.sockets += 1
                else:
                    self._get(next(self._paths))
            except (OSError, http.client.HTTPException, RuntimeError) as error:
                seen.errors.append(f"{type(error).__name__}: {error}"[:80])
            seen.times.append((time.perf_counter() - started) * 1000)
            time.sleep(self._pause)
        return seen

    def _walk(self, trims: list[int]) -> Iterator[str]:
        n = 0
        while True:
            n += 1
            yield "/"
            yield f"/cars/trims/{trims[n % len(trims)]}"
            yield f"/cars/?price_wan_max={10 + n % 50}&range_km_min={300 + n % 400}"
            yield "/cars/brands"
            yield f"/cars/suggest?q={'abcdefgh'[n % 8]}"
            yield "/assistant/"
            yield "/knowledge/"

    def _get(self, path: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT)
        try:
            headers = {"Cookie": self._cookie} if self._cookie else {}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{answer.status} {path}")
            for cookie in answer.headers.get_all("Set-Cookie", []):
                self._cookie = self._cookie or cookie.partition(";")[0]
        finally:
            connection.close()

    def _talk(self) -> None:
        address = f"ws://127.0.0.1:{self._port}/assistant/socket"
        try:
            socket = Client.connect(address, headers={"Cookie": self._cookie})
            socket.send(json.dumps({"type": "ping"}))
            told = socket.receive(timeout=TIMEOUT)
        except Exception as error:  # the library's own do not have a common base
            raise RuntimeError(f"socket: {type(error).__name__}") from error
        with suppress(Exception):
            socket.close()
        if told is None or json.loads(told)["type"] != "pong":
            raise RuntimeError(f"socket: {told}")
