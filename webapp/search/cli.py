"""The `search` commands: JSON Lines in and out, one answer a line, in order."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from flask.cli import AppGroup

from webapp.search.service import refresh_aliases
from webapp.search.suggest import suggest as suggest_names

search = AppGroup("search", help="Names and suggestions.")


@search.command()
def suggest() -> None:
    """Suggest names: {"typed"} in, {"typed", "names"} out, best first."""
    refresh_aliases()
    for line in sys.stdin:
        if line.strip():
            click.echo(json.dumps(_answer(line), ensure_ascii=False))


@search.command()
def aliases() -> None:
    """Bring the table of other names in line with the shipped one; edited rows stay."""
    click.echo("changed" if refresh_aliases() else "unchanged", err=True)


def _answer(line: str) -> dict[str, Any]:
    try:
        typed = json.loads(line)["typed"]
    except (ValueError, KeyError, TypeError) as error:
        return {"error": f'not a line of the form {{"typed": ...}}: {error!r}'}
    if not isinstance(typed, str):
        return {"error": "typed: a string is needed"}
    return {"typed": typed, "names": list(suggest_names(typed).names)}
