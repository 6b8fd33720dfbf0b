"""Pages go on while an index is damaged, `/readyz` says so, and the worker's next look heals it."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask

from tests.catalogue import catalogue
from tests.knowledge.conftest import draft
from webapp.knowledge import service as knowledge
from webapp.knowledge.service import indexing as knowledge_indexing
from webapp.search.indexing import sync_index


def state_of(app: Flask, part: str) -> str:
    checks = app.test_client().get("/readyz").get_json()["checks"]
    return str(checks[part]["state"])


def halve(folder: Path, files: str) -> None:
    (file,) = folder.glob(files)
    os.truncate(file, file.stat().st_size // 2)


def test_a_cut_search_index_costs_no_page_and_is_built_anew(app: Flask) -> None:
    catalogue.trim("a", name="北斗 标准版")
    catalogue.publish()
    sync_index()
    halve(app.config["VAR_DIR"] / "index", "gen-1/*.seg")
    app.extensions.pop("search_engine")  # as in a process that has just started
    page = app.test_client().get("/cars/", query_string={"q": "北斗"}, follow_redirects=True)
    assert page.status_code == 200
    assert "北斗 标准版" in page.text
    assert state_of(app, "search") == "down"
    assert sync_index() is not None
    assert state_of(app, "search") == "ok"


def test_a_cut_word_index_finds_nothing_and_is_built_anew(app: Flask) -> None:
    question = "轮胎花纹多深要更换"
    knowledge.ingest(collection="samples", drafts=[draft("p1", f"{question}？低于界限就换。")])
    knowledge.build_words()
    assert knowledge.retrieve(question).passages
    halve(app.config["VAR_DIR"] / "knowledge" / "words", "gen-1/rows.npy")
    app.extensions.pop("knowledge_words")
    assert not knowledge.retrieve(question).passages
    assert state_of(app, "knowledge") == "degraded"
    assert knowledge_indexing.build_words()
    assert knowledge.retrieve(question).passages
