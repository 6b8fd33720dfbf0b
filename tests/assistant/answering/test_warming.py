"""A process is made ready for its first question before anybody asks."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.assistant.answering.conftest import Garage
from webapp.assistant.answering.warming import warm_up
from webapp.backends import embedder
from webapp.knowledge.service import embedding, indexing


def test_what_the_first_question_needs_is_compiled_opened_and_loaded(
    app: Flask, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexing.build_words()
    loaded: list[str] = []

    def embed(text: str) -> list[float]:
        loaded.append(text)
        return [1.0] + [0.0] * 383

    monkeypatch.setattr(embedder, "why_not", lambda: None)
    monkeypatch.setattr(embedding.index(), "state", lambda: "there")
    monkeypatch.setattr(embedder, "embed_question", embed)

    assert warm_up()

    assert app.extensions["search_understanding"].compiled
    assert app.extensions["knowledge_words"].lexicon is not None
    assert loaded
