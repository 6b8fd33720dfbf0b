"""Which cars are picked, how near they are, and what is said of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np
import pytest

from webapp.catalogue.queries import Priced, TrimRow
from webapp.recommend import reasons
from webapp.recommend.affinity import Facts, affinities
from webapp.recommend.picking import MOST_OF_BRAND, is_new, nearest_in_price, pick

TODAY = date(2026, 12, 1)


def trim(id: int, *, series: int = 0, brand: str = "星河", **more: Any) -> TrimRow:
    unknown = dict.fromkeys(one.name for one in fields(TrimRow))
    known = {"id": id, "series_id": series or id, "brand": brand, "series": f"车{series or id}"}
    return TrimRow(**{**unknown, **known, "name": f"{id} 型", **more})  # type: ignore[arg-type]


def test_no_more_than_two_of_a_series_and_at_least_three_brands_stand_among_eight() -> None:
    ranked = [
        trim(n, series=1 + n // 5, brand="星河" if n < 30 else f"{n // 10}") for n in range(60)
    ]
    chosen = pick(ranked, today=TODAY)
    assert len(chosen) == 8
    assert max(Counter(one.series_id for one in chosen).values()) <= 2
    assert len({one.brand for one in chosen}) >= 3
    assert Counter(one.brand for one in chosen)["星河"] == MOST_OF_BRAND
    assert chosen[0] is ranked[0]


def test_a_second_version_of_a_series_comes_where_there_are_too_few_series() -> None:
    many = [trim(n, series=1 + n // 2, brand=f"{n // 2}") for n in range(20)]
    assert [one.id for one in pick(many, today=TODAY)] == [*range(0, 16, 2)]
    few = [trim(n, series=1 + n // 3, brand=f"{n // 3}") for n in range(12)]
    assert [one.id for one in pick(few, today=TODAY)] == [0, 1, 3, 4, 6, 7, 9, 10]


def test_one_place_in_eight_is_for_the_first_new_car_that_fits() -> None:
    old = [trim(n, brand=f"{n % 4}", launch="2024-01") for n in range(1, 20)]
    new = trim(50, brand="新", launch="2026-09")
    chosen = pick([*old, new, trim(51, launch="2026-11")], today=TODAY)
    assert chosen == [*old[:7], new]
    assert pick([new, *old], today=TODAY) == [new, *old[:7]]  # it stands there already
    assert pick(old, today=TODAY) == old[:8]


@pytest.mark.parametrize(
    ("launch", "new"),
    [("2026-12", True), ("2026-07", True), ("2026-06", False), ("2027-01", False), (None, False)],
)
def test_a_car_is_new_for_six_months(launch: str | None, new: bool) -> None:
    assert is_new(trim(1, launch=launch), TODAY) is new


def test_of_a_series_the_versions_nearest_in_price_are_taken() -> None:
    versions = [Priced(n, 7, n * 1_000_000) for n in (10, 12, 15, 20)]
    assert [one.id for one in nearest_in_price(versions, 14_000_000)] == [15, 12]
    assert [one.id for one in nearest_in_price(versions, None)] == [10, 12]


OTHER = trim(1, price_fen=15_000_000, energy="BEV", range_km=500, range_cycle="CLTC", seats=5)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        (
            {"price_fen": 15_500_000, "range_km": 585, "range_cycle": "CLTC"},
            "同价位，续航多 85 公里",
        ),
        ({"price_fen": 12_000_000}, "便宜 3.00 万"),
        ({"price_fen": 20_000_000, "seats": 7}, "贵 5.00 万，多 2 个座位"),
        ({"price_fen": 15_000_000, "range_km": 585, "range_cycle": "NEDC"}, "同价位"),
        ({"price_fen": 15_000_000, "range_km": 510, "range_cycle": "CLTC"}, "同价位"),
    ],
)
def test_a_reason_says_what_is_true_of_both_and_compares_no_two_cycles(
    known: dict[str, Any], said: str
) -> None:
    assert reasons.compared(trim(2, energy="BEV", **known), OTHER) == said


def facts(price: float, body: str = "SUV", energy: str = "BEV", size: str = "中型") -> Facts:
    return Facts(price, size, body, frozenset({energy}), (4_700.0,))


def test_likeness_price_and_what_is_considered_together_each_draw_cars_near() -> None:
    cars = [facts(15), facts(15.5), facts(40), facts(15, "轿车", "ICE"), facts(60, "MPV", "ICE")]
    alone = affinities(cars, [])
    assert alone[0][1] == max(alone[0])
    assert alone[0][0] == -np.inf
    led = affinities(cars, [(0, 3, 9.0), (1, 2, 1.0)])
    assert led[0][3] - alone[0][3] > led[0][4] - alone[0][4]
    assert led[0][3] == max(led[0])


def test_cars_of_which_nothing_is_known_break_nothing() -> None:
    empty = Facts(None, None, None, frozenset(), (None,))
    found = affinities([empty, empty, facts(10)], [(0, 1, 2.0)])
    assert not np.isnan(found).any()
    assert affinities([], []).shape == (0, 0)
