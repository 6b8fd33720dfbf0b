"""Bring the database up to date before the product starts: `python -m scripts.prepare`.

Looks at the schema's version without importing the application, which most starts then save.
Ends with one line on stderr and code 1 where the database cannot be used.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from scripts.settings import ConfigError, by_file, config

if TYPE_CHECKING:
    from webapp import schema
else:
    schema = by_file("chezhi_schema", "webapp/schema.py")

ROOT: Final[Path] = config.ROOT
ALIASES: Final = ROOT / "webapp" / "search" / "words" / "aliases.csv"


def prepare(settings: dict[str, Any]) -> None:
    """Migrate, fill an empty database where SEED says so, and build missing indexes.

    A command that is given at the same time waits. Raises SystemExit with a line, and ConfigError
    for keys that cannot be read.
    """
    _check_keys(settings)
    for line in config.cautions(settings):
        print(line, file=sys.stderr, flush=True)
    try:
        engine = create_engine(settings["DATABASE_URL"], **config.engine_options(settings))
        if engine.dialect.name == "sqlite":
            # Nobody else has the file open yet: the time to change its journal, where it has to be.
            event.listen(engine, "connect", config.prepare_sqlite)
        with schema.lock(engine, "contents"):
            _prepare(settings, engine)
        engine.dispose()
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).strip().splitlines()[0]
        sys.exit(f"DATABASE_URL: the database cannot be used: {reason}")
    except OSError as error:
        sys.exit(f"VAR_DIR: {error.filename} cannot be written: {error.strerror}")


def refuse_others_tables(settings: dict[str, Any], *, without: bool = False) -> None:
    """Raise SystemExit with a line where a newer version has changed the database's tables;
    `without` them too, or with older ones. A database that cannot be asked refuses nobody."""
    engine = create_engine(settings["DATABASE_URL"], **config.engine_options(settings))
    try:
        with engine.connect() as connection:
            if _outdated(connection) and without:
                sys.exit(
                    "DATABASE_URL: the tables of this version are not there yet: "
                    "run python -m scripts.prepare first"
                )
    except SQLAlchemyError:
        return
    finally:
        engine.dispose()


def _prepare(settings: dict[str, Any], engine: Engine) -> None:
    logs = settings["VAR_DIR"] / "log"
    with engine.connect() as connection:
        migrated = _outdated(connection)
        if migrated:
            print("Migrating the database", flush=True)
            _manage("db", "upgrade", log=logs / "migrate.log")
        empty = _empty(connection)
        if migrated and not empty:
            # New columns of trims are derived from values that are there already.
            _manage("cars", "refresh", "--all", log=logs / "refresh.log")
        seed = settings["SEED"] == "1" and empty
        nicknames = seed or _lacks_aliases(connection)
    if seed:
        print("Filling the database with the shipped cars", flush=True)
        _manage("cars", "seed", log=logs / "seed.log")
    if nicknames:
        _manage("search", "aliases", log=logs / "aliases.log")
    if seed or not (empty or _has_index(settings)):
        print("Building the search index", flush=True)
        _try("search", "reindex", log=logs / "reindex.log")
    if seed:
        print("Publishing the rankings", flush=True)
        _try("rankings", "publish", log=logs / "rankings.log")
        _try("offers", "examples", log=logs / "offers.log")
        print("Building the knowledge base", flush=True)
        _try("knowledge", "refresh", "--words", log=logs / "knowledge.log")


def _check_keys(settings: dict[str, Any]) -> None:
    """Read the keys of the payment channels; those of the stand-ins can be read."""
    bases = {"WXPAY_MCHID": "WXPAY_BASE", "ALIPAY_APP_ID": "ALIPAY_GATEWAY"}
    own = [name for name in bases if settings[name]]
    if all(config.standin_page(bases[name], settings) for name in own):
        return
    # Late: it takes a second that other starts save.
    from webapp.backends.payments import UnusableKeys, channels

    try:
        channels(settings)
    except UnusableKeys as error:
        raise ConfigError(error.problems) from error


def _try(*command: str, log: Path) -> None:
    """Pages work without an index or rankings, and the worker makes them as soon as it can."""
    try:
        _manage(*command, log=log)
    except SystemExit as error:
        print(error, file=sys.stderr, flush=True)


def _has_index(settings: dict[str, Any]) -> bool:
    """Whether there is an index, as far as a look at the disk can tell; one that is out of date
    is the worker's business."""
    if settings["SEARCH_URL"] != "whoosh:":
        return True
    file: Path = settings["VAR_DIR"] / "index" / "CURRENT"
    return file.exists()


def _outdated(connection: Connection) -> bool:
    """Whether migrations are missing. A schema newer than this version ends the start."""
    found = schema.standing(connection)
    if found.state == "newer":
        sys.exit(
            f"DATABASE_URL: the database has revision {found.revision}, which this version of the "
            "product does not know: start the newer version, or restore a backup"
        )
    return found.state != "current"


def _empty(connection: Connection) -> bool:
    return connection.execute(text("SELECT 1 FROM trim LIMIT 1")).first() is None


def _lacks_aliases(connection: Connection) -> bool:
    """Whether the shipped table has more aliases than the database, as after an update."""
    with ALIASES.open(encoding="utf-8") as file:
        shipped = sum(1 for _ in file) - 1
    return int(connection.execute(text("SELECT count(*) FROM alias")).scalar_one()) < shipped


def _manage(*command: str, log: Path) -> None:
    """Run one command of the product's command line with its output in `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi.py", *command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if done.returncode:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]:
            print(line, file=sys.stderr)
        sys.exit(f"{' '.join(command)} failed; its output is in {log}")


if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="python -m scripts.prepare",
        description="Bring the database up to date; scripts/run does it at every start.",
    ).parse_args()
    try:
        prepare(config.load())
    except ConfigError as error:
        sys.exit(str(error))
