"""How far the knowledge base is: told while anything is left to do, and not a moment longer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flask import Flask

from tests.knowledge.conftest import draft
from webapp.backends import embedder
from webapp.backends.vectors.port import VectorsError
from webapp.knowledge import health, queries, service
from webapp.knowledge.drafts import Draft
from webapp.knowledge.service import embedding
from webapp.knowledge.service.preparing import Preparation


@pytest.fixture(autouse=True)
def _vectors_of_no_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    def embed(texts: Sequence[str]) -> list[list[float]]:
        return [[1.0] + [0.0] * 383 for _ in texts]

    monkeypatch.setattr(embedder, "embed_passages", embed)


def test_before_anything_is_taken_in_there_is_nothing(app: Flask) -> None:
    assert service.preparation() == (0, 0, False)
    assert service.state_line() == "知识库里还没有内容"


def test_passages_count_as_ready_as_they_are_embedded(
    documents: list[Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert service.state_line() == "知识库正在准备：0 / 3"
    monkeypatch.setattr(embedding, "BATCH", 1)
    told: list[str] = []
    service.bring_up_to_date(report=lambda *_: told.append(service.state_line()))
    assert told == [f"知识库正在准备：{n} / 3" for n in (1, 2, 3)]
    assert service.preparation() == (3, 3, True)
    assert service.state_line() == "知识库已准备好：3 段"


def test_numbers_are_written_as_visitors_read_them() -> None:
    assert Preparation(1824, 2239, complete=False).line == "知识库正在准备：1,824 / 2,239"


def test_what_the_word_index_does_not_hold_yet_is_not_ready(
    documents: list[Draft], app: Flask
) -> None:
    app.config["EMBEDDER"] = "none"
    assert service.preparation() == (3, 3, True)
    service.ingest(collection="samples", drafts=[draft("new", "雨刷条每年更换一次。")])
    assert service.preparation() == (3, 4, False)
    service.build_words()
    assert service.preparation() == (4, 4, True)


def test_it_is_ready_only_when_the_vector_index_holds_what_was_embedded(
    documents: list[Draft],
) -> None:
    assert embedding.embed_missing()
    assert service.preparation() == (3, 3, False)
    embedding.build_vectors()
    assert service.preparation().complete


def test_a_vector_index_that_is_away_is_not_taken_for_one_being_built(
    documents: list[Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise VectorsError("away", retry=True)

    monkeypatch.setattr(embedding.index(), "state", away)
    assert service.preparation().complete
    told = health.state()
    assert (told.state, "away" in told.detail) == ("degraded", True)


def test_passages_are_not_counted_while_they_are_being_embedded(
    documents: list[Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 1)
    counted: list[str] = []
    real = queries.embedded

    def count(model: str) -> int:
        counted.append(model)
        return real(model)

    monkeypatch.setattr(queries, "embedded", count)
    service.bring_up_to_date(report=lambda *_: (service.preparation(), None)[1])
    assert len(counted) == 1
