"""Corrections of the shipped cars: they supersede what they name, once, and say why."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue.import_files import car, csv_text, import_rows
from webapp.catalogue.models import Batch, Parameter, Trim, Value
from webapp.catalogue.service.batches import ask_undo, undo_batch
from webapp.catalogue.service.corrections import correct
from webapp.extensions import db
from webapp.transactions import transaction

pytestmark = pytest.mark.database

REASON = "来源把座椅放倒后的容积写成了后备厢容积"
LINE = {
    "key": "A1",
    "parameter": "trunk_l",
    "was": "1320",
    "becomes": "",
    "source": "厂商官网",
    "captured": "2025-11",
    "reason": REASON,
}


def folder(path: Path, *lines: dict[str, str]) -> Path:
    (path / "corrections.csv").write_text(csv_text(*lines), encoding="utf-8")
    (path / "explained.csv").write_text("key,rule,said,reason\n", encoding="utf-8")
    return path


def run(path: Path) -> int:
    with transaction():
        return correct(path)


def boots() -> dict[str, tuple[float | None, str]]:
    """Current boot volumes with their confidence."""
    db.session.expire_all()
    rows = db.session.execute(
        select(Parameter.key, Value.number, Value.confidence)
        .join(Value, Value.parameter_id == Parameter.id)
        .where(Value.superseded_at.is_(None), Parameter.key.startswith("trunk"))
    )
    return {key: (number, confidence) for key, number, confidence in rows}


def test_a_folded_boot_moves_to_the_maximum_and_the_history_keeps_what_was_said(
    app: Flask, tmp_path: Path
) -> None:
    import_rows(tmp_path, car(trunk_l="1320"))
    moved = LINE | {"parameter": "trunk_max_l", "was": "", "becomes": "1320"}
    path = folder(tmp_path, LINE, moved)
    assert run(path) == 2
    assert boots() == {"trunk_max_l": (1320, "derived")}
    ended = db.session.scalars(select(Value).where(Value.superseded_at.is_not(None))).one()
    batch = db.session.get_one(Batch, ended.ended_by)
    assert (ended.number, batch.reason, batch.rows) == (1320, REASON, 2)
    assert run(path) == 0


@pytest.mark.parametrize(
    "other",
    [{"trunk_l": "500"}, {"source": "别处"}, {"captured": "2025-12"}, {"key": "A2"}],
    ids=lambda other: next(iter(other)),
)
def test_what_somebody_has_changed_meanwhile_is_left_alone(
    app: Flask, tmp_path: Path, other: dict[str, str]
) -> None:
    import_rows(tmp_path, car(**{"trunk_l": "1320"} | other))
    assert run(folder(tmp_path, LINE)) == 0
    assert set(boots()) == {"trunk_l"}
    assert db.session.scalars(select(Batch)).all() == []


def test_a_correction_that_was_undone_stays_undone(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webapp.queue._send", lambda task, args: None)
    import_rows(tmp_path, car(trunk_l="1320"))
    path = folder(tmp_path, LINE)
    assert run(path) == 1
    batch = db.session.scalars(select(Batch)).one()
    ask_undo(batch_id=batch.id)
    undo_batch(batch_id=batch.id)
    assert run(path) == 0
    assert set(boots()) == {"trunk_l"}


def test_columns_of_the_trim_follow_a_correction(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, car(body="跑车"))
    line = LINE | {"parameter": "body", "was": "跑车", "becomes": "两厢车"}
    assert run(folder(tmp_path, line)) == 1
    db.session.expire_all()
    trim = db.session.scalars(select(Trim)).one()
    assert (trim.body, trim.series.body) == ("两厢车", "两厢车")
