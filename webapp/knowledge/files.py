"""Files read into drafts: JSON Lines with a document a line, any other with one document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from webapp.knowledge.drafts import DraftError, checked
from webapp.knowledge.extract import check_size, extract
from webapp.knowledge.service.ingest import Read, Rejected

LINE_BYTES = 64 * 1024 * 1024


def read_file(path: Path, given: Mapping[str, str | None]) -> Iterator[Read]:
    """`given` are fields of the document where the file is one: title, source, date, series;
    its id is the file's name. Raises OSError where it cannot be read."""
    try:
        check_size(path)
        if path.suffix.lower() in (".jsonl", ".ndjson"):
            yield from _read_lines(path)
            return
        found = extract(path)
        fields = {name: value for name, value in given.items() if value}
        fields = {"title": found.title or path.stem, "source": path.name} | fields
        yield checked({"id": path.name, "text": found.text} | fields, is_markdown=found.is_markdown)
    except DraftError as error:
        yield Rejected(1, str(error))


def _read_lines(path: Path) -> Iterator[Read]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(LINE_BYTES):
            number += 1
            if line.strip():
                yield _read_line(number, line)


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
