"""How often the name that is meant stands in the first three suggestions."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from scripts.evaluation.figures import Figure, percentile, share

PART = "suggestions"


def measure(lines: Iterable[dict[str, Any]]) -> tuple[list[Figure], list[str]]:
    """The figures, and the lines that fail."""
    from webapp.search.suggest import suggest

    suggest("a")  # compiles the names
    seconds: list[float] = []
    wrong: list[str] = []
    for line in lines:
        started = time.perf_counter()
        names = suggest(line["typed"]).names
        seconds.append(time.perf_counter() - started)
        if not {line["expect_series"], *line.get("also_ok", ())} & {*names[:3]}:
            wrong.append(f"{line['typed']}: {line['expect_series']} not in {', '.join(names[:3])}")
    total = len(seconds)
    return [
        Figure(PART, "typed", total),
        Figure(PART, "in the first three", share(total - len(wrong), total), 0.95, unit="%"),
        Figure(PART, "p50", percentile(seconds, 0.5), unit="ms"),
        Figure(PART, "p95", percentile(seconds, 0.95), 20, at_most=True, unit="ms"),
    ], wrong
