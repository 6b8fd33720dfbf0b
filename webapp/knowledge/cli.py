"""The `knowledge` commands: JSON Lines on standard output, words for people on standard error."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click
from flask.cli import AppGroup

from webapp.knowledge import files, service
from webapp.knowledge.drafts import DraftError

knowledge = AppGroup("knowledge", help="Documents that answers are taken from.")

_FILE: Final = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@knowledge.command("ingest")
@click.argument("file", type=_FILE)
@click.option("--collection", required=True, help="Name of the collection they belong to.")
def ingest_file(file: Path, collection: str) -> None:
    """Take in the documents of FILE, as docs/knowledge.md says."""
    try:
        counts = service.ingest(
            collection=collection, drafts=files.read_lines(file), report=_report
        )
    except DraftError as error:
        raise click.ClickException(str(error)) from error
    service.bring_up_to_date()
    _print(asdict(counts))
    _say(
        f"共 {counts.documents} 篇，新增 {counts.added}，更新 {counts.changed}，"
        f"未变 {counts.unchanged}，拒绝 {counts.rejected}，新段落 {counts.passages}"
    )
    if counts.rejected:
        raise SystemExit(1)


@knowledge.command()
def search() -> None:
    """Find passages: {"id", "q"} in, {"id", "passages", "answerable"} out."""
    for line in sys.stdin:
        if line.strip():
            _print(_answer(line))


@knowledge.command()
def reindex() -> None:
    """Build the indexes anew from the database, while the old ones serve."""
    service.build_words(always=True)
    _print(asdict(service.state()))


def _answer(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        id_, question = asked["id"], asked["q"]
    except (ValueError, KeyError, TypeError) as error:
        return {"error": f'not a line of the form {{"id": ..., "q": ...}}: {error!r}'}
    if not isinstance(question, str):
        return {"id": id_, "error": "q: a string is needed"}
    found = service.retrieve(question)
    fields = ("id", "document", "collection", "score")
    return {
        "id": id_,
        "passages": [{name: getattr(item, name) for name in fields} for item in found.passages],
        "answerable": found.answerable,
    }


def _report(event: service.Rejected | service.Progress) -> None:
    if isinstance(event, service.Rejected):
        _print({"line": event.line, "reason": event.reason})
    else:
        _say(f"已处理 {event.documents} 篇")


def _print(line: dict[str, Any]) -> None:
    click.echo(json.dumps(line, ensure_ascii=False))


def _say(text: str) -> None:
    click.echo(text, err=True)
