"""Files read into drafts. What a file says of itself is never trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from webapp.knowledge.drafts import DraftError, checked
from webapp.knowledge.service.ingest import Read, Rejected


def read_lines(path: Path) -> Iterator[Read]:
    """Documents of a JSON Lines file. Raises OSError where it cannot be read."""
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
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
