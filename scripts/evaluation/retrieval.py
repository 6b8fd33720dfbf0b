"""How well the knowledge base finds what answers a question, and knows when nothing does.

Works through the commands `knowledge ingest` and `knowledge search` alone, as any program may.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scripts.evaluation import catalogue
from scripts.evaluation.catalogue import documents, manage
from scripts.evaluation.figures import Figure, share

PART = "retrieval"
SOME_REJECTED = 1
"""The exit code of an ingest that took all but some documents."""

Line = dict[str, Any]


def measure(
    lines: Sequence[Line], shared: Path | None, folder: Path
) -> tuple[list[Figure], list[str]]:
    """The figures, and the questions that fail; one figure without value where it cannot run."""
    folder.mkdir(exist_ok=True)
    catalogue.use(catalogue.environment(folder))
    catalogue.load(None, folder)
    problem = _ingest(shared, folder)
    if problem:
        return [_not_available(problem)], []
    asked = "".join(_line({"id": line["id"], "q": line["q"]}) for line in lines)
    started = time.perf_counter()
    done = manage("knowledge", "search", lines=asked)
    seconds = time.perf_counter() - started
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or len(answers) != len(lines):
        return [_not_available(f"knowledge search: {_last(done.stderr)}")], []
    figures, wrong = score(lines, answers)
    per_question = seconds / max(1, len(lines)) * 1000
    note = "the start of the command included"
    return [*figures, Figure(PART, "mean time", per_question, unit="ms", note=note)], wrong


def score(lines: Sequence[Line], answers: Sequence[Line]) -> tuple[list[Figure], list[str]]:
    """Recall over documents of the answerable questions; refusals of the others."""
    answerable = [pair for pair in zip(lines, answers, strict=True) if pair[0]["gold_ids"]]
    hopeless = [pair for pair in zip(lines, answers, strict=True) if not pair[0]["gold_ids"]]
    figures = [Figure(PART, "questions", len(lines))]
    for depth in (1, 5, 10):
        found = sum(_rank(*pair) <= depth for pair in answerable)
        figures.append(Figure(PART, f"recall@{depth}", share(found, len(answerable)), unit="%"))
    for source in sorted({line["source"] for line, _ in answerable}):
        own = [pair for pair in answerable if pair[0]["source"] == source]
        found = sum(_rank(*pair) <= 5 for pair in own)
        name = f"recall@5 {source}"
        figures.append(Figure(PART, name, share(found, len(own)), unit="%", note=f"{len(own)}"))
    refused = sum(not answer["answerable"] for _, answer in hopeless)
    falsely = sum(not answer["answerable"] for _, answer in answerable)
    figures += [
        Figure(PART, "refused, rightly", share(refused, len(hopeless)), unit="%"),
        Figure(PART, "refused, wrongly", share(falsely, len(answerable)), unit="%"),
    ]
    wrong = [
        f"{line['id']} {line['q']}: not among the first ten"
        for line, answer in answerable
        if _rank(line, answer) > 10
    ]
    wrong += [
        f"{line['id']} {line['q']}: not refused"
        for line, answer in hopeless
        if answer["answerable"]
    ]
    return figures, wrong


def _rank(line: Line, answer: Line) -> float:
    """The place of the first right document, from 1; infinity where there is none."""
    gold = {str(one) for one in line["gold_ids"]}
    found = dict.fromkeys(str(passage["document"]) for passage in answer.get("passages", ()))
    return next((rank for rank, one in enumerate(found, start=1) if one in gold), float("inf"))


def _ingest(shared: Path | None, folder: Path) -> str:
    """Put what is shipped and the shared texts in; what went wrong, else empty."""
    if manage("knowledge", "refresh", tells=True).returncode:
        return "knowledge refresh failed: see above"
    for collection, rows in (documents(shared) if shared else {}).items():
        path = folder / f"{collection}.jsonl"
        path.write_text("".join(map(_line, rows)), encoding="utf-8")
        done = manage("knowledge", "ingest", str(path), "--collection", collection, tells=True)
        if done.returncode not in (0, SOME_REJECTED):
            return f"knowledge ingest of {collection} failed: see above"
    return ""


def _line(row: Line) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["no message"])[-1][:200]


def _not_available(why: str) -> Figure:
    return Figure(PART, "not available", None, note=why)
