"""The command line on a database that is empty, of another version, broken or away."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import flask_migrate
import pytest
from click.testing import Result
from flask import Flask
from flask.cli import FlaskGroup, ScriptInfo
from sqlalchemy import text

from tests.conftest import SECRET_KEY
from webapp import commands, create_app, schema
from webapp.catalogue import service as cars_service
from webapp.extensions import db
from webapp.knowledge import service as knowledge_service

LEFT_OUT = {
    "run": "serves until it is ended",
    "db init": "writes into the source tree",
    "db edit": "opens an editor",
    "db merge": "writes into the source tree",
    "db migrate": "writes into the source tree",
    "db revision": "writes into the source tree",
}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Callable[[], Flask]]:
    """Makes applications, each on an empty VAR_DIR and without Redis."""
    made: list[Flask] = []

    def make() -> Flask:
        folder = tmp_path / str(len(made))
        made.append(
            create_app(
                {
                    "APP_ENV": "testing",
                    "VAR_DIR": str(folder),
                    "SECRET_KEY": SECRET_KEY,
                    "REDIS_URL": f"unix://{folder}/no-redis.sock?db=0",
                }
            )
        )
        return made[-1]

    yield make
    for app in made:
        close(app)


@pytest.fixture
def template(migrated: str | Path) -> Path:
    """What the migrations make, which takes them a second."""
    if not isinstance(migrated, Path):
        pytest.skip("an empty folder has an SQLite database")
    return migrated


def copy_tables(template: Path) -> None:
    db.engine.dispose()  # the file is changed under whoever has it open
    shutil.copy(template, str(db.engine.url.database))


def close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def leaves(group: click.Group, context: click.Context, *path: str) -> Iterator[tuple[str, Any]]:
    """Every command that does something, by what is typed for it."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from leaves(command, context, *path, name)
        else:
            yield " ".join((*path, name)), command


def sample(parameter: click.Parameter, file: Path) -> str:
    if parameter.name == "period":
        return "2026-06"
    match parameter.type:
        case click.Path(file_okay=False):
            return str(file.parent)
        case click.Path() | click.File():
            return str(file)
        case click.Choice(choices=choices):
            return str(choices[0])
        case _:
            return "1"


def given(command: click.Command, file: Path) -> list[str]:
    """What the command needs to be given, and no more."""
    words = []
    for parameter in command.params:
        if parameter.required:
            option = parameter.opts[:1] if isinstance(parameter, click.Option) else []
            words += [*option, sample(parameter, file)]
    return words


def run(app: Flask, *words: str, line: FlaskGroup | None = None) -> Result:
    line = line or FlaskGroup(load_dotenv=False, set_debug_flag=False)
    done: Result = app.test_cli_runner().invoke(
        line, words, obj=ScriptInfo(create_app=lambda: app), input=""
    )
    return done


def standing(app: Flask) -> str:
    with app.app_context(), db.engine.connect() as connection:
        return schema.standing(connection).state


def test_every_command_works_on_an_empty_folder(
    fresh: Callable[[], Flask], template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def upgrade() -> None:
        copy_tables(template)

    monkeypatch.setattr("webapp.commands.flask_migrate.upgrade", upgrade)
    # They take minutes, and what they write is tested elsewhere.
    monkeypatch.setattr(cars_service, "seed_catalogue", lambda **_: None)
    monkeypatch.setattr(knowledge_service, "refresh_shipped", lambda **_: {})
    file = tmp_path / "given.csv"
    file.write_text("", encoding="utf-8")
    line = FlaskGroup(load_dotenv=False, set_debug_flag=False)
    app = fresh()
    with click.Context(line, obj=ScriptInfo(create_app=lambda: app)) as context:
        known = dict(leaves(line, context))
    own = {name for name, group in app.cli.commands.items() if isinstance(group, commands.Commands)}
    assert own >= {"accounts", "assistant", "cars", "knowledge", "search"}
    assert {name.partition(" ")[0] for name in known} >= own | {"db", "routes", "shell"}
    assert set(LEFT_OUT) <= set(known)
    wrong = {}
    for name in sorted(set(known) - set(LEFT_OUT)):
        app = fresh()
        done = run(app, *name.split(), *given(known[name], file), line=line)
        ended = done.exception is None or isinstance(done.exception, SystemExit)
        traced = "Traceback" in done.output or "no such table" in done.output
        unready = name.partition(" ")[0] in own and standing(app) != "current"
        if not ended or traced or unready or done.exit_code not in (0, 1):
            wrong[name] = done.exception or done.output
        close(app)
    assert wrong == {}


def test_two_commands_at_once_make_the_tables_once(
    fresh: Callable[[], Flask], template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = fresh()
    both = threading.Barrier(2)
    made: list[bool] = []

    def upgrade() -> None:
        with suppress(threading.BrokenBarrierError):
            made.append(both.wait(0.3) >= 0)  # reached by two only where nothing keeps them apart
        copy_tables(template)

    def give_command() -> None:
        with app.app_context():
            commands._set_up()

    monkeypatch.setattr("webapp.commands.flask_migrate.upgrade", upgrade)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(give_command) for _ in range(2)]:
            done.result()
    assert made == []
    assert standing(app) == "current"


def test_a_migration_waits_for_the_one_that_runs(app: Flask) -> None:
    def migrate() -> None:
        with app.app_context():
            flask_migrate.upgrade()

    with ThreadPoolExecutor(1) as pool:
        with schema.lock(db.engine, "tables"):
            second = pool.submit(migrate)
            with pytest.raises(TimeoutError):
                second.result(0.3)
        second.result(30)


def stamped(app: Flask, revision: str) -> None:
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        connection.execute(text("INSERT INTO alembic_version VALUES (:r)"), {"r": revision})


@pytest.mark.parametrize(
    ("revision", "told"),
    [
        ("0001", "数据库的结构（0001）比程序旧：先备份，再运行 scripts/manage db upgrade"),
        ("9999", "数据库的结构（9999）比程序新：请用新版程序，或恢复升级前的备份"),
    ],
)
def test_a_database_of_another_version_is_named_with_what_to_do(
    fresh: Callable[[], Flask], revision: str, told: str
) -> None:
    app = fresh()
    stamped(app, revision)
    done = run(app, "search", "aliases")
    assert (done.exit_code, done.stderr, done.stdout) == (1, f"Error: {told}\n", "")
    assert isinstance(done.exception, SystemExit)


def test_a_newer_database_is_not_migrated(
    fresh: Callable[[], Flask], caplog: pytest.LogCaptureFixture
) -> None:
    app = fresh()
    stamped(app, "9999")
    done = run(app, "db", "upgrade")
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    assert "比程序新" in caplog.text


def test_a_table_that_is_missing_all_the_same_is_one_line(app: Flask) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("ALTER TABLE alias RENAME TO gone"))
    try:
        done = run(app, "search", "aliases")
    finally:  # other tests may share the database
        with db.engine.begin() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO alias"))
    assert done.exit_code == 1
    assert done.stderr.startswith("Error: 数据库用不了，命令已中断：")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", ["search aliases", "db upgrade"])
def test_a_database_that_is_away_is_one_line_without_its_password(
    environ: dict[str, str], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    nowhere = "postgresql+psycopg://user:s3cret@127.0.0.1:1/cars"
    done = run(create_app(environ | {"DATABASE_URL": nowhere}), *words.split())
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    told = done.output + caplog.text
    assert "数据库用不了" in told
    assert "s3cret" not in told
