"""In which lists a change may be seen: never in one that is not told of it."""

from __future__ import annotations

import random
from typing import Any

from sqlalchemy import update

from tests.catalogue import catalogue
from tests.catalogue.test_queries import many, random_condition
from webapp.catalogue import listed, queries, subjects
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.models import Trim
from webapp.catalogue.queries.listing import FACETS, PARAMETER_FACETS
from webapp.catalogue.vocabulary import BODIES, ENERGIES
from webapp.extensions import db

__all__ = ["many"]

SUV = {"price_fen": 15_000_000, "energy": "BEV", "body": "SUV", "size": "中型", "power_kw": 150.0}


def told(before: dict[str, Any], **after: Any) -> set[str]:
    return listed.of_change(before, after, series="北斗", brand="星河")


def follows(*conditions: Condition) -> set[str]:
    return listed.of_list(conditions)


BY_BODY = Condition("body", "==", "轿车")
CHEAP, DEAR = Condition("price_wan", "<=", 12), Condition("price_wan", ">=", 40)


def test_a_figure_of_an_suv_is_seen_in_lists_of_suvs_and_in_none_of_saloons() -> None:
    change = told(SUV, power_kw=200.0)
    assert change & follows(Condition("body", "in", ("SUV", "MPV")))
    assert change & follows()
    assert not change & follows(BY_BODY)
    assert change & follows(BY_BODY, Condition("power_kw", ">=", 180))  # as an alternative
    assert not change & follows(Condition("series", "==", "岭"))
    assert change & follows(Condition("series", "==", "北斗"))


def test_a_price_is_seen_in_the_band_it_leaves_and_in_the_one_it_enters() -> None:
    change = told(SUV, price_fen=45_000_000)
    bands = [(14, 16), (44, 46)]
    for low, high in bands:
        assert change & follows(
            Condition("price_wan", ">=", low), Condition("price_wan", "<=", high)
        )
    assert not change & follows(Condition("brand", "==", "白桦"))
    assert told(SUV, power_kw=200.0) & follows(Condition("price_wan", "<=", 15))
    assert not told(SUV, power_kw=200.0) & follows(CHEAP)


def test_what_did_not_change_is_told_to_nobody() -> None:
    assert told(SUV, power_kw=150.0, body="SUV") == set()


def test_every_list_follows_which_trims_there_are() -> None:
    for conditions in ((), (BY_BODY,), (CHEAP,), (DEAR, BY_BODY)):
        assert subjects.TRIMS in follows(*conditions)


def answer(selection: Selection) -> list[object]:
    found = queries.search_trims(selection, size=500)
    return [
        found.rows,
        queries.count_trims(
            selection, (*FACETS, *PARAMETER_FACETS), tuple(queries.HISTOGRAM_STEPS)
        ),
        queries.series_in_order(selection),
    ]


def test_a_list_that_a_change_does_not_tell_is_the_same_page(many: list[Trim]) -> None:
    rng = random.Random(41)
    values: dict[str, list[Any]] = {
        "price_fen": [None, 8_000_000, 21_000_000, 44_000_000],
        "energy": [None, *ENERGIES],
        "body": [None, *BODIES],
        "seats": [None, 5, 7],
        "power_kw": [None, 70.0, 300.0],
        "range_km": [None, 400, 750],
    }
    fields = {"price_wan", *values}
    kept = 0
    for _ in range(60):
        drawn = (random_condition(rng, many) for _ in range(60))
        conditions = [one for one in drawn if one.field in fields][: rng.randint(1, 3)]
        selection = Selection(tuple(dict.fromkeys(conditions)))
        trim = rng.choice(many)
        before = {column.name: getattr(trim, column.name) for column in Trim.__table__.columns}
        names = rng.sample(sorted(values), rng.randint(1, 2))
        after = {name: rng.choice(values[name]) for name in names}
        series = trim.series
        change = listed.of_change(before, after, series=series.name, brand=series.brand.name)
        page = answer(selection)
        db.session.execute(update(Trim).where(Trim.id == trim.id).values(after))
        catalogue.publish()
        if not change & listed.of_list(selection.conditions):
            kept += 1
            assert answer(selection) == page, (selection, before, after)
        db.session.refresh(trim)
    assert kept
