"""The `search` commands: JSON Lines in and out, one answer a line, in order."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import click
from flask.cli import AppGroup

from webapp.backends import llm
from webapp.search import commands
from webapp.search.service import read_with_model, refresh_aliases
from webapp.search.suggest import suggest as suggest_names

search = AppGroup("search", help="Names, suggestions, sentences read into conditions, the index.")
search.add_command(commands.reindex)
search.add_command(commands.query)


@search.command()
def suggest() -> None:
    """Suggest names: {"typed"} in, {"typed", "names"} out, best first."""
    refresh_aliases()
    _answer_lines("typed", lambda line: {"names": list(suggest_names(line["typed"]).names)})


@search.command()
def aliases() -> None:
    """Bring the table of other names in line with the shipped one; edited rows stay."""
    click.echo("changed" if refresh_aliases() else "unchanged", err=True)


@search.command()
def understand() -> None:
    """Read sentences: {"id", "q"} in, {"id", "intent", "conditions", "sort", ...} out."""
    refresh_aliases()
    llm.generator()  # made now, or the first sentences would go without
    _answer_lines("q", lambda line: read_with_model(line["q"]).as_dict())


def _answer_lines(key: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """One answer for each line that has text; `id` and `typed` are handed back."""
    for raw in sys.stdin.buffer:
        if raw.strip():
            click.echo(json.dumps(_answered(raw, key, answer), ensure_ascii=False))


def _answered(
    raw: bytes, key: str, answer: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    try:
        line = json.loads(raw)
    except ValueError as error:
        return {"error": f"not a line of JSON: {error}"}
    if not isinstance(line, dict) or not isinstance(line.get(key), str):
        shown = {"id": line["id"]} if isinstance(line, dict) and "id" in line else {}
        return {"error": f'not a line of the form {{"{key}": "..."}}'} | shown
    return {name: line[name] for name in ("id", "typed") if name in line} | answer(line)
