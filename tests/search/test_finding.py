"""The search engines hold to what the catalogue's own SQL says."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.backends.search.conftest import ENGINES, drop, elastic_url
from tests.catalogue import catalogue
from webapp.backends.search.port import ANYWHERE, EngineAway, EngineBusy
from webapp.catalogue import queries
from webapp.catalogue import vocabulary as words
from webapp.catalogue.filters import FIELDS, SORTS, Condition, Selection
from webapp.search import engine as engines
from webapp.search.finding import explain_matches, find_trims, ranked_by_words
from webapp.search.index import BOOST_LABELS, LAYOUT, TEXT_LABELS
from webapp.search.indexing import rebuild_index, sync_index

TRIMS = 120
BRANDS = ("星河", "南箕", "大角")


@pytest.fixture(params=ENGINES)
def indexed(request: pytest.FixtureRequest, app: Flask) -> Iterator[None]:
    """A catalogue full of ties and gaps, and an index of it."""
    url = "whoosh:" if request.param == "whoosh" else elastic_url()
    app.config["SEARCH_URL"] = url
    fill()
    rebuild_index()
    yield
    if url != "whoosh:":
        drop(url)


def fill() -> None:
    random = Random(7)

    def some(*values: Any) -> Any:
        return random.choice((None, *values))

    for n in range(TRIMS):
        known = random.getrandbits(len(words.FEATURES))
        catalogue.brand(
            BRANDS[n % 3],
            origin=words.ORIGINS[n % 3] if n % 3 else None,
            pinyin=("xinghe", "nanji", "dajiao")[n % 3],
            aliases=("Galaxy", "Sieve", "Arcturus")[n % 3],
        )
        catalogue.trim(
            f"k{n}",
            name=f"{n % 7} 型 PRO",
            brand_name=BRANDS[n % 3],
            series_name=f"{BRANDS[n % 3]}{n % 9}",
            model_year=some(2024, 2025),
            status=some("在售", "停售"),
            launch=some("2024-03", "2025-11"),
            price_fen=some(10_000_000, 19_980_000, 30_000_001),
            energy=some("BEV", "PHEV", "ICE"),
            range_km=some(300, 500),
            fuel_l_100km=some(4.55, 6.0),
            accel_0_100_s=some(3.9, 7.2),
            power_kw=some(100.0, 200.5),
            seats=some(5, 7),
            body=some("SUV", "轿车"),
            size=some("中型", "大型"),
            drive=some("前驱", "四驱"),
            gearbox=some("自动"),
            length_mm=some(4300, 4800),
            range_cycle=some("CLTC", "NEDC"),
            displacement_l=some(1.5, 2.0),
            transmission=some("CVT", "AT"),
            fast_charge_min=some(20, 30),
            tyre_width_mm=some(205, 235),
            features=known & random.getrandbits(len(words.FEATURES)),
            features_known=known,
        )
    for n in range(9):
        if n % 4:
            series = f"{BRANDS[n % 3]}{n}"
            catalogue.series(series, brand_name=BRANDS[n % 3], sales_recent=500 * (n % 2) + 10)
    catalogue.publish()


VALUES: dict[str, list[Any]] = {
    "price_wan": [10, 19.98, 30, 25.5],
    "fuel_l_100km": [4.55, 6, 5],
    "accel_0_100_s": [3.9, 7.2, 5],
    "power_kw": [100, 200.5],
    "range_km": [300, 500, 400],
    "seats": [5, 7],
    "displacement_l": [1.5, 2, 1.8],
    "fast_charge_min": [20, 30, 25],
    "tyre_width_mm": [205, 235],
    "model_year": [2024, 2025],
    "length_mm": [4300, 4800, 4500],
    "brand": [*BRANDS, "无此品牌"],
    "series": [f"{BRANDS[n % 3]}{n}" for n in range(9)],
}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    field = draw(st.sampled_from(FIELDS))
    value = st.sampled_from(VALUES.get(field.name) or field.choices or [1, 50.5, 4000])
    operators = {
        "number": ("==", "!=", ">=", "<=", "in", "not in"),
        "choice": ("==", "!=", "in", "not in"),
        "features": ("in", "not in"),
    }[field.kind]
    operator = draw(st.sampled_from(operators))
    if operator in ("in", "not in"):
        chosen = draw(st.lists(value, min_size=1, max_size=3, unique=True))
        return Condition(field.name, operator, tuple(chosen))
    return Condition(field.name, operator, draw(value))


SELECTIONS = st.builds(
    Selection,
    conditions=st.lists(conditions(), max_size=3).map(tuple),
    sort=st.sampled_from([None, *SORTS]),
)


def test_the_same_trims_in_the_same_order_with_the_same_counts_as_sql(indexed: None) -> None:
    @settings(
        max_examples=300,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(SELECTIONS)
    def agrees(selection: Selection) -> None:
        expected = queries.search_trims(selection, size=TRIMS)
        found = find_trims(selection, limit=TRIMS)
        assert found.by_engine
        assert found.ids == tuple(row.id for row in expected.rows)
        assert found.total == expected.total
        assert found.facets == {
            name: {facet.value: facet.count for facet in facets}
            for name, facets in expected.facets.items()
        }

    agrees()


def test_words_and_conditions_hold_together(indexed: None) -> None:
    cheap = Condition("price_wan", "<=", 19.98)
    found = find_trims(Selection(conditions=(cheap,), text="南箕 suv"), limit=TRIMS)
    rows = queries.fields_of(found.ids, ["brand", "body", "price_wan"])
    assert rows
    assert {(row["brand"], row["body"]) for row in rows} == {("南箕", "SUV")}
    assert max(row["price_wan"] for row in rows) == 19.98
    assert found.facets["body"]["SUV"] == found.total


def test_the_words_of_other_names_and_pinyin_find_the_series(indexed: None) -> None:
    named = set(ranked_by_words("南箕") or ())
    assert len(named) == TRIMS / 3
    assert set(ranked_by_words("sieve") or ()) == set(ranked_by_words("nanji") or ()) == named


def test_each_result_says_why_it_stands_there(indexed: None) -> None:
    order = ranked_by_words("南箕 pro") or ()
    assert len(order) == TRIMS / 3
    whys = explain_matches("南箕 pro", order[:5])
    assert list(whys) == list(order[:5])
    scores = [why.score for why in whys.values()]
    assert scores == sorted(scores, reverse=True)
    for why in whys.values():
        assert {word.word for word in why.words} == {"南箕", "pro"} | (
            {word.word for word in why.words if word.whole}
        )
        assert why.score == pytest.approx(why.text + sum(why.boosts.values()), abs=1e-9)
    assert explain_matches("无此词", order[:5]) == {}


def test_every_part_of_an_explanation_has_a_name_in_chinese() -> None:
    assert {*LAYOUT.texts, ANYWHERE} == {*TEXT_LABELS}
    assert {*LAYOUT.boosts} == {*BOOST_LABELS}


def test_a_change_of_the_catalogue_reaches_the_index_and_nothing_else_is_written(
    indexed: None,
) -> None:
    assert sync_index() is None
    catalogue.trim("new", name="新来 型", series_name="南箕1", brand_name="南箕")
    catalogue.publish()
    changes = sync_index()
    assert changes is not None
    assert (changes.documents, changes.written, changes.removed) == (TRIMS + 1, 1, 0)
    assert len(ranked_by_words("新来") or ()) == 1
    assert sync_index() is None


def test_without_an_engine_conditions_hold_and_words_are_looked_for_in_names(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def search(self, query: object) -> None:
            raise EngineAway("unplugged")

    fill()
    monkeypatch.setitem(app.extensions, "search_engine", Away())
    asked = Selection(conditions=(Condition("body", "==", "SUV"),), text="南箕")
    found = find_trims(asked, limit=TRIMS)
    assert not found.by_engine
    rows = queries.fields_of(found.ids, ["brand", "body"])
    assert rows
    assert {(row["brand"], row["body"]) for row in rows} == {("南箕", "SUV")}
    assert len(rows) == found.total
    assert ranked_by_words("南箕") is None
    assert explain_matches("南箕", found.ids) == {}


def test_two_machines_do_not_change_an_index_at_once(app: Flask, redis_url: str) -> None:
    app.config["SEARCH_URL"] = "http://127.0.0.1:9/cars"
    with engines.changing() as keep:
        keep()
        with pytest.raises(EngineBusy):
            rebuild_index()
    with pytest.raises(EngineAway):  # it has come as far as the engine
        rebuild_index()
