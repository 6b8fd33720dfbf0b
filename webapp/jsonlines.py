"""JSON Lines between programs: one answer a line, in order, whatever a line holds."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

import click

Line = dict[str, Any]


def answer_each(lines: Iterable[bytes], answer: Callable[[Line], Line]) -> None:
    """Print an answer for each line that is not blank, with the line's `id` where it has one.

    `answer` raises ValueError saying what is wrong with a line; the rest goes on.
    """
    for raw in lines:
        if raw.strip():
            click.echo(json.dumps(_answered(raw, answer), ensure_ascii=False))


def _answered(raw: bytes, answer: Callable[[Line], Line]) -> Line:
    try:
        line = json.loads(raw, parse_constant=_refuse)
        # Half a character escaped as \ud800 is text to Python, and cannot be written again.
        json.dumps(line, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        return {"error": f"not a line of JSON: {error}"}
    if not isinstance(line, dict):
        return {"error": "not a JSON object"}
    own = {"id": line["id"]} if "id" in line else {}
    try:
        return own | answer(line)
    except ValueError as error:
        return {"error": str(error)} | own


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
