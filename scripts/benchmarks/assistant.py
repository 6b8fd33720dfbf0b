"""`scripts/bench assistant`: time to the first text of an answer, without and with a model.

On the shipped cars and pages. The yardstick is reading the same sentences (`read_sentence`), in the
same process. With a model that answers at once, the time is counted from its first piece.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from scripts.benchmarks.pages import load_catalogue
from scripts.benchmarks.server import environment

ROUNDS: Final = 10
QUESTIONS: Final = (
    "20万以内的插混SUV",
    "30万左右六座车",
    "Model Y续航多少公里",
    "秦PLUS的油耗",
    "Model Y和小米SU7对比",
    "问界M9和问界M8哪个大",
    "冬天纯电车续航会短多少",
    "提车要检查什么",
)


def main() -> None:
    argparse.ArgumentParser(
        prog="scripts/bench assistant",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        os.environ.update(env)
        load_catalogue(env, None, Path(folder))
        measure()


def measure() -> None:
    from scripts.sandbox.llm import running
    from webapp import create_app
    from webapp.backends import model_call
    from webapp.knowledge import service as knowledge
    from webapp.search.service import read_sentence

    app = create_app()
    with app.app_context(), running() as model:
        knowledge.refresh_shipped()
        knowledge.build_words(always=True)
        yardstick = _times(lambda q: _seconds(lambda: read_sentence(q)))
        rules = _times(_first_text)
        app.config |= {"LLM_BASE_URL": model.url, "LLM_MODEL": "sandbox"}
        arrived: list[float] = []
        take = model_call.Call._take

        def noting(self: Any, chunk: Any) -> None:
            arrived.append(time.perf_counter())
            take(self, chunk)

        model_call.Call._take = noting  # type: ignore[method-assign]
        after = _times(lambda q: _after_first_piece(q, arrived))
    base = statistics.median(yardstick)
    print(f"{'':<34}{'p50 ms':>9}{'p95 ms':>9}{'ratio':>9}", file=sys.stdout)
    for label, found in (
        ("reading the sentence (yardstick)", yardstick),
        ("first text, rules", rules),
        ("first text after model's piece", after),
    ):
        p50, p95 = statistics.median(found), statistics.quantiles(found, n=20)[18]
        print(f"{label:<34}{p50 * 1000:>9.1f}{p95 * 1000:>9.1f}{p50 / base:>9.1f}")
    print("bars: first text 700 ms without a model, 300 ms after the model's first piece")


def _times(measured: Callable[[str], float | None]) -> list[float]:
    for question in QUESTIONS:
        measured(question)
    found = [measured(question) for _ in range(ROUNDS) for question in QUESTIONS]
    return [seconds for seconds in found if seconds is not None]


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _first_text(question: str) -> float | None:
    from webapp.assistant.answering.answer import answer
    from webapp.assistant.events import Question, Text

    started = time.perf_counter()
    first = None
    for event in answer(Question(question), lambda: False):
        if isinstance(event, Text) and first is None:
            first = time.perf_counter() - started
    return first


def _after_first_piece(question: str, arrived: list[float]) -> float | None:
    """From the model's first piece to the first text after it; None where it was not asked."""
    from webapp.assistant.answering.answer import answer
    from webapp.assistant.events import Question, Text

    arrived.clear()
    for event in answer(Question(question), lambda: False):
        if isinstance(event, Text) and arrived:
            return time.perf_counter() - arrived[0]
    return None


if __name__ == "__main__":
    main()
