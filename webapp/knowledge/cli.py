"""The `knowledge` commands: JSON Lines on standard output, words for people on standard error."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import click

from webapp.backends.search.port import EngineBusy
from webapp.backends.vectors.port import VectorsError
from webapp.commands import Commands
from webapp.jsonlines import answer_each
from webapp.knowledge import files, service
from webapp.knowledge.drafts import DraftError

knowledge = Commands("knowledge", help="Documents that answers are taken from.")

SECONDS_BETWEEN_PROGRESS: Final = 10.0

_FILE: Final = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@knowledge.command("ingest")
@click.argument("file", type=_FILE)
@click.option("--collection", required=True, help="Name of the collection they belong to.")
@click.option("--words", is_flag=True, help="Index words only; the worker makes the vectors.")
@click.option("--title", help="Of the document, where FILE is one.")
@click.option("--source", help="Where it is from.")
@click.option("--date", help="2025, 2025-11 or 2025-11-30.")
@click.option("--series", help="The series it is about.")
def ingest_file(file: Path, collection: str, words: bool, **given: str | None) -> None:
    """Take in the documents of FILE, as docs/knowledge.md says."""
    try:
        counts = service.ingest(
            collection=collection, drafts=files.read_file(file, given), report=_report
        )
    except DraftError as error:
        raise click.ClickException(str(error)) from error
    except service.Busy as error:
        raise click.ClickException(f"集合 {collection} 正由别的进程写入，请稍后再试") from error
    if not service.bring_up_to_date(seconds=0 if words else None, report=_embedding()):
        _say("现在按词检索；语义向量还没有全部生成，由后台或下次运行接着做")
    _print(asdict(counts))
    _say(
        f"共 {counts.documents} 篇，新增 {counts.added}，更新 {counts.changed}，"
        f"未变 {counts.unchanged}，拒绝 {counts.rejected}，新段落 {counts.passages}"
    )
    if counts.rejected:
        raise SystemExit(1)


@knowledge.command()
@click.option("--pages-only", is_flag=True, help="Leave the facts of the series as they are.")
@click.option("--words", is_flag=True, help="Index words only; the worker makes the vectors.")
def refresh(pages_only: bool, words: bool) -> None:
    """Take in what changed of the documents the product ships with."""
    for collection, counts in service.refresh_shipped(pages_only=pages_only).items():
        _print({"collection": collection} | asdict(counts))
    service.bring_up_to_date(seconds=0 if words else None, report=_embedding())


@knowledge.command()
def search() -> None:
    """Find passages: {"id", "q"} in, {"id", "passages", "answerable"} out."""
    answer_each(sys.stdin.buffer, _answer)


@knowledge.command()
def reindex() -> None:
    """Build the indexes anew from the database, while the old ones serve."""
    try:
        _print(asdict(service.reindex(report=_embedding())))
    except (EngineBusy, VectorsError) as error:
        raise click.ClickException(f"索引没有重建：{error}；稍后再试") from error


def _answer(line: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError saying what is wrong with the line."""
    question = line.get("q")
    if "id" not in line or not isinstance(question, str):
        raise ValueError('not a line of the form {"id": ..., "q": "..."}')
    found = service.retrieve(question)
    fields = ("id", "document", "collection", "score")
    return {
        "passages": [{name: getattr(item, name) for name in fields} for item in found.passages],
        "answerable": found.answerable,
    }


def _report(event: service.Rejected | service.Taken | service.Progress) -> None:
    if isinstance(event, service.Rejected):
        _print({"line": event.line, "reason": event.reason})
    elif isinstance(event, service.Progress):
        _say(f"已处理 {event.documents} 篇")


def _embedding() -> Callable[[int, int], None]:
    """Prints how many passages have a vector, at most every ten seconds."""
    last = time.monotonic()

    def report(done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= SECONDS_BETWEEN_PROGRESS or done == total:
            last = time.monotonic()
            _say(f"已生成语义向量 {done} / {total} 段")

    return report


def _print(line: dict[str, Any]) -> None:
    click.echo(json.dumps(line, ensure_ascii=False))


def _say(text: str) -> None:
    click.echo(text, err=True)
