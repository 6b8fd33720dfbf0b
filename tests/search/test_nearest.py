"""How near a car is and how often it is viewed rank it, alike in every engine and in SQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import log10

import pytest
from flask import Flask

from tests.backends.search.conftest import ENGINES, drop, elastic_url
from tests.catalogue import catalogue
from webapp import clock
from webapp.backends.search.port import EngineAway
from webapp.catalogue.models import PageViews
from webapp.extensions import db
from webapp.search import finding
from webapp.search.finding import nearest
from webapp.search.indexing import rebuild_index

NEAR = (0.9, 0.5, 0.5, 0.31, 0.3, 0.3, 0.12, 0.1)
VIEWS = (0, 3, 40, 0, 900, 12, 5000, 0)


@pytest.fixture
def trims(app: Flask) -> list[int]:
    made = [
        catalogue.trim(f"n{n}", series_name=f"北斗{n}", price_fen=(20 - n) * 1_000_000, id=n + 1)
        for n in range(len(NEAR))
    ]
    day = clock.today_in_china() - timedelta(days=1)
    for trim, views in zip(made, VIEWS, strict=True):
        db.session.add(PageViews(kind="trims", subject_id=trim.id, day=day, views=views))
    db.session.commit()
    return [trim.id for trim in made]


@pytest.fixture(params=[*ENGINES, "sql"])
def engine(
    request: pytest.FixtureRequest,
    app: Flask,
    trims: list[int],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    if request.param == "sql":

        def away() -> None:
            raise EngineAway("away")

        monkeypatch.setattr(finding, "engine", away)
        yield
        return
    url = "whoosh:" if request.param == "whoosh" else elastic_url()
    app.config["SEARCH_URL"] = url
    rebuild_index()
    yield
    if url != "whoosh:":
        drop(url)


@pytest.mark.usefixtures("engine")
def test_every_engine_ranks_by_nearness_times_the_logarithm_of_views(trims: list[int]) -> None:
    near = dict(zip(trims, NEAR, strict=True))
    views = dict(zip(trims, VIEWS, strict=True))
    by_formula = sorted(near, key=lambda n: (-near[n] * (1 + 0.25 * log10(1 + views[n])), n))
    assert nearest(near, limit=8) == tuple(by_formula)
    assert by_formula != sorted(near, key=lambda n: -near[n])  # views do make a difference


@pytest.mark.usefixtures("engine")
def test_only_what_there_is_to_choose_from_is_found_and_no_more_than_asked_for(
    trims: list[int],
) -> None:
    assert nearest({trims[3]: 0.2, trims[7]: 0.4, 999: 0.9}, limit=5) == (trims[7], trims[3])
    assert nearest({trims[3]: 0.2, trims[7]: 0.4}, limit=1) == (trims[7],)
    assert nearest({}, limit=5) == ()


@pytest.mark.usefixtures("engine")
def test_equals_stand_by_price(trims: list[int]) -> None:
    assert nearest({trims[0]: 0.5, trims[3]: 0.5, trims[7]: 0.5}, limit=3) == (
        trims[7],
        trims[3],
        trims[0],
    )
