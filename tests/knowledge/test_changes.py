"""Files taken in and documents taken out by the worker: checked first, and safe to kill."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

import tasks.celery
from tasks.celery import celery
from tests.knowledge.conftest import draft
from tests.live import clean_environ, spawn
from webapp import uploads
from webapp.config import ROOT
from webapp.errors import Conflict
from webapp.extensions import db
from webapp.knowledge import queries, service
from webapp.knowledge.drafts import Draft
from webapp.knowledge.models import KnowledgeChange
from webapp.knowledge.service import changes
from webapp.knowledge.service.locks import alone

SENT: list[tuple[str, tuple[object, ...]]] = []


@pytest.fixture(autouse=True)
def _tasks_are_run_by_hand(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    SENT.clear()
    monkeypatch.setattr("webapp.queue._closed_until", 0.0)  # an earlier test may have had no broker
    monkeypatch.setattr("webapp.queue._send", lambda task, args: SENT.append((task, args)))
    monkeypatch.setattr(tasks.celery, "flask_app", lambda: app)
    celery.loader.import_default_modules()


def run() -> None:
    """What the worker does with the message sent first."""
    task, arguments = SENT.pop(0)
    celery.tasks[task](*arguments)


def lines(*drafts: dict[str, Any]) -> bytes:
    return "\n".join(json.dumps(line, ensure_ascii=False) for line in drafts).encode()


def line(id_: str, text: str = "冬天续航会打折。", **fields: str) -> dict[str, Any]:
    return {"id": id_, "title": id_, "text": text, "source": "示例"} | fields


def upload(
    content: bytes, name: str = "文.jsonl", collection: str = "samples", **fields: Any
) -> int:
    with uploads.arriving() as path:
        path.write_bytes(content)
        made = service.accept_upload(
            name=name, draft=path, collection=collection, given=fields.pop("given", {}), **fields
        )
    return made.id


def change(number: int) -> KnowledgeChange:
    db.session.expire_all()
    return service.change_by_id(number)


def report(number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(change(number).report)
    return found


def external_ids(collection: str = "samples") -> list[str]:
    return sorted(row.external_id for row in queries.documents_of(collection))


def test_a_file_is_checked_without_writing_and_then_taken_in(documents: list[Draft]) -> None:
    content = lines(
        line("r1", "换了内容。"), line("n1"), line("n1"), line("n2", date="明天"), line("n3", " ")
    )
    number = upload(content + b"\n\nnot json\n")
    run()
    assert change(number).state == "checked"
    assert external_ids() == ["p1", "r1", "r2"]
    told = report(number)
    assert [row["line"] for row in told["rejected"]] == [3, 4, 5, 7]
    assert "前面已经出现过" in told["rejected"][0]["reason"]
    names = ("documents", "added", "changed", "unchanged", "rejected")
    assert [told["counts"][name] for name in names] == [6, 1, 1, 0, 4]
    service.ask_apply(change_id=number)
    run()
    assert change(number).state == "applied"
    assert external_ids() == ["n1", "p1", "r1", "r2"]
    assert report(number)["counts"]["added"] == 1
    assert not changes.upload_of(change(number)).exists()
    assert SENT == [("tasks.knowledge.bring_up_to_date", ())]
    run()
    assert service.retrieve("换了内容").passages[0].document == "r1"


def test_what_did_not_change_is_not_touched_again(documents: list[Draft]) -> None:
    content = lines(line("n1"), line("n2"))
    for expected in ([2, 0], [0, 2]):
        number = upload(content)
        run()
        counts = report(number)["counts"]
        assert [counts["added"], counts["unchanged"]] == expected
        service.ask_apply(change_id=number)
        run()
        SENT.clear()
    version = queries.version()
    number = upload(content)
    run()
    service.ask_apply(change_id=number)
    run()
    assert queries.version() == version


def test_a_new_version_of_a_document_keeps_its_id(documents: list[Draft]) -> None:
    (old,) = [row for row in queries.documents_of("samples") if row.external_id == "p1"]
    number = upload("# 轮胎\n\n换新版的正文。".encode(), "新.md", document=old)
    run()
    service.ask_apply(change_id=number)
    run()
    new = queries.document(old.id)
    assert new is not None
    assert (new.external_id, new.title) == ("p1", "轮胎")
    SENT.clear()
    number = upload(lines(line("x")), "many.jsonl", document=old)
    run()
    assert "JSONL" in report(number)["rejected"][0]["reason"]


def test_a_file_that_is_one_document_is_called_as_it_was_sent(app: Flask) -> None:
    number = upload("正文一段。".encode("gbk"), "说明.txt", given={"source": "厂商"})
    run()
    service.ask_apply(change_id=number)
    run()
    (row,) = queries.documents_of("samples")
    assert (row.external_id, row.title, row.source) == ("说明.txt", "说明", "厂商")


def test_what_cannot_be_read_is_said_as_such(app: Flask) -> None:
    number = upload(b"%PDF-1.4 broken", "坏.pdf")
    run()
    assert change(number).state == "checked"
    assert "PDF 已损坏" in report(number)["rejected"][0]["reason"]


def test_a_document_and_a_collection_are_taken_out(documents: list[Draft]) -> None:
    (row,) = [row for row in queries.documents_of("samples") if row.external_id == "r1"]
    service.ask_removal(collection="samples", document=row)
    run()
    assert external_ids() == ["p1", "r2"]
    assert "r1" not in [found.document for found in service.retrieve("叶片 冬天 续航").passages]
    SENT.clear()
    number = service.ask_removal(collection="samples").id
    run()
    assert external_ids() == []
    assert report(number)["counts"]["removed"] == 2


def test_what_the_product_brings_along_stays(app: Flask) -> None:
    service.ingest(collection="pages", drafts=[draft("a", "一段。")])
    service.ask_removal(collection="pages")
    with pytest.raises(RuntimeError):
        run()
    assert external_ids("pages") == ["a"]


def test_a_message_delivered_twice_does_its_work_once(app: Flask) -> None:
    number = upload(lines(line("n1")))
    SENT.append(SENT[0])
    run()
    run()
    assert change(number).state == "checked"
    with pytest.raises(Conflict):
        service.ask_again(change_id=number)


def test_a_run_waits_for_another_one_at_the_same_collection(app: Flask) -> None:
    number = upload(lines(line("n1")))
    with alone("collection-samples"), pytest.raises(service.Busy):
        service.run_change(change_id=number)
    assert change(number).state == "checking"
    run()
    assert change(number).state == "checked"


def test_a_stopped_change_ends_at_its_next_transaction_and_can_be_had_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = lines(*(line(f"n{n:03}") for n in range(120)))
    number = upload(content)
    run()
    service.ask_apply(change_id=number)

    def note(_notes: object, event: object) -> None:
        """Somebody stops it when its first transaction is over."""
        if isinstance(event, service.Progress):
            service.ask_stop(change_id=number)

    monkeypatch.setattr(changes._Notes, "note", note)
    run()
    assert change(number).state == "stopped"
    assert len(external_ids()) == 50
    monkeypatch.undo()
    monkeypatch.setattr("webapp.queue._send", lambda task, args: SENT.append((task, args)))
    service.ask_again(change_id=number)
    service.run_change(change_id=number)
    service.ask_apply(change_id=number)
    service.run_change(change_id=number)
    assert change(number).state == "applied"
    assert len(external_ids()) == 120


DOCUMENTS = 1500
CHILD = """
import sys
from webapp import create_app
from webapp.knowledge import service
with create_app().app_context():
    service.run_change(change_id=int(sys.argv[1]))
"""


def test_a_killed_run_is_gone_on_with_and_its_report_is_whole(
    app: Flask, environ: dict[str, str]
) -> None:
    text = "每段都要写进去。" * 40
    number = upload(lines(*(line(f"n{n:04}", f"第{n}篇。{text}") for n in range(DOCUMENTS))))
    run()
    service.ask_apply(change_id=number)
    killed = spawn(
        [sys.executable, "-c", CHILD, str(number)], cwd=ROOT, env=clean_environ(**environ)
    )
    deadline = time.monotonic() + 60
    while not change(number).done:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    done = change(number).done
    assert change(number).state == "applying"
    assert 0 < done < DOCUMENTS
    assert len(external_ids()) == done
    SENT.clear()
    assert service.resume_changes(now=datetime.now(UTC)) == 0
    assert service.resume_changes(now=datetime.now(UTC) + timedelta(minutes=10)) == 1
    run()
    counts = report(number)["counts"]
    assert (counts["added"], counts["unchanged"]) == (DOCUMENTS, 0)
    assert len(external_ids()) == DOCUMENTS


def test_a_killed_removal_is_gone_on_with(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    service.ingest(collection="samples", drafts=[draft(f"n{n:04}", "一段。") for n in range(1200)])
    number = service.ask_removal(collection="samples").id

    class Killed(BaseException):
        pass

    real = changes._mark

    def mark(change_id: int, state: str, **columns: object) -> None:
        if columns["done"] == 1000:
            raise Killed
        real(change_id, state, **columns)

    monkeypatch.setattr(changes, "_mark", mark)
    with pytest.raises(Killed):
        service.run_change(change_id=number)
    db.session.remove()
    assert len(external_ids()) == 700
    monkeypatch.setattr(changes, "_mark", real)
    service.run_change(change_id=number)
    assert external_ids() == []
    assert report(number)["counts"]["removed"] == 1200


def test_a_run_that_fails_says_so_and_can_be_had_again(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = upload(lines(line("n1")))

    def broken(*_: object, **__: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(changes, "ingest", broken)
    with pytest.raises(OSError, match="no space"):
        run()
    assert change(number).state == "failed"
    assert "再试一次" in report(number)["failure"]
    monkeypatch.undo()
    monkeypatch.setattr("webapp.queue._send", lambda task, args: SENT.append((task, args)))
    service.ask_again(change_id=number)
    service.run_change(change_id=number)
    assert change(number).state == "checked"


def die_at(number: int, done: int) -> Any:
    """As a process that ends while it is at a change; what is returned must be kept."""
    killed = changes._Deaths(number, done).counted()
    killed.__enter__()
    return killed


def test_a_file_that_killed_who_read_it_is_not_sent_again(app: Flask) -> None:
    number = upload(lines(line("a")))
    killed = [die_at(number, 0) for _ in range(changes.MOST_DEATHS)]
    run()
    assert change(number).state == "failed"
    assert report(number)["failure"] == changes.KILLED
    service.ask_again(change_id=number)
    run()
    assert change(number).state == "checked"
    assert not list(uploads.folder().glob("*.tries"))
    del killed


def test_who_comes_further_each_time_is_gone_on_with(app: Flask) -> None:
    killed = [die_at(1, done) for done in range(changes.MOST_DEATHS + 2)]
    assert changes._Deaths(1, 99).before == 0
    assert changes._Deaths(1, len(killed) - 1).before == 1


def test_files_go_when_nobody_needs_them(app: Flask) -> None:
    waiting, working = upload(lines(line("n1"))), upload(lines(line("n2")))
    run()
    draft_left = uploads.folder() / "0123.part"
    draft_left.write_bytes(b"x")
    now = datetime.now(UTC)
    assert service.sweep_uploads(now=now) == 0
    assert service.sweep_uploads(now=now + timedelta(days=2)) == 1
    assert not draft_left.exists()
    assert service.sweep_uploads(now=now + timedelta(days=8)) == 1
    assert changes.upload_of(change(working)).exists()
    with pytest.raises(Conflict, match="重新上传"):
        service.ask_apply(change_id=waiting)


def test_a_file_that_is_gone_while_its_run_waits_is_a_failure_with_a_reason(
    app: Flask, tmp_path: Path
) -> None:
    number = upload(lines(line("n1")))
    changes.upload_of(change(number)).remove()
    run()
    assert change(number).state == "failed"
    assert "重新上传" in report(number)["failure"]
