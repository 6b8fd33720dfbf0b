"""Finds migrations that would stop a serving product: `python -m scripts.check_migrations`.

While a new version migrates, servers of the old one go on. Each migration after BASELINE is
written as PostgreSQL's SQL and read by squawk: what drops or renames what the old version uses,
what holds a lock while it reads a whole table, what an old server's INSERT would be refused by. One
that is fine in spite of it says why in a variable `reviewed`. Names of migrations are
`webapp.schema.REVISION`, each at least as demanding as the one before.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Final

from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory

from webapp.schema import MIGRATIONS, REVISION

BASELINE: Final = "0025"
"""The newest one that was written before there was this check."""
STYLE: Final = (
    "prefer-bigint-over-int",
    "prefer-identity",
    "prefer-robust-stmts",
    "prefer-text-field",
    # The environment of the migrations sets them.
    "require-lock-timeout",
    "require-statement-timeout",
)
"""Rules of taste, which stop nobody."""


def main() -> None:
    argparse.ArgumentParser(
        prog="python -m scripts.check_migrations", description=(__doc__ or "").partition("\n")[0]
    ).parse_args()
    scripts = since(BASELINE)
    found = [line for script in scripts for line in offences(script.module, script.path)]
    found += misnamed([script.revision for script in reversed(scripts)])
    for line in found:
        print(line)
    sys.exit(1 if found else 0)


def since(revision: str) -> list[Script]:
    """The migrations after this one, the newest first. Raises KeyError where there is none of
    that name."""
    settings = Config()
    settings.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    scripts = list(ScriptDirectory.from_config(settings).walk_revisions())
    names = [script.revision for script in scripts]
    if revision not in names:
        raise KeyError(revision)
    return scripts[: names.index(revision)]


def misnamed(revisions: list[str]) -> list[str]:
    """What is wrong with names of migrations, the oldest first: servers read in the newest whether
    they may serve."""
    found, number, serves = [], "", ""
    for revision in revisions:
        name = REVISION.fullmatch(revision)
        if name is None or name["number"] <= number:
            found.append(f"{revision}: a name is NNNN or NNNN.SSSS, with a number of its own")
            continue
        if (name["serves"] or "") < serves:
            found.append(f"{revision}: .{serves} is carried on, those before it may not serve")
        elif (name["serves"] or "") > name["number"]:
            found.append(f"{revision}: its own version may serve it")
        number, serves = name["number"], name["serves"] or ""
    return found


def offences(migration: ModuleType, path: str) -> list[str]:
    """What of it would stop servers, a line each; nothing where it says that it was reviewed."""
    if getattr(migration, "reviewed", ""):
        return []
    name = Path(path).name
    try:
        sql = as_sql(migration)
    except Exception as error:  # whatever it asks of a database that is not there
        return [
            f"{name}: it reads the database ({type(error).__name__}): fill rows by a task after "
            "the migration, in batches"
        ]
    return [f"{name}: {line}" for line in squawk(sql)]


def as_sql(migration: ModuleType) -> str:
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written}
    )
    with Operations.context(context):
        migration.upgrade()
    # As it is run: each in a transaction of its own, but for what steps out of it.
    return f"BEGIN;\n{written.getvalue()}\nCOMMIT;\n"


def squawk(sql: str) -> list[str]:
    """Rule and statement of each complaint. Raises RuntimeError where squawk itself fails."""
    program = shutil.which("squawk", path=Path(sys.executable).parent) or "squawk"
    exclude = f"--exclude={','.join(STYLE)}"
    done = subprocess.run(
        [program, "--pg-version=15", exclude, "--reporter=json"],
        input=sql,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout.strip().startswith("["):
        raise RuntimeError(f"squawk: {(done.stderr or done.stdout).strip()[:200]}")
    lines = sql.splitlines()
    return [
        f"{one['rule_name']}: {one['message']} ({lines[one['line']].strip()[:80]})"
        for one in json.loads(done.stdout)
    ]


if __name__ == "__main__":
    main()
