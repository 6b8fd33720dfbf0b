"""The list against a plain reading of the vocabulary, and the reads behind the pages."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue import catalogue
from tests.kept import KeptRows
from webapp.catalogue import queries
from webapp.catalogue.filters import FIELDS, Condition, Selection
from webapp.catalogue.filters.fields import PARAMETERS
from webapp.catalogue.measures import applies
from webapp.catalogue.models import Trim
from webapp.catalogue.vocabulary import (
    BODIES,
    DRIVES,
    ENERGIES,
    FEATURES,
    GEARBOXES,
    SIZES,
    STATUSES,
)
from webapp.extensions import db

BRANDS = [("星河", "中国"), ("白桦", "德国"), ("海蓝", None)]


def some(choices: Any, rng: random.Random) -> Any:
    """One of the choices, or unknown in one case of four."""
    return None if rng.random() < 0.25 else rng.choice(choices)


@pytest.fixture
def many(app: Flask, kept_rows: KeptRows) -> list[Trim]:
    """160 invented trims with gaps everywhere."""
    kept_rows.fill("many", _many)
    return list(db.session.scalars(select(Trim).order_by(Trim.id)))


def _many() -> None:
    rng = random.Random(7)
    for n in range(160):
        name, origin = rng.choice(BRANDS)
        catalogue.brand(name, origin=origin)
        known = rng.getrandbits(len(FEATURES))
        catalogue.trim(
            f"t{n}",
            brand_name=name,
            series_name=f"{name}{rng.randrange(4)}",
            model_year=some(range(2022, 2027), rng),
            status=some(STATUSES, rng),
            launch=some(["2024-01", "2025-02", "2025-11"], rng),
            price_fen=some(range(5_000_000, 60_000_000, 1_000_000), rng),
            energy=some(ENERGIES, rng),
            range_km=some(range(50, 800, 50), rng),
            battery_kwh=some([20.5, 60.0, 80.25], rng),
            fuel_l_100km=some([1.5, 5.0, 6.1, 9.0], rng),
            power_kw=some([70.0, 150.0, 300.0], rng),
            torque_nm=some([150.0, 300.0], rng),
            accel_0_100_s=some([2.9, 5.0, 8.8], rng),
            seats=some([2, 4, 5, 6, 7], rng),
            body=some(BODIES, rng),
            size=some(SIZES, rng),
            drive=some(DRIVES, rng),
            gearbox=some(GEARBOXES, rng),
            length_mm=some([3500, 4400, 5000], rng),
            width_mm=some([1600, 1900], rng),
            height_mm=some([1450, 1700], rng),
            wheelbase_mm=some([2400, 2900], rng),
            **{row.name: some(row.choices or (2, 5, 30), rng) for row in PARAMETERS},
            features=known & rng.getrandbits(len(FEATURES)),
            features_known=known,
        )
    catalogue.publish()


def holds(condition: Condition, trim: Trim) -> bool:
    """The vocabulary's reading of one condition, without SQL."""
    field, operator = condition.field, condition.operator
    if field == "features":
        bit = 1 << FEATURES.index(str(condition.values[0]))
        if operator == "in":
            return bool(trim.features & bit)
        return bool(trim.features_known & bit) and not trim.features & bit
    actual: Any = {
        "price_wan": trim.price_fen and trim.price_fen / 1_000_000,
        "brand": trim.series.brand.name,
        "origin": trim.series.brand.origin,
        "series": trim.series.name,
    }.get(field, getattr(trim, field, None))
    if actual is None:
        return False
    first: Any = condition.values[0]
    return {
        "==": actual == first,
        "!=": actual != first,
        ">=": operator == ">=" and actual >= first,
        "<=": operator == "<=" and actual <= first,
        "in": actual in condition.values,
        "not in": actual not in condition.values,
    }[operator]


def random_condition(rng: random.Random, trims: list[Trim]) -> Condition:
    row = rng.choice(FIELDS)
    if row.kind == "features":
        return Condition(row.name, rng.choice(["in", "not in"]), (rng.choice(FEATURES),))
    if row.name == "price_wan":
        values: list[Any] = [float(rng.randrange(5, 60)) for _ in range(2)]
    elif row.kind == "number":
        found = [value for t in trims if (value := getattr(t, row.name)) is not None]
        values = rng.sample(sorted(set(found)), 2)
    elif row.name == "brand":
        values = rng.sample([name for name, _ in BRANDS], 2)
    elif row.name == "series":
        values = rng.sample(sorted({t.series.name for t in trims}), 2)
    else:
        values = rng.sample(row.choices, 2)
    operators = ["==", "!=", "in", "not in"] + ([">=", "<="] if row.kind == "number" else [])
    operator = rng.choice(operators)
    return Condition(row.name, operator, tuple(values) if "in" in operator else values[0])


def test_every_condition_holds_for_every_trim_found_and_none_is_missed(many: list[Trim]) -> None:
    rng = random.Random(11)
    for _ in range(150):
        wanted = [random_condition(rng, many) for _ in range(rng.randint(1, 3))]
        found = queries.search_trims(Selection(conditions=tuple(wanted)), size=500)
        expected = {t.id for t in many if all(holds(c, t) for c in wanted)}
        assert {row.id for row in found.rows} == expected, wanted
        assert found.total == len(expected)


def test_facets_count_what_picking_a_value_instead_would_give(many: list[Trim]) -> None:
    rng = random.Random(13)
    for _ in range(40):
        wanted = {c.field: c for c in (random_condition(rng, many) for _ in range(3))}
        selection = Selection(conditions=tuple(wanted.values()))
        found = queries.search_trims(selection, size=1)
        for field in ("energy", "body", "seats"):
            others = [c for c in wanted.values() if c.field != field]
            for facet in found.facets[field]:
                same = [t for t in many if getattr(t, field) == facet.value]
                assert facet.count == sum(all(holds(c, t) for c in others) for t in same)
        for field, total in found.without.items():
            others = [c for c in wanted.values() if c.field != field]
            assert total == sum(all(holds(c, t) for c in others) for t in many)
        for facet in found.facets["features"]:
            more = [*wanted.values(), Condition("features", "in", (facet.value,))]
            assert facet.count == sum(all(holds(c, t) for c in more) for t in many)


def test_what_is_left_out_only_for_want_of_a_value_is_counted(many: list[Trim]) -> None:
    rng = random.Random(17)
    seen = set()
    for _ in range(60):
        wanted = {c.field: c for c in (random_condition(rng, many) for _ in range(3))}
        found = queries.count_trims(Selection(conditions=tuple(wanted.values())))
        for field in wanted:
            others = [c for c in wanted.values() if c.field != field]
            left_out = [
                t
                for t in many
                if is_unknown(wanted[field], t)
                and applies(field, t.energy)
                and all(holds(c, t) for c in others)
            ]
            assert found.unknown.get(field, 0) == len(left_out), wanted
            seen.add(field) if left_out else None
    assert {"features", "power_kw"} <= seen


def is_unknown(condition: Condition, trim: Trim) -> bool:
    if condition.field == "features":
        return not trim.features_known >> FEATURES.index(str(condition.values[0])) & 1
    if condition.field == "price_wan":
        return trim.price_fen is None
    of = {"brand": trim.series.brand.name, "origin": trim.series.brand.origin}
    of["series"] = trim.series.name
    return of.get(condition.field, getattr(trim, condition.field, None)) is None


def test_ranges_of_other_test_cycles_stand_behind_those_of_the_usual_one(app: Flask) -> None:
    for key, cycle, km in (
        ("w", "WLTC", 900),
        ("c", "CLTC", 400),
        ("long", "CLTC", 700),
        ("x", None, 950),
        ("none", None, None),
    ):
        catalogue.trim(key, range_km=km, range_cycle=cycle)
    catalogue.publish()
    found = queries.search_trims(Selection(sort="-range"), size=9)
    assert [row.key for row in found.rows] == ["long", "c", "w", "x", "none"]


@pytest.mark.parametrize(
    ("sort", "key", "descending"),
    [
        ("price", "price_fen", False),
        ("-price", "price_fen", True),
        ("accel", "accel_0_100_s", False),
        ("fuel", "fuel_l_100km", False),
        ("-power", "power_kw", True),
        ("-length", "length_mm", True),
        ("-launch", "launch", True),
    ],
)
def test_sorting_puts_the_unknown_last(
    many: list[Trim], sort: str, key: str, descending: bool
) -> None:
    rows = queries.search_trims(Selection(sort=sort), size=500).rows
    values = [getattr(row, key) for row in rows]
    known = [value for value in values if value is not None]
    assert values[len(known) :] == [None] * (len(values) - len(known))
    assert known == sorted(known, reverse=descending)


def test_pages_follow_on_without_gap_or_repeat(many: list[Trim]) -> None:
    pages = [queries.search_trims(Selection(page=n), size=50).rows for n in (1, 2, 3, 4)]
    ids = [row.id for page in pages for row in page]
    assert len(ids) == len(set(ids)) == len(many)


def test_what_sells_most_comes_first_unless_asked_otherwise(app: Flask) -> None:
    catalogue.trim("slow", series_name="慢", price_fen=1)
    catalogue.trim("fast", series_name="快")
    catalogue.series("快", sales_recent=900)
    catalogue.publish()
    assert [row.key for row in queries.search_trims(Selection(), size=5).rows] == ["fast", "slow"]


def test_words_are_looked_for_in_every_name_and_are_no_pattern(app: Flask) -> None:
    catalogue.trim("a", series_name="北斗", name="长续航 100% 版")
    catalogue.trim("b", series_name="南极", name="标准版")
    catalogue.publish()

    def keys(text: str) -> list[str]:
        return [row.key for row in queries.search_trims(Selection(text=text), size=9).rows]

    assert keys("北斗 长续航") == ["a"]
    assert keys("galaxy 标准") == ["b"]
    assert keys("100%") == ["a"]
    assert keys("_") == []
    assert keys("%") == ["a"]


def test_near_names_find_the_mistyped_and_the_pinyin(app: Flask) -> None:
    catalogue.series("北斗七")
    catalogue.series("长空", pinyin="changkong")
    db.session.commit()
    assert queries.near_names("北斗八")[0].text == "北斗七"
    assert queries.near_names("changkon")[0].text == "长空"
    assert queries.near_names("zzzz") == []


def test_best_sellers_rank_one_scope_of_one_month(app: Flask) -> None:
    first, second = catalogue.series("甲"), catalogue.series("乙")
    catalogue.sales(first, "2026-05", 100)
    catalogue.sales(second, "2026-05", 300)
    catalogue.sales(first, "2026-06", 999)  # one series only: no ranking
    catalogue.sales(first, "2026-07", 500, scope="wholesale")
    catalogue.sales(second, "2026-07", 400, scope="wholesale")
    catalogue.publish()
    ranking = queries.best_sellers(limit=2)
    assert ranking is not None
    assert ranking.period == "2026-05"
    assert [row.series for row in ranking.rows] == ["乙", "甲"]


def test_new_trims_show_the_cheapest_of_each_newest_series(app: Flask) -> None:
    catalogue.trim("old", series_name="旧", launch="2024-01")
    catalogue.trim("dear", series_name="新", launch="2025-11", price_fen=30_000_000)
    catalogue.trim("cheap", series_name="新", launch="2025-11", price_fen=20_000_000)
    catalogue.trim("recent", series_name="近", launch="2025-10")
    catalogue.trim("autumn", series_name="秋", launch="2025-08")
    catalogue.trim("coming", series_name="将", launch="2026-01")
    catalogue.publish()
    today = date(2025, 11, 20)
    assert [row.key for row in queries.new_trims(today=today)] == ["cheap", "recent"]
    assert [row.key for row in queries.new_trims(today=today, limit=1)] == ["cheap"]


def test_nothing_is_new_where_the_last_launch_is_long_ago(app: Flask) -> None:
    catalogue.trim("a", launch="2025-11")
    catalogue.publish()
    assert queries.new_trims(today=date(2026, 11, 30)) == []


def test_cars_come_in_the_order_of_what_dealers_ask_and_the_unpriced_last(app: Flask) -> None:
    for key, fen in (("a", None), ("b", 9_000_000), ("c", 8_000_000)):
        catalogue.trim(key, dealer_price_fen=fen, price_fen=10_000_000)
    catalogue.publish()
    found = queries.search_trims(Selection(sort="dealer_price"), size=9)
    assert [row.key for row in found.rows] == ["c", "b", "a"]
    assert found.spans["dealer_price_fen"] == (8_000_000, 9_000_000)
    assert [row.is_discounted for row in found.rows] == [True, True, False]


def test_only_current_values_are_read(app: Flask) -> None:
    car = catalogue.trim("a")
    length = catalogue.parameter("length_mm", "长度")
    catalogue.value(
        car, length, number=4800, superseded_at=catalogue.datetime(2026, 1, 1, tzinfo=catalogue.UTC)
    )
    catalogue.value(car, length, number=4810)
    catalogue.publish()
    assert [spec.number for spec in queries.specs_of([car.id])] == [4810]


def test_a_histogram_leaves_its_own_bounds_out_and_counts_every_known_trim(app: Flask) -> None:
    for n, price in enumerate((1_000_000, 2_600_000, 2_700_000, 90_000_000, None)):
        catalogue.trim(f"h{n}", price_fen=price, energy="BEV" if n != 1 else "ICE")
    catalogue.publish()
    bev = Condition("energy", "==", "BEV")
    bound = Condition("price_wan", "<=", 2.0)
    found = queries.histogram(Selection(conditions=(bev, bound)), "price_wan")
    assert found.counts[:2] == [1, 1]
    assert found.counts[-1] == 1
    assert found.total == 3
