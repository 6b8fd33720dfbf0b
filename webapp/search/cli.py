"""The `search` commands: JSON Lines in and out, one answer a line, in order."""

from __future__ import annotations

import sys
from typing import Any

import click

from webapp.backends import llm
from webapp.commands import Commands
from webapp.jsonlines import answer_each
from webapp.search import commands
from webapp.search.service import read_with_model, refresh_aliases
from webapp.search.suggest import suggest as suggest_names

search = Commands("search", help="Names, suggestions, sentences read into conditions, the index.")
search.add_command(commands.reindex)
search.add_command(commands.query)


@search.command()
def suggest() -> None:
    """Suggest names: {"typed"} in, {"typed", "names"} out, best first."""
    refresh_aliases()
    answer_each(sys.stdin.buffer, _suggested)


@search.command()
def aliases() -> None:
    """Bring the table of other names in line with the shipped one; edited rows stay."""
    click.echo("changed" if refresh_aliases() else "unchanged", err=True)


@search.command()
def understand() -> None:
    """Read sentences: {"id", "q"} in, {"id", "intent", "conditions", "sort", ...} out."""
    refresh_aliases()
    llm.generator()  # made now, or the first sentences would go without
    answer_each(sys.stdin.buffer, lambda line: read_with_model(_text(line, "q")).as_dict())


def _suggested(line: dict[str, Any]) -> dict[str, Any]:
    typed = _text(line, "typed")
    return {"typed": typed, "names": list(suggest_names(typed).names)}


def _text(line: dict[str, Any], key: str) -> str:
    """Raises ValueError where the line has no such text."""
    if not isinstance(line.get(key), str):
        raise ValueError(f'not a line of the form {{"{key}": "..."}}')
    return str(line[key])
