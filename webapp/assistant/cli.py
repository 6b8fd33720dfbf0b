"""The `assistant` commands: JSON Lines in and out."""

from __future__ import annotations

import json
import sys
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final

import click

from webapp.assistant import queries
from webapp.assistant.answering.answer import answer
from webapp.assistant.events import Answer, Done, PastTurn, Question
from webapp.assistant.forms import QUESTION_LENGTH
from webapp.commands import Commands
from webapp.jsonlines import answer_each

assistant = Commands("assistant", help="Ask the assistant, and read what visitors thought.")

TURNS: Final = 10
"""Earlier turns of a conversation that a question is understood with."""
CONVERSATIONS: Final = 1000
"""Kept at a time; the one not asked in for longest is forgotten."""


@assistant.command()
@click.argument("file", type=click.File("rb"), default="-")
def ask(file: BinaryIO) -> None:
    """Answer the questions in FILE, one {"id", "q", "conversation"?} a line.

    Lines with the same conversation follow on each other, within this run.
    """
    history: OrderedDict[str | int, tuple[PastTurn, ...]] = OrderedDict()

    def answer_line(line: dict[str, Any]) -> dict[str, Any]:
        question, conversation = _read(line)
        past = history.pop(conversation, ()) if conversation is not None else ()
        done = _answered(Question(question, past))
        if conversation is not None:
            history[conversation] = (*past, PastTurn.of(question, done))[-TURNS:]
            if len(history) > CONVERSATIONS:
                history.popitem(last=False)
        return as_line(done)

    answer_each(file, answer_line)


@assistant.command()
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only what was rated since then.")
def feedback(since: datetime | None) -> None:
    """Print every rated answer as one line of JSON, oldest first: evaluation material."""
    for row in queries.rated_turns(since.replace(tzinfo=UTC) if since else None):
        _print(row)


def _read(line: dict[str, Any]) -> tuple[str, str | int | None]:
    """The question and its conversation. Raises ValueError saying what is wrong with the line."""
    question, conversation = line.get("q"), line.get("conversation")
    if "id" not in line:
        raise ValueError("缺少 id")
    if not isinstance(question, str) or not question.strip():
        raise ValueError("q 应是一句话")
    if len(question) > QUESTION_LENGTH:
        raise ValueError(f"q 太长，最多 {QUESTION_LENGTH} 个字")
    if conversation is not None and not isinstance(conversation, str | int):
        raise ValueError("conversation 应是文字或整数")
    plain = "".join(char if char.isprintable() else " " for char in question).strip()
    return plain, conversation


def _answered(question: Question) -> Answer:
    for event in answer(question, lambda: False):
        if isinstance(event, Done):
            return event.answer
    raise RuntimeError("an answer ends with Done")


def as_line(done: Answer) -> dict[str, Any]:
    """The answer as the command line gives it; see the documentation of the command."""
    return {
        "intent": done.intent,
        "answer": done.text,
        "citations": [c.passage_id for c in done.citations if c.passage_id is not None],
        "numbers": [{"text": n.text, "source": n.source} for n in done.numbers],
        "trims": list(done.trims),
        "refused": done.refused,
    }


def _print(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stdout.flush()
