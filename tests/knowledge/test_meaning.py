"""Passages are found by meaning once every one has a vector, and by words until then."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from tests.knowledge.conftest import draft
from webapp.backends import embedder
from webapp.backends.embedder import EmbedderError
from webapp.backends.vectors.port import VectorsError
from webapp.knowledge import queries, service
from webapp.knowledge.drafts import Draft
from webapp.knowledge.service import embedding

ASKED = "天冷的时候电池衰减厉害不厉害"


@pytest.fixture
def embedded(documents: list[Draft]) -> list[Draft]:
    assert service.bring_up_to_date()
    return documents


def test_until_there_are_vectors_words_must_do_and_the_state_says_so(
    documents: list[Draft],
) -> None:
    assert service.retrieve("冬天续航").mode == "lexical"
    state = service.state()
    assert (state.mode, state.why, state.embedded) == ("lexical", "vectors are being made", 0)


def test_what_shares_no_word_with_the_question_is_found_by_meaning(embedded: list[Draft]) -> None:
    found = service.retrieve(ASKED)
    assert found.mode == "hybrid"
    assert found.passages[0].document in ("r1", "r2")
    assert service.state().mode == "hybrid"


def test_series_and_collection_hold_for_meaning_too(embedded: list[Draft]) -> None:
    assert [p.document for p in service.retrieve(ASKED, series=["云雀"]).passages] == ["r2"]
    assert service.retrieve(ASKED, collections=["nowhere"]).passages == ()


def test_a_question_finds_the_page_that_has_it_for_a_title_in_other_words(
    embedded: list[Draft],
) -> None:
    text = "先看说明书，再问客服。"
    titled = Draft(
        id="lost", title="找不到遥控器怎么办", text=text, source="示例", also="钥匙丢了能补配吗"
    )
    other = draft("other", text, title="天窗关不上怎么办")
    service.ingest(collection="samples", drafts=[titled, other])
    assert service.bring_up_to_date()
    asked = "车匙不见了可以重新做一把不"
    assert service.retrieve(asked).passages[0].document == "lost"
    service.ingest(collection="samples", drafts=[replace(titled, title="天窗漏水", also="")])
    assert service.bring_up_to_date()
    assert service.retrieve(asked).passages[0].document != "lost"


def test_a_vector_of_a_title_is_kept_until_the_title_goes(embedded: list[Draft]) -> None:
    assert embedding.drop_unused() == 0
    service.ingest(collection="samples", drafts=[replace(embedded[2], title="轮胎")])
    assert embedding.drop_unused() == 2  # the title's, and the passage's, which begins with it


def test_nothing_is_embedded_twice(embedded: list[Draft], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = embedder.embed_passages

    def counted(texts: list[str]) -> list[list[float]]:
        asked.extend(texts)
        return real(texts)

    monkeypatch.setattr(embedder, "embed_passages", counted)
    service.ingest(collection="again", drafts=embedded)
    service.ingest(collection="samples", drafts=[draft("new", "雨刷条每年更换一次。")])
    assert service.bring_up_to_date()
    assert asked == ["new\n雨刷条每年更换一次。", "new"]
    assert service.retrieve("雨刷条多久换").passages[0].document == "new"


def test_embedding_goes_on_where_it_was_left(
    documents: list[Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding, "BATCH", 1)
    real, calls = embedder.embed_passages, 0

    def killed(texts: list[str]) -> list[list[float]]:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return real(texts)

    monkeypatch.setattr(embedder, "embed_passages", killed)
    with pytest.raises(KeyboardInterrupt):
        service.bring_up_to_date()
    assert queries.embedded(embedder.name() or "") == 1
    assert service.bring_up_to_date()
    assert calls == 5


def test_a_vector_index_that_is_away_leaves_words(
    embedded: list[Draft], app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise VectorsError("away", retry=True)

    monkeypatch.setattr(embedding.index(), "search", away)
    found = service.retrieve("轮胎花纹多深要更换")
    assert (found.mode, found.passages[0].document) == ("lexical", "p1")


def test_an_embedder_in_trouble_is_noted_and_words_still_work(
    documents: list[Draft], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> None:
        raise EmbedderError("no answer")

    monkeypatch.setattr(embedder, "embed_passages", broken)
    assert not service.bring_up_to_date()
    assert queries.jobs()["embedding"].state == "failed"
    assert service.retrieve("轮胎花纹").passages


def test_without_an_embedder_it_is_up_to_date_by_words_alone(
    documents: list[Draft], app: Flask
) -> None:
    app.config["EMBEDDER"] = "none"
    assert service.bring_up_to_date()
    assert service.state().why == "EMBEDDER is none"
    assert service.retrieve("轮胎花纹").mode == "lexical"


def test_a_reindex_drops_vectors_nothing_needs(embedded: list[Draft]) -> None:
    service.remove(collection="samples", ids=["p1"])
    state = service.reindex()
    assert (state.passages, state.embedded, state.mode) == (2, 2, "hybrid")
    assert embedding.drop_unused() == 0
