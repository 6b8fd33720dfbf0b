"""A disk that is full: what cannot be saved says so, the rest goes on, and space heals it."""

from __future__ import annotations

import errno
import shutil
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from scripts.embedded_redis import command
from tests.accounts.people import account, signed_in
from tests.catalogue import catalogue
from tests.clocks import StoppedClock
from webapp.catalogue.models import Trim
from webapp.errors import is_disk_full
from webapp.extensions import db
from webapp.operations.health import LOW_BYTES

Usage = namedtuple("Usage", "total used free")


class Disk:
    """SQLite's own limit on its file: no page more than there are, where it is full."""

    def __init__(self) -> None:
        self.full = False

    def limit(self, connection: object, *_: object) -> None:
        pages = 1 if self.full else 1_000_000
        connection.cursor().execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]


@pytest.fixture
def disk(app: Flask) -> Iterator[Disk]:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("SQLite can be told that its disk is full")
    made = Disk()
    event.listen(db.engine, "checkout", made.limit)
    yield made
    event.remove(db.engine, "checkout", made.limit)


@pytest.fixture
def car(app: Flask) -> Trim:
    made = catalogue.trim("a")
    catalogue.publish()
    return made


def fill(pages: int = 200) -> None:
    """Rows enough for a page more, whatever room is left in the last one."""
    for number in range(pages):
        account(f"o-fill-{number}", nickname="满" * 20)


def test_what_cannot_be_saved_is_a_503_that_says_so_and_space_heals_it_at_once(
    app: Flask, disk: Disk, car: Trim, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    disk.full = True
    with pytest.raises(Exception, match="full") as raised:
        fill()
    db.session.rollback()
    assert is_disk_full(raised.value)

    def save(**_: object) -> None:
        fill()

    with monkeypatch.context() as patch:
        patch.setattr("webapp.garage.service.save", save)
        answer = client.post("/garage/favourites", data={"trim": car.id})
    assert answer.status_code == 503
    assert "磁盘满了" in answer.text
    assert "没有保存" in answer.text
    assert client.get(f"/cars/trims/{car.id}").status_code == 200
    disk.full = False
    assert client.post("/garage/favourites", data={"trim": car.id}).status_code in (200, 303)


def raised_from(cause: BaseException) -> RuntimeError:
    error = RuntimeError("while saving")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "no room"), True),
        (OSError(errno.EDQUOT, "no room"), True),
        (raised_from(OSError(errno.ENOSPC, "no room")), True),
        (OSError(errno.EACCES, "no"), False),
        (ValueError(), False),
    ],
)
def test_a_full_disk_is_known_by_what_lies_behind_an_error(error: Exception, full: bool) -> None:
    assert is_disk_full(error) is full


def test_a_page_is_read_by_who_is_signed_in_although_their_visit_cannot_be_noted(
    app: Flask, clock: StoppedClock
) -> None:
    client = signed_in(app, account())
    clock.forward(hours=1)

    def refuse(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE login_session"):
            raise OperationalError(statement, None, Exception("database or disk is full"))

    event.listen(db.engine, "before_cursor_execute", refuse)
    assert client.get("/accounts/").status_code == 200
    event.remove(db.engine, "before_cursor_execute", refuse)


@pytest.mark.parametrize(("free", "state"), [(LOW_BYTES - 1, "degraded"), (LOW_BYTES, "ok")])
def test_ready_says_how_much_room_is_left(
    app: Flask, monkeypatch: pytest.MonkeyPatch, free: int, state: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    told = answer.get_json()["checks"]["disk"]
    assert (told["state"], told["detail"]) == (state, f"{free // 2**20} MB left")


def test_redis_takes_logins_although_it_could_not_save() -> None:
    line = command("redis-server", socket=Path("s"), folder=Path("f"))
    assert line[line.index("--stop-writes-on-bgsave-error") + 1] == "no"
