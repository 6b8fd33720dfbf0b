"""A process that is killed anywhere in a service function leaves all of what it does, or nothing.

Each function runs in child processes on copies of one SQLite file. The first child dies at its
first write, the second at its second one, and so on past the commit and the sending of tasks.
"""

from __future__ import annotations

import io
import os
import re
import shutil
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event, select

from tests.accounts.people import account
from webapp import queue
from webapp.accounts import service as people
from webapp.accounts.models import DataExport
from webapp.assistant import service as assistant
from webapp.audit import Actor
from webapp.backends.storage import storage
from webapp.catalogue import service as cars
from webapp.catalogue.models import Batch
from webapp.catalogue.service.batches import upload_of
from webapp.config import sqlite_library
from webapp.console import service as console
from webapp.extensions import db
from webapp.knowledge import service as knowledge

NOW = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
ADMIN = Actor(1, "admin")
KILLED = 9
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?")

Work = Callable[[], object]


@pytest.fixture
def database(app: Flask, database_url: str, tmp_path: Path) -> Path:
    if not database_url.startswith("sqlite"):
        pytest.skip("the file is copied for each child")
    return tmp_path / "test.sqlite3"


def in_child(work: Work) -> int:
    """Run it in a process of its own, with connections of its own; how that ended."""
    db.session.remove()
    db.engine.dispose()
    if (child := os.fork()) == 0:
        ended = 70
        try:
            work()
            ended = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(ended)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def killed_at(number: int, work: Work, sent: Path) -> Work:
    """`work`, which ends its process at its `number`th write, commit or sending."""

    def run() -> None:
        steps = count(1)

        def step(*_: object) -> None:
            if next(steps) == number:
                os._exit(KILLED)

        def wrote(_connection: object, _cursor: object, statement: str, *_: object) -> None:
            if not statement.startswith(("SELECT", "PRAGMA")):
                step()

        def send(task: str, args: tuple[object, ...]) -> None:
            step()
            with sent.open("a") as file:
                file.write(f"{task} {args}\n")
            step()

        event.listen(db.engine, "after_cursor_execute", wrote)
        event.listen(db.engine, "commit", step)  # just before it
        event.listen(db.session, "after_commit", step)
        queue._send = send
        queue._closed_until = 0.0  # a broker was away in an earlier test
        work()

    return run


def rows(database: Path) -> dict[str, list[str]]:
    """All there is, without times and random numbers."""
    with sqlite_library().module.connect(database) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        ).fetchall()
        found = {
            name: [
                TIME.sub("time", str(row)) for row in connection.execute(f"SELECT * FROM {name}")
            ]
            for (name,) in tables
        }
    connection.close()
    return found


def outcomes(database: Path, work: Work) -> Iterator[tuple[str, list[str]]]:
    """What each child left, "nothing" or "all", and the tasks it sent; the last one lives."""
    db.session.remove()
    db.engine.dispose()
    start, sent = database.with_name("start.sqlite3"), database.with_name("sent")
    with sqlite_library().module.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copyfile(database, start)
    before, left = rows(start), []
    for number in count(1):
        for old in database.parent.glob("test.sqlite3*"):
            old.unlink()
        shutil.copyfile(start, database)
        sent.write_text("")
        ended = in_child(killed_at(number, work, sent))
        assert ended in (0, KILLED)
        left.append((rows(database), sent.read_text().splitlines()))
        if ended == 0:
            break
    after = left[-1][0]
    assert after != before
    for found, tasks in left:
        assert found in (before, after), "half of the work"
        yield ("all" if found == after else "nothing"), tasks


def import_a_file() -> Work:
    """A file is imported: the batch, its line in the log, the task."""
    checked = Batch(kind="upload", title="车.csv", state="checked")
    db.session.add(checked)
    db.session.commit()
    batch = checked.id
    storage().put(upload_of(batch).key, io.BytesIO(b"x"))
    return lambda: console.import_batch(actor=ADMIN, batch_id=batch)


def remove_a_collection() -> Work:
    """A collection is taken out: the change, its line in the log, the task."""
    return lambda: console.remove_documents(actor=ADMIN, collection="handbook")


def ask_for_an_export() -> Work:
    """Somebody asks for their data: the row, the task."""
    own = account("o-own").id
    return lambda: people.ask_export(account_id=own, now=NOW)


def suspend_an_account() -> Work:
    """An account is suspended: its state, its sessions, the line in the log."""
    own = account("o-own").id
    people.open_session(account_id=own, provider="wechat", user_agent="", address="", now=NOW)
    return lambda: console.suspend(actor=ADMIN, account_id=own, suspended=True)


def ask_a_question() -> Work:
    """A question: the conversation, the turn, its first frame."""
    first = assistant.start_turn(owner="guest:1", ask=assistant.Ask("海豹多长？"), now=NOW)
    ask = assistant.Ask("它多重？", conversation=first.conversation_id)
    later = NOW + timedelta(minutes=1)  # the first one's writer has died
    return lambda: assistant.start_turn(owner="guest:1", ask=ask, now=later)


@pytest.mark.parametrize(
    ("prepare", "task"),
    [
        (import_a_file, "tasks.cars.import_upload (1,)"),
        (remove_a_collection, "tasks.knowledge.run_change (1,)"),
        (ask_for_an_export, "tasks.accounts.build_export (1,)"),
        (suspend_an_account, None),
        (ask_a_question, None),
    ],
)
def test_whoever_is_killed_leaves_all_or_nothing_and_sends_only_what_is_committed(
    database: Path,
    monkeypatch: pytest.MonkeyPatch,
    prepare: Callable[[], Work],
    task: str | None,
) -> None:
    monkeypatch.setattr(queue, "_send", lambda *_: None)
    found = list(outcomes(database, prepare()))
    assert [left for left, _ in found].count("nothing") >= 3  # at each write, and at the commit
    assert found[-1] == ("all", [task] if task else [])
    assert {left for left, sent in found if sent} <= {"all"}
    unsent = [left for left, sent in found if not sent].count("all")
    assert unsent >= 1, "no child died between the commit and the sending"


def test_what_was_committed_and_never_sent_is_found_again(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_send", lambda *_: None)
    works = [make() for make in (import_a_file, remove_a_collection, ask_for_an_export)]

    def die(*_: object) -> None:
        os._exit(KILLED)

    monkeypatch.setattr(queue, "_send", die)
    assert [in_child(work) for work in works] == [KILLED] * 3
    sent: list[tuple[object, ...]] = []
    monkeypatch.setattr(queue, "_send", lambda task, args: sent.append((task, *args)))
    later = datetime.now(UTC) + timedelta(hours=1)
    cars.resume_batches(now=later)
    knowledge.resume_changes(now=later)
    batch = db.session.scalars(select(Batch.id)).one()
    assert sent == [("tasks.cars.import_upload", batch), ("tasks.knowledge.run_change", 1)]
    people.build_waiting_exports(now=later)
    assert db.session.scalars(select(DataExport.ready_at)).one() == later
