"""Files of VAR_DIR that were cut: each heals by itself, or the start says one clear line."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url

from tests.accounts.people import account
from webapp import clock, config, uploads
from webapp.backends.storage.port import NotStored
from webapp.catalogue import service as cars
from webapp.catalogue.models import Batch
from webapp.extensions import db
from webapp.knowledge import service as knowledge

PARTS = [0.0, 0.5, 0.95]
"""What is left of a file."""


def cut(file: Path, part: float) -> None:
    os.truncate(file, int(file.stat().st_size * part))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_cut_journal_of_sqlite_loses_at_most_what_was_written_last(
    app: Flask, tmp_path: Path, part: float, suffix: str
) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL looks after its own journal")
    for number in range(30):
        account(f"o-{number}")
    file = Path(make_url(app.config["DATABASE_URL"]).database or "")
    copy = tmp_path / "after-a-crash.sqlite3"
    for end in ("", "-wal", "-shm"):  # while it is open: nothing was written back
        shutil.copyfile(f"{file}{end}", f"{copy}{end}")
    cut(Path(f"{copy}{suffix}"), part)
    engine = create_engine(f"sqlite:///{copy}")
    with engine.connect() as connection:
        (whole,) = connection.exec_driver_sql("PRAGMA integrity_check").one()
        (people,) = connection.exec_driver_sql("SELECT count(*) FROM account").one()
        connection.exec_driver_sql("DELETE FROM account")
        connection.commit()
    engine.dispose()
    assert whole == "ok"
    assert people == 30 if suffix == "-shm" else people <= 30


@pytest.mark.parametrize("part", [0.5, 0.95])
@pytest.mark.parametrize("name", ["secret_key", "identity_key"])
def test_a_cut_key_is_refused_by_name_or_still_long_enough(
    tmp_path: Path, part: float, name: str
) -> None:
    settings = {"APP_ENV": "development", "VAR_DIR": str(tmp_path)}
    config.load(settings)
    cut(tmp_path / name, part)
    kept = (tmp_path / name).read_text().strip()
    if len(kept) < config.SECRET_LENGTH:
        with pytest.raises(config.ConfigError, match=name.upper()):
            config.load(settings)
    else:
        assert config.load(settings)[name.upper()] == kept


CAR = "key,brand,series,name,source,captured\n" + "".join(
    f"K{number},星河,北斗,第 {number} 款,官网,2026-01\n" for number in range(20)
)


@pytest.mark.parametrize("part", [*PARTS, None])
def test_a_cut_upload_of_cars_ends_with_a_report_and_the_next_one_goes(
    app: Flask, part: float | None
) -> None:
    with uploads.arriving() as draft:
        draft.write_text(CAR, encoding="utf-8")
        batch = cars.keep_upload(title="车.csv", draft=draft)
    db.session.commit()
    number = batch.id
    (file,) = (app.config["VAR_DIR"] / "media").glob("uploads/cars-*")
    if part is None:
        file.unlink()
    else:
        cut(file, part)
    try:
        cars.run_upload(batch_id=number, dry_run=True)
    except NotStored:
        db.session.rollback()
    row = db.session.get_one(Batch, number, populate_existing=True)
    assert row.state == ("checked" if part else "failed")
    assert cars.resume_batches(now=clock.now() + timedelta(days=1)) == 0


@pytest.mark.parametrize("part", [*PARTS, None])
def test_a_cut_upload_of_documents_ends_with_a_report(app: Flask, part: float | None) -> None:
    with uploads.arriving() as draft:
        draft.write_text('{"id": "a", "title": "题", "text": "正文。", "source": "示例"}\n' * 9)
        change = knowledge.accept_upload(
            name="文.jsonl", draft=draft, collection="samples", given={}, document=None
        )
    (file,) = (app.config["VAR_DIR"] / "media").glob("uploads/knowledge-*")
    if part is None:
        file.unlink()
    else:
        cut(file, part)
    knowledge.run_change(change_id=change.id)
    db.session.expire_all()
    assert change.state == ("failed" if part is None else "checked")
    assert knowledge.resume_changes(now=clock.now() + timedelta(days=1)) == 0


def test_an_upload_that_never_wholly_arrived_is_gone_in_the_end(app: Flask) -> None:
    left = uploads.folder() / "0123456789abcdef.part"
    left.write_bytes(b"half")
    assert cars.sweep_uploads(now=clock.now() + timedelta(hours=1)) == 0
    assert cars.sweep_uploads(now=clock.now() + timedelta(days=2)) == 1
    assert not left.exists()
