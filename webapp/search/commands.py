"""`search reindex` and `search query`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import click

from webapp.backends.search.port import Report, SearchError
from webapp.catalogue.filters import FIELDS_BY_NAME, Selection
from webapp.catalogue.filters.given import condition_given, sort_given, text_given
from webapp.catalogue.queries import fields_of
from webapp.jsonlines import answer_each
from webapp.search.engine import LOCK_SECONDS
from webapp.search.finding import find_trims
from webapp.search.indexing import rebuild_index, sync_index

LIMIT: Final = 20
MOST: Final = 10_000
KEYS: Final = frozenset({"id", "conditions", "sort", "text", "limit", "fields"})


@click.command()
def reindex() -> None:
    """Build a new search index beside the one in use, then put it in its place."""
    try:
        with _progress("重建搜索索引") as report:
            # Another one that was killed a moment ago still holds the right to it.
            changes = rebuild_index(report, wait=LOCK_SECONDS + 5)
    except SearchError as error:
        again = "；稍后重新运行即可接着做" if error.retry else ""
        raise click.ClickException(f"索引未重建，原索引照常使用：{error}{again}") from error
    click.echo(json.dumps(changes.as_dict()))


@click.command()
def query() -> None:
    """Find trims: {"id", "conditions", "sort"?, "text"?, "limit"?, "fields"?} in,
    {"id", "total", "trims", "facets"} out. Brings the index up to date first."""
    try:
        sync_index()
    except SearchError as error:
        click.echo(f"搜索引擎不可用，改用数据库查询（文字只按名称匹配）：{error}", err=True)
    answer_each(sys.stdin.buffer, _answer)


def _answer(line: dict[str, Any]) -> dict[str, Any]:
    """Raises ValueError saying what is wrong with the line."""
    unknown = set(line) - KEYS
    if unknown:
        raise ValueError(f"there is no {', '.join(sorted(unknown))}")
    given = line.get("conditions", [])
    if not isinstance(given, list):
        raise ValueError("conditions: a list is needed")
    selection = Selection(
        conditions=tuple(condition_given(item) for item in given),
        sort=sort_given(line.get("sort")),
        text=text_given(line.get("text") or ""),
    )
    limit, fields = line.get("limit", LIMIT), line.get("fields", [])
    if isinstance(limit, bool) or not isinstance(limit, int) or not 0 <= limit <= MOST:
        raise ValueError(f"limit: a whole number from 0 to {MOST} is needed")
    if not isinstance(fields, list) or not all(
        isinstance(name, str) and name in FIELDS_BY_NAME for name in fields
    ):
        raise ValueError(f"fields: a list of {', '.join(FIELDS_BY_NAME)} is needed")
    found = find_trims(selection, limit=limit)
    return {"total": found.total, "trims": fields_of(found.ids, fields), "facets": found.facets}


@contextmanager
def _progress(label: str) -> Iterator[Report]:
    """A bar on standard error where that is a terminal, else a line for each portion."""
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def report(done: int, everything: int) -> None:
            bar.length = everything
            bar.update(done - bar.pos)
            if not sys.stderr.isatty():
                click.echo(f"{label}：{done} / {everything}", err=True)

        yield report
