"""A site for `scripts/drill uploads`: the sweep alone finds what is to be done."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from flask import Flask

from scripts.drills.forked import Forked, product
from webapp import clock, queue
from webapp.accounts import service as accounts
from webapp.accounts.providers.base import Profile
from webapp.backends.storage import storage
from webapp.backends.storage.files import FileStorage
from webapp.errors import Unavailable
from webapp.videos.service import merging, sweeping

MERGE: Final = "tasks.videos.merge"
REMOVE: Final = "tasks.videos.remove_files"


class Site(Forked):
    """The product's uploads."""

    def __init__(self, folder: Path, storage_url: str, piece_bytes: int) -> None:
        settings = {"STORAGE_URL": storage_url, "VIDEO_QUOTA_GB": "100000"}
        super().__init__(product(folder, **settings))
        self.app.config["UPLOAD_PIECE_BYTES"] = piece_bytes
        with self.context():
            self.cookie = login_cookie(self.app)

    def start_web(self, *, first: Callable[[], object] = lambda: None, full_after: int = 0) -> None:
        """With `full_after` its disk is full at that write, once."""
        super().start_web(first=(lambda: _fill_disk(full_after)) if full_after else first)

    def work(self, *, kill_after: float | None = None, full: bool = False) -> bool:
        """One look of the sweep in a process of its own, with the tasks it sends done at once;
        whether it came to its end."""
        return self.run(lambda: _sweep_and_work(full=full), kill_after=kill_after)


def login_cookie(app: Flask) -> str:
    """A session cookie of a new person."""
    now = datetime.now(UTC)
    profile = Profile("wechat", "drill", "o-drill", None, "演练", "")
    account = accounts.create_account(profile=profile, now=now)
    token = accounts.open_session(
        account_id=account.id, provider="wechat", user_agent="", address="", now=now
    )
    serializer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    signed = serializer.dumps({"_user_id": token, "_fresh": True})
    return f"{app.config['SESSION_COOKIE_NAME']}={signed}"


def _sweep_and_work(*, full: bool) -> None:
    tasks: list[tuple[str, Any]] = []
    queue._send = lambda task, args: tasks.append((task, args[0]))
    queue._closed_until = 0.0
    if full:
        _fill_disk(1)
    sweeping.go_on(now=clock.now())
    while tasks:
        task, argument = tasks.pop(0)
        with suppress(Unavailable, OSError):  # as the task, which is tried again
            if task == MERGE:
                merging.merge(video_id=argument)
            elif task == REMOVE:
                sweeping.remove_files(prefix=argument)


def _fill_disk(after: int) -> None:
    """From now on the write with this number fails as on a full disk, in this process."""
    writes = 0
    kept = storage()
    inner = kept.put if not isinstance(kept, FileStorage) else kept._write

    def write(*args: Any, **more: Any) -> Any:
        nonlocal writes
        writes += 1
        if writes == after:
            raise OSError(errno.ENOSPC, "No space left on device")
        return inner(*args, **more)

    setattr(kept, inner.__name__, write)
