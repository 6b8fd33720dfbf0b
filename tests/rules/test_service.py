"""Rules that the staff enter lie over the shipped ones; what was in force before is kept."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from tests.clocks import StoppedClock
from tests.rules.written import rules as rules_file
from tests.rules.written import scope, table, term
from webapp import rules
from webapp.audit import Actor, AuditEntry
from webapp.catalogue.queries import catalogue_version
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.rules import service
from webapp.rules.models import RuleRow, ScopeRow, TermRow
from webapp.rules.reading import RuleFileError, shipped

pytestmark = pytest.mark.database

EDITOR = Actor(7, "editor")
RELIEF = "purchase-tax-relief-nev"
TERM = f"{RELIEF}/2026"
DAY = date(2026, 11, 30)
BEV = rules.Vehicle("BEV")
NEW = {
    "document": "公告2026年第99号",
    "address": "https://www.gov.cn/99.htm",
    "verified_on": "2026-11-30",
}


def cap(day: date = DAY, code: str = RELIEF) -> int | None:
    found = rules.at(code, day, "invoice", BEV)
    assert isinstance(found, rules.Term), found
    return found.cap_fen


def test_a_corrected_term_holds_at_once_with_its_document(app: Flask) -> None:
    before = catalogue_version()
    service.save_term(term_id=TERM, cells=NEW | {"cap_fen": "1200000"}, actor=EDITOR)
    assert cap() == 1_200_000
    found = rules.at(RELIEF, DAY, "invoice", BEV)
    assert isinstance(found, rules.Term)
    assert (found.rule.document, found.rule.address) == (NEW["document"], NEW["address"])
    assert [scope.value for scope in found.scopes] == ["BEV|FCEV"]
    assert catalogue_version() > before  # so that cached pages and compiled words follow


def test_what_was_in_force_is_kept_and_what_is_not_touched_stays_shipped(
    app: Flask, clock: StoppedClock
) -> None:
    service.save_term(term_id=TERM, cells=NEW | {"cap_fen": "1200000"}, actor=EDITOR)
    clock.forward(minutes=1)
    service.save_term(term_id=TERM, cells={"cap_fen": "1300000"}, actor=EDITOR)
    rows = db.session.scalars(select(TermRow).order_by(TermRow.id)).all()
    assert [(row.cap_fen, row.superseded_at is None) for row in rows] == [
        (1_500_000, False),
        (1_200_000, False),
        (1_300_000, True),
    ]
    assert rows[0].superseded_at == rows[1].entered_at
    assert cap(date(2025, 6, 1)) == 3_000_000
    documents = db.session.scalars(select(RuleRow.document).order_by(RuleRow.id)).all()
    assert documents[1:] == [NEW["document"]]
    assert len(db.session.scalars(select(ScopeRow)).all()) == 3


def test_each_change_has_its_line_with_what_was_before(app: Flask) -> None:
    service.save_term(term_id=TERM, cells=NEW | {"cap_fen": "1200000"}, actor=EDITOR)
    lines = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(line.action, line.subject, line.actor_id) for line in lines] == [
        ("save rule", f"rule {RELIEF}", 7),
        ("save rule", f"term {TERM}", 7),
    ]
    before, after = json.loads(lines[1].before or ""), json.loads(lines[1].after or "")
    assert (before["cap_fen"], after["cap_fen"]) == ("1500000", "1200000")


def test_the_same_again_changes_nothing(app: Flask) -> None:
    service.save_term(term_id=TERM, cells=NEW, actor=EDITOR)
    again = service.save_term(term_id=TERM, cells=NEW, actor=EDITOR)
    assert (again.added, again.changed, again.unchanged) == (0, 0, 2)
    assert len(db.session.scalars(select(TermRow)).all()) == 0
    assert len(db.session.scalars(select(AuditEntry)).all()) == 1


def test_a_correction_taken_back_brings_the_shipped_row_again(app: Flask) -> None:
    service.save_term(term_id=TERM, cells=NEW | {"cap_fen": "1200000"}, actor=EDITOR)
    service.withdraw_term(term_id=TERM, actor=EDITOR)
    assert cap() == 1_500_000
    found = rules.at(RELIEF, DAY, "invoice", BEV)
    assert isinstance(found, rules.Term)
    assert found.rule == shipped().rules[RELIEF]
    with pytest.raises(NotFound):
        service.withdraw_term(term_id=TERM, actor=EDITOR)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"cap_fen": "一万"}, "“cap_fen”：金额要写成整数的分"),
        ({"valid_to": "2025-01-01"}, "“valid_to”：早于 valid_from"),
        ({"valid_from": "2025-12-31"}, "有效期重叠"),
        ({"address": "http://x.cn"}, "“address”：网址要以 https:// 开头"),
        ({"document": ""}, "“document”：不能空着"),
    ],
)
def test_a_correction_that_is_wrong_is_refused_whole(
    app: Flask, cells: dict[str, str], said: str
) -> None:
    with pytest.raises(RuleFileError) as raised:
        service.save_term(term_id=TERM, cells=NEW | cells, actor=EDITOR)
    assert said in str(raised.value)
    assert cap() == 1_500_000
    assert db.session.scalars(select(AuditEntry)).all() == []


def test_what_comes_after_a_term_by_another_document_leaves_the_old_one_its_own(
    app: Flask,
) -> None:
    cells = NEW | {"valid_from": "2028-01-01", "valid_to": "2029-12-31", "cap_fen": "1000000"}
    made = service.follow_term(term_id=TERM, cells=cells, actor=EDITOR)
    assert made == f"{RELIEF}-2028/2028-01-01"
    assert cap(date(2028, 6, 1)) == 1_000_000
    assert cap() == 1_500_000
    for day, document in ((date(2028, 6, 1), NEW["document"]), (DAY, "2023年第10号")):
        found = rules.at(RELIEF, day, "invoice", BEV)
        assert isinstance(found, rules.Term)
        assert found.rule.document.endswith(document)
    petrol = rules.at(RELIEF, date(2028, 6, 1), "invoice", rules.Vehicle("ICE"))
    assert isinstance(petrol, rules.Unknown)
    assert petrol.why == "out of scope"


def test_what_comes_after_a_term_by_the_same_document_is_one_more_term(app: Flask) -> None:
    cells = {"valid_from": "2028-01-01", "valid_to": "2028-12-31", "cap_fen": "900000"}
    assert service.follow_term(term_id=TERM, cells=cells, actor=EDITOR) == f"{RELIEF}/2028-01-01"
    assert cap(date(2028, 6, 1)) == 900_000
    with pytest.raises(RuleFileError):
        service.follow_term(term_id=TERM, cells=cells, actor=EDITOR)  # the same time again


def test_two_who_change_one_term_at_once_are_told_so(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = rules.book()
    service.save_term(term_id=TERM, cells={"cap_fen": "1200000"}, actor=EDITOR)
    monkeypatch.setattr(service, "book", lambda: seen)
    monkeypatch.setattr(service, "_end", lambda kind, key: False)  # both looked before
    with pytest.raises(Conflict):
        service.save_term(term_id=TERM, cells={"cap_fen": "1100000"}, actor=EDITOR)
    monkeypatch.undo()
    assert cap() == 1_200_000


# --- commands -------------------------------------------------------------------------------


def run(app: Flask, *arguments: str | Path) -> Result:
    return app.test_cli_runner().invoke(args=["rules", *map(str, arguments)])


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    texts = {
        "a": rules_file("fee tariff"),
        "b": table("terms", term("fee/five", "2026-01-01"), term("fee/seven", "2026-01-01")),
        "c": table(
            "scopes", scope("fee/five", "seats", "<", "6"), scope("fee/seven", "seats", ">=", "6")
        ),
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text("\ufeff" + text, "utf-8")
    return [tmp_path / f"{name}.csv" for name in texts]


def test_files_are_imported_together_and_safe_to_repeat(app: Flask, files: list[Path]) -> None:
    tried = run(app, "import", "--dry-run", *files)
    assert json.loads(tried.stdout)["added"] == 3
    assert rules.book().rule("fee") is None
    assert run(app, "import", *files).exit_code == 0
    found = rules.at("fee", DAY, None, rules.Vehicle("ICE", seats=5))
    assert isinstance(found, rules.Term)
    assert json.loads(run(app, "import", *files).stdout)["unchanged"] == 3


def test_files_with_a_fault_are_refused_whole(app: Flask, files: list[Path]) -> None:
    files[2].write_text(table("scopes", scope("fee/nine", "seats", "<", "6")), "utf-8")
    done = run(app, "import", *files)
    assert done.exit_code == 1
    assert json.loads(done.stdout.splitlines()[0]) == {
        "file": "scopes.csv",
        "line": 2,
        "column": "term",
        "said": "没有编号是 fee/nine 的条款",
    }
    assert rules.book().rule("fee") is None


def test_a_file_that_is_none_of_these_is_named(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes("价格".encode("gbk"))
    assert "不是 UTF-8" in run(app, "import", tmp_path / "x.csv").stderr


def test_the_list_shows_every_term_and_what_ends_soon(app: Flask, clock: StoppedClock) -> None:
    lines = [json.loads(line) for line in run(app, "list").stdout.splitlines()]
    assert len(lines) == len(shipped().terms)
    clock.set("2026-11-30 12:00")
    ending = {json.loads(line)["id"] for line in run(app, "list", "--ending").stdout.splitlines()}
    assert "trade-in-scrap-nev/2026" in ending
    assert TERM not in ending
