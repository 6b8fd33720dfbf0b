"""How sentences whose kind is known, and that are never learnt from, are read: `kinds.csv`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from scripts.evaluation.figures import Figure, share

FILE: Final = Path(__file__).with_name("kinds.csv")
PART: Final = "dialogue"


def measure() -> tuple[list[Figure], list[str]]:
    """The share of kinds that are right by the names of the current application, and each that is
    wrong."""
    from webapp.assistant.dialogue import kinds
    from webapp.search.service import parse_sentence

    rows, wrong = kinds.utterances(FILE), []
    for row in rows:
        read = kinds.kinds_of(parse_sentence(row.text), row.state)
        if read.best != row.kind:
            said = f"{read.best} {read.of[read.best]:.2f}, is {row.kind}"
            wrong.append(f"{row.state} {row.text}: {said}")
    right = share(len(rows) - len(wrong), len(rows))
    return [Figure(PART, "kind read right", right, unit="%", note=f"of {len(rows)}")], wrong
