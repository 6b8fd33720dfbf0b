"""`backup` and `restore`: the same site in another place, or a sentence that says why not."""

from __future__ import annotations

import errno
import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from tests.accounts.people import account, signed_in
from tests.upkeep.sites import PICTURE, REPORT, empty_like, furnish, product, refused, run
from webapp import clock, schema
from webapp.accounts.models import Account
from webapp.backends.storage import storage
from webapp.extensions import db
from webapp.upkeep import backup, databases, manifest, queries, restore, service
from webapp.upkeep.digests import Measure
from webapp.upkeep.manifest import BackupFailed


@pytest.fixture
def site(app: Flask) -> Flask:
    furnish()
    db.session.commit()
    return app


def measured() -> dict[str, Measure]:
    with db.engine.connect() as connection:
        return databases.measures(connection)


def test_what_is_restored_is_the_same_site(site: Flask, tmp_path: Path) -> None:
    before = measured()
    assert (before["account"].rows, before["trim"].rows) == (1, 2)
    said = run(site, "backup", str(tmp_path / "saved"))
    assert "2 个文件" in said
    assert "SECRET_KEY" in said
    assert (tmp_path / "saved").stat().st_mode & 0o777 == 0o700
    with empty_like(site, tmp_path) as url, product(tmp_path / "new", url) as new:
        assert "已恢复" in run(new, "restore", str(tmp_path / "saved"))
        assert measured() == before
        with storage().open(PICTURE) as stream:
            assert stream.read() == b"RIFF-a-picture"
        assert storage().stat(REPORT).content_type == "text/plain"
        run(new, "accounts", "staff", "张测试🚗", "--role", "none")  # what is written goes on


def test_a_place_that_is_not_empty_is_left_as_it_is(site: Flask, tmp_path: Path) -> None:
    backup.make(tmp_path / "saved")
    before = measured()
    assert "已经有表" in refused(site, "restore", str(tmp_path / "saved"))
    assert measured() == before
    with empty_like(site, tmp_path) as url, product(tmp_path / "new", url) as new:
        (tmp_path / "new/media/cars").mkdir(parents=True)
        (tmp_path / "new/media/cars/other.webp").write_bytes(b"RIFF")
        said = refused(new, "restore", str(tmp_path / "saved"))
        assert "cars/other.webp" in said
        assert databases.is_empty(db.engine)


def test_a_restoring_that_was_cut_goes_on_when_told_again(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup.make(tmp_path / "saved")
    before = measured()
    with empty_like(site, tmp_path) as url, product(tmp_path / "new", url) as new:
        with monkeypatch.context() as patch:
            patch.setattr(databases, "put_back", _full)
            said = refused(new, "restore", str(tmp_path / "saved"))
        assert "磁盘满了" in said
        assert databases.is_empty(db.engine)
        run(new, "restore", str(tmp_path / "saved"))
        assert measured() == before


def _full(*_: Any, **__: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["manifest.copy", "databases.dump"])
def test_a_full_disk_leaves_no_backup_behind(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    target = {"manifest.copy": (backup, "copy"), "databases.dump": (databases, "dump")}[where]
    monkeypatch.setattr(*target, _full)
    said = refused(site, "backup", str(tmp_path / "out" / "saved"))
    assert "磁盘满了" in said
    assert list((tmp_path / "out").iterdir()) == []


def test_half_a_backup_is_never_taken_for_a_whole_one(site: Flask, tmp_path: Path) -> None:
    backup.make(tmp_path / "saved")
    for spoil in ("manifest.json", f"media/{PICTURE}", "media.jsonl", "database"):
        half = tmp_path / f"half-{Path(spoil).name}"
        shutil.copytree(tmp_path / "saved", half)
        if spoil == "database":
            file = half / databases.FILES[db.engine.dialect.name]
            content = bytearray(file.read_bytes())
            content[len(content) // 2] ^= 1
            file.write_bytes(content)
        else:
            (half / spoil).unlink()
        with product(tmp_path / "new") as new:
            said = refused(new, "restore", "--check", str(half))
        assert "备份" in said
    assert not (tmp_path / "new/media").exists()


def test_a_backup_that_was_killed_is_made_anew(site: Flask, tmp_path: Path) -> None:
    left = tmp_path / ".saved.unfinished"
    left.mkdir()
    (left / "database.sqlite3").write_bytes(b"half")
    run(site, "backup", str(tmp_path / "saved"))
    assert not left.exists()
    assert "已经有内容" in refused(site, "backup", str(tmp_path / "saved"))


def test_keys_are_named_and_copied_only_when_asked(site: Flask, tmp_path: Path) -> None:
    made = backup.make(tmp_path / "plain")
    key = site.config["SECRET_KEY"]
    assert list(made.keys) == ["SECRET_KEY"]
    everything = b"".join(file.read_bytes() for file in (tmp_path / "plain").glob("*.*"))
    assert key.encode() not in everything
    backup.make(tmp_path / "keys", with_keys=True)
    kept = tmp_path / "keys" / "keys.json"
    assert json.loads(kept.read_text())["SECRET_KEY"] == key
    assert kept.stat().st_mode & 0o777 == 0o600
    assert restore.changed_keys(made) == []
    site.config["SECRET_KEY"] = key[::-1]
    assert restore.changed_keys(made) == ["SECRET_KEY"]


def test_files_can_be_left_to_the_bucket(site: Flask, tmp_path: Path) -> None:
    assert "没有包括文件" in run(site, "backup", "--no-media", str(tmp_path / "saved"))
    assert not (tmp_path / "saved/media").exists()
    assert restore.drill(tmp_path / "saved", tmp_path) == "proven"


def _rewritten(folder: Path, **changes: Any) -> None:
    file = folder / manifest.NAME
    file.write_text(json.dumps(json.loads(file.read_text()) | changes))


def test_a_backup_of_a_newer_version_is_refused_before_anything_is_written(
    site: Flask, tmp_path: Path
) -> None:
    backup.make(tmp_path / "saved")
    with product(tmp_path / "new") as new:
        for change in ({"revision": "9999"}, {"format": 2}):
            _rewritten(tmp_path / "saved", **change)
            assert "先升级程序" in refused(new, "restore", str(tmp_path / "saved"))
    assert not (tmp_path / "new/media").exists()


def test_an_old_backup_is_brought_up_to_date(site: Flask, tmp_path: Path) -> None:
    """One made before the newest revision, as `db downgrade` leaves it."""
    if db.engine.dialect.name != "sqlite":
        pytest.skip("the revisions are the same")
    made = backup.make(tmp_path / "saved")
    older = _down_by_one(tmp_path / "saved" / made.database)
    tables = {name: one for name, one in made.tables.items() if name not in older.gone}
    _rewritten(
        tmp_path / "saved",
        revision=older.revision,
        database_sha256=manifest.sha256_of(tmp_path / "saved" / made.database),
        tables=tables,
    )
    with product(tmp_path / "new") as new:
        run(new, "restore", str(tmp_path / "saved"))
        with db.engine.connect() as connection:
            assert schema.standing(connection).state == "current"
        assert db.session.query(Account).one().nickname == "张测试🚗"


class _Older:
    def __init__(self, revision: str, gone: set[str]) -> None:
        self.revision, self.gone = revision, gone


def _down_by_one(file: Path) -> _Older:
    import flask_migrate

    with product(file.parent, f"sqlite:///{file}"):
        before = set(_tables())
        flask_migrate.downgrade(revision="-1")
        with db.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return _Older(str(revision), before - set(_tables()))


def _tables() -> list[str]:
    from sqlalchemy import inspect

    return inspect(db.engine).get_table_names()


@pytest.fixture
def nightly(site: Flask, tmp_path: Path) -> Path:
    site.config |= {"BACKUP_DIR": tmp_path / "nightly", "BACKUP_KEEP": 2}
    return tmp_path / "nightly"


def test_every_night_a_backup_is_made_and_tried_out_and_the_oldest_go(nightly: Path) -> None:
    now = clock.now()
    for night in range(3):
        run_ = service.back_up_nightly(now=now + timedelta(days=night))
        assert run_ is not None
        assert (run_.outcome, run_.media_files) == ("proven", 2)
    kept = sorted(one.name for one in nightly.iterdir())
    assert kept == sorted(run_.place for run_ in queries.newest_backups()[:2])


def test_the_console_tells_of_every_night_and_of_none(site: Flask, tmp_path: Path) -> None:
    own = account("o-2")
    own.role = "operator"
    db.session.commit()
    client = signed_in(site, own)
    assert "没有每晚的备份" in client.get("/console/backups").text
    site.config["BACKUP_DIR"] = tmp_path / "nightly"
    done = service.back_up_nightly(now=clock.now())
    assert done is not None
    page = client.get("/console/backups").text
    assert "已试恢复，完好" in page
    assert done.place in page


def test_a_night_leaves_a_bucket_to_itself(nightly: Path, site: Flask) -> None:
    site.config["STORAGE_URL"] = "minio://KEY:SECRET@127.0.0.1:1/bucket"
    done = service.back_up_nightly(now=clock.now())
    assert done is not None
    assert (done.outcome, done.media_files) == ("proven", 0)


def test_a_night_that_fails_is_noted_and_costs_no_older_backup(
    nightly: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    service.back_up_nightly(now=now)
    monkeypatch.setattr(databases, "compare", _damaged)
    for night in (1, 2):
        with pytest.raises(BackupFailed):
            service.back_up_nightly(now=now + timedelta(days=night))
    newest = queries.newest_backups()[0]
    assert (newest.outcome, newest.reason) == ("failed", "表 account 恢复后不一样")
    assert f"chezhi-{manifest.stamp(now)}" in [one.name for one in nightly.iterdir()]


def _damaged(*_: Any) -> None:
    raise BackupFailed("表 account 恢复后不一样")


def test_without_a_folder_no_night_makes_a_backup(site: Flask) -> None:
    assert service.back_up_nightly(now=clock.now()) is None
    assert queries.newest_backups() == []


def test_a_changed_row_is_found_by_the_drill(site: Flask, tmp_path: Path) -> None:
    made = backup.make(tmp_path / "saved")
    rows, digest = made.tables["account"]
    other = f"{int(digest, 16) - 1:064x}"
    _rewritten(tmp_path / "saved", tables={"account": [rows, other]})
    with pytest.raises(BackupFailed, match="表 account"):
        restore.drill(tmp_path / "saved", tmp_path)
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith("drill-")] == []


def test_where_no_scratch_database_may_be_made_the_archive_is_read(
    site: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if db.engine.dialect.name == "sqlite":
        pytest.skip("a file needs nobody's leave")
    backup.make(tmp_path / "saved")

    def refuse(*_: Any) -> Any:
        raise ProgrammingError("", None, InsufficientPrivilege("permission denied"))

    monkeypatch.setattr(databases, "scratch_postgres", refuse)
    assert restore.drill(tmp_path / "saved", tmp_path) == "unproven"
