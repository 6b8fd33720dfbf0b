"""Groups of commands that find a database they can use, or say in one line what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import update_wrapper
from typing import Any

import click
import flask_migrate
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.exc import OperationalError, ProgrammingError
from structlog import get_logger

from webapp import schema
from webapp.extensions import db
from webapp.registry import registry

log = get_logger(__name__)


class Commands(AppGroup):
    """A group whose commands run on a database with the tables of this version only.

    An empty one is given them first. One of another version, or one that does not answer, ends
    the command with one line.
    """

    def add_command(self, cmd: click.Command, name: str | None = None) -> None:
        if cmd.callback is not None:
            cmd.callback = on_a_usable_database(cmd.callback)
        super().add_command(cmd, name)

    def group(self, *args: Any, **kwargs: Any) -> Any:
        return super().group(*args, **{"cls": Commands, **kwargs})


def on_a_usable_database(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command, which runs as those of a group of ours do."""

    def run(*args: Any, **kwargs: Any) -> Any:
        with _database_errors_in_one_line():
            _set_up()
            return command(*args, **kwargs)

    return with_appcontext(update_wrapper(run, command))


@contextmanager
def _database_errors_in_one_line() -> Iterator[None]:
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        log.debug("command ended by the database", exc_info=True)
        reason = str(error.orig or error).strip().splitlines()[0]
        raise click.ClickException(f"数据库用不了，命令已中断：{reason}") from error


def _set_up() -> None:
    """Make the tables of an empty database. Raises ClickException for one of another version."""
    if _standing().state == "current":
        return
    with schema.lock(db.engine, "contents"):
        with schema.lock(db.engine, "tables"):
            found = _standing()  # once whoever is migrating has ended
        match found.state:
            case "empty":
                flask_migrate.upgrade()
                for fill in registry().fill:
                    fill()
                click.echo(
                    "数据库是空的，已建好表，还没有车型"
                    "（cars seed 填入附带的，cars import 导入自己的）",
                    err=True,
                )
            case "older":
                raise click.ClickException(
                    f"数据库的结构（{found.revision}）比程序旧："
                    "先备份，再运行 scripts/manage db upgrade"
                )
            case "newer":
                raise click.ClickException(
                    f"数据库的结构（{found.revision}）比程序新：请用新版程序，或恢复升级前的备份"
                )


def _standing() -> schema.Standing:
    with db.engine.connect() as connection:
        return schema.standing(connection)
