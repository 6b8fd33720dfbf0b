"""Frames of all turns written here go into the database together, a few times in a blink.

A transaction of its own for each frame costs ten times as much, and with SQLite two workers
would keep waiting for each other's lock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

import gevent
from flask import Flask
from gevent.event import AsyncResult

from webapp.assistant import service

GATHER_SECONDS: Final = 0.015


@dataclass(frozen=True, eq=False)
class _Entry:
    frame: service.NewFrame
    stored: AsyncResult[None] = field(default_factory=AsyncResult)


_waiting: WeakKeyDictionary[Flask, list[_Entry]] = WeakKeyDictionary()


def store(app: Flask, frame: service.NewFrame) -> None:
    """Returns when the frame is committed. Raises TurnLost where its turn has ended, and what
    the database raises."""
    entry = _Entry(frame)
    waiting = _waiting.setdefault(app, [])
    waiting.append(entry)
    if len(waiting) == 1:  # whoever comes first writes for those who come meanwhile
        gevent.spawn_later(GATHER_SECONDS, _write, app)
    entry.stored.get()


def _write(app: Flask) -> None:
    entries = _waiting.pop(app, [])
    try:
        with app.app_context():
            lost = service.store_frames(frames=[entry.frame for entry in entries])
    except Exception as error:
        for entry in entries:
            entry.stored.set_exception(error)
        return
    for entry in entries:
        if entry.frame in lost:
            entry.stored.set_exception(service.TurnLost())
        else:
            entry.stored.set(None)
