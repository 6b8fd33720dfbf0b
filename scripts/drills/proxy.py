"""A small TCP proxy on loopback whose network can be slow, silent or cut."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

CHUNK: Final = 65_536


class Network:
    """What lies between the proxy's port and a server: passes everything on until it is told
    otherwise."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._loop = asyncio.new_event_loop()
        self._lines: set[asyncio.StreamWriter] = set()
        self._delay = 0.0
        self._cut = False
        self._passing = asyncio.Event()
        self.port = 0

    def delay(self, seconds: float) -> None:
        """From now on each piece takes so long, in either direction."""
        self._delay = seconds

    def silent(self, is_so: bool) -> None:
        """Connections are taken and nothing passes, as behind a firewall that drops."""
        self._loop.call_soon_threadsafe(self._passing.clear if is_so else self._passing.set)

    def cut(self, is_so: bool) -> None:
        """Connections are broken off, those that are there and each new one."""
        self._cut = is_so
        if is_so:
            self._loop.call_soon_threadsafe(self._break)

    def _break(self) -> None:
        for line in self._lines:
            line.transport.abort()

    async def _serve(self, near_in: asyncio.StreamReader, near: asyncio.StreamWriter) -> None:
        if self._cut:
            near.transport.abort()
            return
        try:
            far_in, far = await asyncio.open_connection(*self._to)
        except OSError:
            near.transport.abort()
            return
        both = {near, far}
        self._lines |= both
        try:
            await asyncio.gather(self._pass(near_in, far), self._pass(far_in, near))
        finally:
            self._lines -= both
            for line in both:
                line.close()

    async def _pass(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await source.read(CHUNK):
                await self._passing.wait()
                await asyncio.sleep(self._delay)
                target.write(piece)
                await target.drain()
            with suppress(RuntimeError):
                target.write_eof()

    async def _begin(self) -> None:
        self._passing.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        self._server.close()
        self._passing.set()
        self._break()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    @contextmanager
    def running(self) -> Iterator[Network]:
        """The proxy at `port`, in a thread of its own, until the block ends."""
        thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        thread.start()
        asyncio.run_coroutine_threadsafe(self._begin(), self._loop).result(5)
        try:
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            thread.join()
            self._loop.close()
