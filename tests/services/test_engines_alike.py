"""The shipped cars in both engines: whoever changes SEARCH_URL finds the same cars."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from flask import Flask

from tests.backends.search.conftest import drop, elastic_url
from webapp.backends.search import make_engine
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.service import seed_catalogue
from webapp.search.finding import query_of
from webapp.search.index import LAYOUT, car_documents
from webapp.search.service import refresh_aliases

TEXTS = (
    "SUV",
    "比亚迪",
    "秦plus",
    "model y",
    "纯电 轿车",
    "新能源四驱",
    "激光雷达 座椅按摩",
    "大众",
    "gaoerfu",
    "丰田 自动",
    "7座 MPV",
    "2025款",
    "没有这种车",
    "🚗",
)

pytestmark = pytest.mark.skipif(
    not os.environ.get("TEST_SEARCH_URL"), reason="needs TEST_SEARCH_URL"
)


def test_words_find_the_same_cars_for_the_same_points(app: Flask, tmp_path: Path) -> None:
    seed_catalogue()
    refresh_aliases()
    documents = car_documents()
    url = elastic_url()
    try:
        both = [make_engine(name, tmp_path / "index", LAYOUT) for name in ("whoosh:", url)]
        for engine in both:
            engine.rebuild(documents, 1, lambda _done, _all: None)
        cheap = (Condition("price_wan", "<=", 30.0),)
        for text in TEXTS:
            query = query_of(
                Selection(text=text, conditions=cheap), limit=1000, facets=("brand",), explain=True
            )
            whoosh, elastic = (engine.search(query) for engine in both)
            # Elasticsearch keeps the length of a text field in one byte.
            points = [
                {hit.id: hit.explanation.score for hit in found.hits if hit.explanation}
                for found in (whoosh, elastic)
            ]
            assert points[0] == pytest.approx(points[1], rel=0.05), text
            assert whoosh.total == elastic.total
            assert whoosh.facets == elastic.facets
    finally:
        drop(url)
