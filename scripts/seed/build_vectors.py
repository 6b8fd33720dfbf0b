"""Write the vectors the product ships with: `python -m scripts.seed.build_vectors`.

They are of the passages of the shipped pages and of the facts of the seed's series, and are kept
in `webapp/knowledge/vectors/`. Only passages without a vector are embedded, a sixth of a second
each; with nothing changed the files keep their bytes. The facts need the seed in a database of
their own, some 15 s, which `--pages-only` saves where only pages were edited.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HAYSTACK_TELEMETRY_ENABLED", "false")

import numpy as np

from scripts.seed.scratch import seeded
from webapp.knowledge import precomputed
from webapp.knowledge.service.shipped import as_drafts
from webapp.knowledge.shipped import FACTS_COLLECTION, PAGES_COLLECTION, shipped_pages

COMMAND: Final = ".venv/bin/python -m scripts.seed.build_vectors"
SAMPLE: Final = 8
NEAR: Final = 0.999
"""Cosine of a kept vector to one made anew: bytes cost a few hundred-thousandths of it."""

Embed = Callable[[str], Sequence[float]]


def texts_of_pages() -> dict[str, str]:
    return precomputed.texts_of(as_drafts(shipped_pages()))


def texts_of_facts() -> dict[str, str]:
    """Of the seed's series, from a database that lives as long as this call."""
    from webapp.knowledge.facts import series_facts

    with seeded():
        return precomputed.texts_of(as_drafts(series_facts()))


TEXTS: Final = {PAGES_COLLECTION: texts_of_pages, FACTS_COLLECTION: texts_of_facts}


def completed(texts: Mapping[str, str], known: Mapping[str, str], embed: Embed) -> dict[str, str]:
    """A packed vector for each text, made where none is known."""
    return {
        digest: known.get(digest) or precomputed.packed(embed(text))
        for digest, text in texts.items()
    }


def farthest(texts: Mapping[str, str], known: Mapping[str, str], embed: Embed) -> float:
    """The lowest cosine of a kept vector to one made anew, of SAMPLE texts spread over all."""
    kept = [digest for digest in texts if digest in known]
    chosen = kept[:: max(1, len(kept) // SAMPLE)][:SAMPLE]
    return min((_cosine(known[digest], embed(texts[digest])) for digest in chosen), default=1.0)


def _cosine(kept: str, made: Sequence[float]) -> float:
    new = np.asarray(made, np.float64)
    old = np.frombuffer(precomputed.unpacked(kept), "<f4").astype(np.float64)
    return float(old @ new / np.linalg.norm(new))


def build(model: str, collections: Sequence[str], embed: Embed) -> None:
    """Write the files of these collections, and remove those of other models."""
    for collection in collections:
        started = time.monotonic()
        file, texts = precomputed.file_of(model, collection), TEXTS[collection]()
        known = precomputed.lines_of(file)
        content = precomputed.content(texts, completed(texts, known, embed))
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".part")
        draft.write_text(content, "ascii")
        draft.replace(file)
        print(
            f"{collection}: {len(texts)} passages, {len(texts.keys() - known.keys())} embedded, "
            f"{time.monotonic() - started:.1f} s"
        )
    for folder in precomputed.FOLDER.iterdir():
        if folder.name != model:
            shutil.rmtree(folder)


def problems(model: str, collections: Sequence[str], embed: Embed) -> list[str]:
    """What is wrong with the files, a line each."""
    found = []
    for collection in collections:
        file, texts = precomputed.file_of(model, collection), TEXTS[collection]()
        known = precomputed.lines_of(file)
        name = file.relative_to(precomputed.FOLDER)
        if missing := texts.keys() - known.keys():
            found.append(f"{name}: {len(missing)} of {len(texts)} passages have no vector")
        elif file.read_text("ascii", "replace") != precomputed.content(texts, known):
            found.append(f"{name}: lines too many, or in another order")
        if (cosine := farthest(texts, known, embed)) < NEAR:
            found.append(f"{name}: a vector is not that of its text (cosine {cosine:.4f})")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages-only", action="store_true", help="leave the facts as they are")
    parser.add_argument("--check", action="store_true", help="write nothing; say what is wrong")
    chosen = parser.parse_args(arguments)
    from webapp.backends import embedder
    from webapp.backends.embedder import package

    model = embedder.package_name()
    if model is None:
        print(f"{embedder.PACKAGE} is not installed", file=sys.stderr)
        return 1
    collections = [PAGES_COLLECTION] if chosen.pages_only else list(TEXTS)
    if not chosen.check:
        build(model, collections, package.embed_passage)
        return 0
    wrong = problems(model, collections, package.embed_passage)
    for line in wrong:
        print(line, file=sys.stderr)
    if wrong:
        print(f"To make them anew: {COMMAND}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
