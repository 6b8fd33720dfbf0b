"""Learn the kinds of sentences: `python -m scripts.seed.build_kinds`.

Fits a multinomial logistic regression to `webapp/assistant/dialogue/kinds/utterances.csv` and to
the titles of the shipped pages, which all ask for advice, and writes `weights.txt` beside it. It
prints how many of `scripts/evaluation/kinds.csv`, which is never learnt from, are read right.
Takes half a minute, half of it for the seed's names of cars; `--check` learns nothing and says
whether the weights are of these sentences.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt

from scripts.evaluation import kinds as measured
from scripts.evaluation.figures import table
from scripts.seed.scratch import seeded
from webapp.assistant.dialogue import kinds
from webapp.assistant.dialogue.kinds import KINDS, Utterance
from webapp.knowledge.service.shipped import as_drafts
from webapp.knowledge.shipped import shipped_pages
from webapp.knowledge.titles import titles_of
from webapp.search.service import parse_sentence

COMMAND: Final = ".venv/bin/python -m scripts.seed.build_kinds"
OF_TITLE: Final = 0.04
"""What a title counts beside an utterance: there are many, and all are of one kind."""
SHRINK: Final = 1.5e-4
STEPS: Final = 250
RATE: Final = 0.1
SEEN: Final = 2
"""Sentences a feature must be in."""

Matrix = npt.NDArray[np.float32]


def sentences() -> list[tuple[Utterance, float]]:
    """What is learnt from, each with what it counts."""
    titles = [
        title
        for draft in as_drafts(shipped_pages())
        if draft.series is None
        for title in titles_of(draft.title, draft.also)
    ]
    return [(row, 1.0) for row in kinds.utterances()] + [
        (Utterance("alone", "advise", title), OF_TITLE) for title in titles
    ]


def digest_of(rows: Sequence[tuple[Utterance, float]]) -> str:
    lines = (f"{row.state} {row.kind} {row.text} {weight}" for row, weight in rows)
    return sha256("\n".join(lines).encode()).hexdigest()


def fitted(values: Matrix, wanted: Matrix, weights: Matrix) -> Matrix:
    """The weights of each feature for each column of `wanted`, by Adam over all rows at once; the
    columns are shares of one for several, and a yes or no for a single one."""
    found = np.zeros((values.shape[1], wanted.shape[1]), np.float32)
    mean, square = np.zeros_like(found), np.zeros_like(found)
    for step in range(1, STEPS + 1):
        odds = values @ found
        if wanted.shape[1] > 1:
            shares = np.exp(odds - odds.max(1, keepdims=True))
            shares /= shares.sum(1, keepdims=True)
        else:
            shares = 1 / (1 + np.exp(-odds))
        slope = values.T @ ((shares - wanted) * weights) + SHRINK * found
        mean = 0.9 * mean + 0.1 * slope
        square = 0.999 * square + 0.001 * slope**2
        found -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return found


def learnt(rows: Sequence[tuple[Utterance, float]]) -> dict[str, list[float]]:
    """The weights of each feature; that of "" is the constant."""
    found = [kinds.features(parse_sentence(row.text), row.state) for row, _ in rows]
    counts = Counter(feature for one in found for feature in one)
    names = ["", *sorted(feature for feature, count in counts.items() if count >= SEEN)]
    places = {name: place for place, name in enumerate(names)}
    values = np.zeros((len(rows), len(names)), np.float32)
    values[:, 0] = 1
    for at, one in enumerate(found):
        for feature, value in one.items():
            if feature in places:
                values[at, places[feature]] = value
    weights = np.array([[weight] for _, weight in rows], np.float32)
    weights /= weights.sum()
    wanted = np.array([[row.kind == kind for kind in KINDS] for row, _ in rows], np.float32)
    columns = fitted(values, wanted, weights)
    plain = np.array([_is_plain(name) for name in names])
    goes_on = np.array([[row.state != "alone"] for row, _ in rows], np.float32)
    last = fitted(values * plain, goes_on, weights) * plain[:, None]
    return dict(zip(names, np.hstack([columns, last]).tolist(), strict=True))


def _is_plain(feature: str) -> bool:
    """Of the sentence alone, whatever was said before."""
    return not feature.startswith(("+", "state ", *(f"{state}:" for state in kinds.STATES)))


def report() -> str:
    """How many of the measure are read right, and each that is not."""
    figures, wrong = measured.measure()
    return "\n".join([table(figures), *(f"  {one}" for one in wrong)])


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; say what is wrong")
    chosen = parser.parse_args(arguments)
    with seeded():
        rows = sentences()
        digest = digest_of(rows)
        if not chosen.check:
            kinds.WEIGHTS.write_text(kinds.written_weights(digest, learnt(rows)), "utf-8")
            kinds.forget()
        elif kinds.learnt_from() != digest:
            print(f"{kinds.WEIGHTS.name} is of other sentences; anew: {COMMAND}", file=sys.stderr)
            return 1
        print(report())
    return 0


if __name__ == "__main__":
    sys.exit(main())
