"""`scripts/bench knowledge`: embedding, indexing and retrieval over 10,000 passages.

The passages are the shipped pages and facts, repeated under other titles; all but the first
SAMPLE get made-up vectors, because embedding ten thousand takes half an hour. The yardstick is
the model alone on the same texts: what is above it is ours.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from scripts.benchmarks.pages import load_catalogue
from scripts.benchmarks.server import environment

PASSAGES: Final = 10_000
SAMPLE: Final = 64
ROUNDS: Final = 3
BARS: Final = "bars: 400 passages a minute on one core; retrieval p95 60 ms over 10,000 passages"
QUESTIONS: Final = (
    "冬天续航会打几折",
    "家里装充电桩要什么条件",
    "增程和插混有什么区别",
    "CLTC 是怎么测的",
    "购置税怎么算",
    "轮胎多久换一次",
    "二手车要看什么",
    "贷款买车划算吗",
    "快充伤不伤电池",
    "底盘软硬看什么",
    "热泵空调有什么用",
    "保险要买哪些",
)


def main() -> None:
    argparse.ArgumentParser(
        prog="scripts/bench knowledge",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args()
    with tempfile.TemporaryDirectory() as folder:
        env = environment(Path(folder))
        os.environ.update(env)
        load_catalogue(env, None, Path(folder))
        measure()


def measure() -> None:
    from webapp import create_app
    from webapp.backends.embedder import package
    from webapp.knowledge import service

    with create_app().app_context():
        fill()
        embed(1)  # loads what is loaded once
        texts = next_texts()
        alone = seconds(lambda: [package.embed_passage(text) for text in texts])
        whole = seconds(lambda: embed(len(texts)))
        line("embedding, passages a minute", 60 * len(texts) / whole, 60 * len(texts) / alone)
        made_up()
        line("word index, passages a second", PASSAGES / seconds(service.build_words), None)
        line("vector index, passages a second", PASSAGES / seconds(build_vectors), None)
        bare = times(package.embed_question)
        ours = times(service.retrieve)
        for name, place in (("p50", 50), ("p95", 95)):
            mine, yard = (statistics.quantiles(t, n=100)[place - 1] for t in (ours, bare))
            line(f"retrieval {name}, ms", mine * 1000, yard * 1000)
    print(BARS)


def fill() -> None:
    """Take in enough documents."""
    from webapp.knowledge import queries, service
    from webapp.knowledge.facts import series_facts
    from webapp.knowledge.service.shipped import as_drafts
    from webapp.knowledge.shipped import shipped_pages

    drafts = [*as_drafts(shipped_pages()), *as_drafts(series_facts())]
    copy = 0
    while queries.size().passages < PASSAGES:
        copies = [replace(item, title=f"{item.title} {copy}", series=None) for item in drafts]
        service.ingest(collection=f"copy-{copy}", drafts=copies)
        copy += 1


def next_texts() -> list[str]:
    """What is embedded for the next SAMPLE passages."""
    from webapp.backends import embedder
    from webapp.knowledge import queries
    from webapp.knowledge.drafts import embedded_text

    rows = queries.without_vector(embedder.name() or "", SAMPLE)
    return [
        embedded_text(series=row.series, title=row.title, heading=row.heading, text=row.text)
        for row in rows
    ]


def embed(count: int) -> None:
    """Give so many passages a vector, in whole batches."""
    from webapp.knowledge.service import embedding

    done = 0
    while done < count:
        embedding.embed_missing(seconds=0.01)  # time for one batch
        done += embedding.BATCH


def made_up() -> None:
    """Vectors of chance for the passages that have none."""
    import numpy as np
    from sqlalchemy import insert

    from webapp.backends import embedder
    from webapp.extensions import db
    from webapp.knowledge import queries
    from webapp.knowledge.models import KnowledgeVector

    model, chance = embedder.name() or "", np.random.default_rng(1)
    rows = []
    for item in queries.without_vector(model, 2 * PASSAGES):
        vector = chance.normal(size=384).astype("<f4")
        vector /= np.linalg.norm(vector)
        rows.append({"digest": item.digest, "model": model, "vector": vector.tobytes()})
    db.session.execute(insert(KnowledgeVector), rows)
    db.session.commit()


def build_vectors() -> None:
    from webapp.knowledge.service import embedding

    embedding.build_vectors(always=True)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def times(ask: Callable[[str], object]) -> list[float]:
    ask(QUESTIONS[0])
    return [seconds(lambda q=q: ask(q)) for _ in range(ROUNDS) for q in QUESTIONS]  # type: ignore[misc]


def line(name: str, value: float, yardstick: float | None) -> None:
    ratio = (
        "" if yardstick is None else f"   model alone {yardstick:8.1f}   {value / yardstick:5.2f}x"
    )
    print(f"{name:34}{value:10.1f}{ratio}")


if __name__ == "__main__":
    main()
