"""Files read into drafts: JSON Lines with a document a line, any other with one document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from webapp.knowledge import extract
from webapp.knowledge.drafts import DraftError, checked
from webapp.knowledge.reports import Read, Rejected

LINE_BYTES = 64 * 1024 * 1024
LINES = (".jsonl", ".ndjson")
SUFFIXES = (*LINES, *extract.SUFFIXES)
"""Of the files that can be read."""
WRONG_KIND = "换新版只收单篇文档的文件；JSONL 请作为新文件上传，编号相同的会更新"


def read_file(
    path: Path, given: Mapping[str, str | None], *, name: str | None = None, id_: str | None = None
) -> Iterator[Read]:
    """`given` are fields of the document where the file is one: title, source, date, series.

    `name` is what the file was called where it was sent from, `id_` the document it is a new
    version of; its id is its name otherwise. Raises OSError where it cannot be read.
    """
    name = name or path.name
    try:
        extract.check_size(path)
        if is_lines(name):
            if id_ is not None:
                raise DraftError(WRONG_KIND)
            yield from _read_lines(path)
            return
        found = extract.extract(path)
        fields = {field: value for field, value in given.items() if value}
        fields = {"title": found.title or Path(name).stem, "source": name} | fields
        fields |= {"id": id_ or name, "text": found.text}
        yield checked(fields, is_markdown=found.is_markdown)
    except DraftError as error:
        yield Rejected(1, str(error))


def is_lines(name: str) -> bool:
    """Whether a file of this name holds a document a line."""
    return Path(name).suffix.lower() in LINES


def count(path: Path) -> int:
    """How many lines a file has to be read, 1 where it is one document."""
    if not is_lines(path.name):
        return 1
    with path.open("rb") as file:
        return sum(1 for _ in iter(lambda: file.readline(LINE_BYTES), b""))


def _read_lines(path: Path) -> Iterator[Read]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_BYTES):
            number += 1
            yield _read_line(number, line) if line.strip() else None


def _read_line(number: int, line: bytes) -> Read:
    try:
        fields = json.loads(line.decode("utf-8-sig"))
        if not isinstance(fields, dict):
            return Rejected(number, "这一行不是 JSON 对象")
        return checked(fields)
    except DraftError as error:
        return Rejected(number, str(error))
    except (ValueError, RecursionError):
        return Rejected(number, "这一行不是 UTF-8 的 JSON")
