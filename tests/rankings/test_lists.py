"""A list by itself: places, parts, reasons, digest and bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webapp.rankings.chart import OUTSIDE, bump_chart, spark
from webapp.rankings.lists import (
    Earlier,
    Entry,
    Inputs,
    Kind,
    Listed,
    RankingError,
    check,
    compute,
    csv_of,
    digest_of,
)
from webapp.rankings.methods import METHODS, SLICES, band_of

RETAIL = METHODS["retail-series"]
FUEL = METHODS["fuel-wltc"]
SUV = Kind(("BEV",), "SUV", "中型", "15-20", "中国")
SEDAN = Kind(("PHEV", "ICE"), "轿车", "中型", "12-15", "德国")


def entry(number: int, value: float, kind: Kind = SUV) -> Entry:
    return Entry(f"series:{number}", f"北斗{number}", value, ("乘联会",), "星河", kind)


def places(listed: Listed) -> list[tuple[str, int]]:
    return [(row.entry.name, row.place) for row in listed.rows]


def test_most_units_come_first_and_equal_ones_share_a_place() -> None:
    inputs = Inputs((entry(1, 500), entry(2, 900), entry(3, 500), entry(4, 100)))
    found = places(compute(RETAIL, "2026-06", inputs))
    assert found == [("北斗2", 1), ("北斗1", 2), ("北斗3", 2), ("北斗4", 4)]


def test_the_lowest_consumption_comes_first() -> None:
    inputs = Inputs((entry(1, 5.2), entry(2, 4.1)))
    assert places(compute(FUEL, "2026-06", inputs)) == [("北斗2", 1), ("北斗1", 2)]


def test_a_part_has_places_of_its_own_now_and_in_the_period_before() -> None:
    inputs = Inputs(
        (entry(1, 900, SEDAN), entry(2, 500), entry(3, 560)),
        (
            Earlier("series:1", 800, SEDAN),
            Earlier("series:2", 700, SUV),
            Earlier("series:3", 500, SUV),
        ),
    )
    rows = compute(RETAIL, "2026-06", inputs, {"body": "SUV", "size": "中型"}).rows
    assert [(r.entry.name, r.place, r.was) for r in rows] == [("北斗3", 1, 2), ("北斗2", 2, 1)]
    assert [r.climbed for r in rows] == [1, -1]
    assert rows[0].reason == "销量 +12 %，上月第 2"


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("energy", "PHEV", True),
        ("energy", "BEV", False),
        ("price", "12-15", True),
        ("origin", "中国", False),
        ("size", "大型", False),
    ],
)
def test_a_series_of_several_energies_stands_in_the_list_of_each(
    name: str, value: str, fits: bool
) -> None:
    assert SEDAN.fits({name: value}) is fits


def test_what_is_unknown_of_a_car_is_in_no_part() -> None:
    unknown = Kind()
    assert [
        (name, value)
        for name, (_, words) in SLICES.items()
        for value in words
        if unknown.fits({name: value})
    ] == []


@pytest.mark.parametrize(
    ("period", "said"),
    [("2026-06", "上月不在榜"), ("2026-Q2", "上季不在榜"), ("2026", "上年不在榜")],
)
def test_a_newcomer_is_said_to_be_one(period: str, said: str) -> None:
    inputs = Inputs((entry(1, 5),), (Earlier("series:2", 7),))
    assert compute(RETAIL, period, inputs).rows[0].reason == said


def test_sums_over_different_things_are_not_compared() -> None:
    now = (replace(entry(1, 900), extent="1:1,2:1"), replace(entry(2, 500), extent="3:1"))
    before = (Earlier("series:1", 400, SUV, "1:1"), Earlier("series:2", 400, SUV, "3:1"))
    rows = compute(METHODS["retail-brands"], "2026-06", Inputs(now, before)).rows
    assert [row.reason for row in rows] == [
        "上月第 1，两期所含的数不同，不比增减",
        "销量 +25 %，上月第 1",
    ]
    assert [(row.change, row.climbed) for row in rows] == [(None, None), (0.25, -1)]


def test_without_a_list_before_no_change_is_told() -> None:
    row = compute(RETAIL, "2026-06", Inputs((entry(1, 5),))).rows[0]
    assert (row.was, row.change, row.reason) == (None, None, "")


def test_inputs_come_back_from_their_text_and_order_does_not_matter() -> None:
    told = replace(entry(1, 5), parts=(("轴距", "2900 mm"),), note="缺 1 个月")
    earlier = (Earlier("series:9", 3, SEDAN), Earlier("series:1", 4))
    inputs = Inputs((told, entry(2, 7.25, SEDAN)), earlier).ordered()
    turned = Inputs(inputs.entries[::-1], inputs.earlier[::-1]).ordered()  # type: ignore[index]
    assert Inputs.load(inputs.dump()) == inputs
    assert turned.dump() == inputs.dump()


def test_the_digest_follows_every_input_period_and_version() -> None:
    inputs = Inputs((entry(1, 5), entry(2, 7)))
    text = inputs.dump()
    other = Inputs((entry(1, 5), replace(entry(2, 7), sources=("中汽协",)))).dump()
    digests = {
        digest_of(RETAIL, "2026-06", text),
        digest_of(RETAIL, "2026-05", text),
        digest_of(replace(RETAIL, version=2), "2026-06", text),
        digest_of(METHODS["wholesale-series"], "2026-06", text),
        digest_of(RETAIL, "2026-06", other),
    }
    assert len(digests) == 5


def test_each_row_of_the_csv_names_basis_source_method_and_digest() -> None:
    listed = compute(RETAIL, "2026-06", Inputs((entry(1, 12345), entry(2, 900))))
    head, *rows = csv_of(listed, "d" * 64).lstrip("\ufeff").splitlines()
    assert head.startswith("榜单,期间,名次,名称")
    assert len(rows) == 2
    for row in rows:
        assert {"零售", "乘联会", "retail-series v1", "d" * 64} <= set(row.split(","))
    assert ",12345," in rows[0]


def test_a_row_without_a_source_is_not_published() -> None:
    inputs = Inputs((entry(1, 5), replace(entry(2, 7), sources=(" ",))))
    with pytest.raises(RankingError, match="北斗2"):
        check(inputs)


def test_sales_of_two_scopes_have_names_bases_and_lists_of_their_own() -> None:
    scopes = [(m.scope, m.basis, m.name) for m in METHODS.values() if m.group == "sales"]
    assert len({scope for scope, _, _ in scopes}) == len({basis for _, basis, _ in scopes}) == 3
    assert all(name.startswith(scope) for scope, _, name in scopes)


def test_figures_of_one_cycle_stand_in_one_list() -> None:
    cycles = {m.name: m.cycle for m in METHODS.values() if m.cycle}
    assert all(name.endswith(f"-{cycle.lower()}") for name, cycle in cycles.items())


@pytest.mark.parametrize(
    ("fen", "band"),
    [
        (None, None),
        (7_999_900, "0-8"),
        (8_000_000, "8-12"),
        (15_000_000, "15-20"),
        (900_000_000, "50-"),
    ],
)
def test_a_price_is_in_one_band(fen: int | None, band: str | None) -> None:
    assert band_of(fen) == band


def listed(*values: float) -> Listed:
    return compute(RETAIL, "2026-06", Inputs(tuple(entry(n, v) for n, v in enumerate(values))))


def test_a_line_is_broken_where_a_month_is_missing() -> None:
    months = ["2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
    lists = {month: listed(9, 8, 7) for month in months if month != "2026-04"}
    chart = bump_chart(months, lists)
    assert chart is not None
    first = chart.lines[0]
    assert [column.is_known for column in chart.columns] == [True, True, False, True, True]
    assert first.places == (1, 1, None, 1, 1)
    assert [(one.x, other.x) for one, other in first.segments] == [(10.0, 30.0), (70.0, 90.0)]
    assert "1 个月没有数据" in chart.summary


def test_a_place_behind_the_tenth_is_drawn_on_the_last_line() -> None:
    lists = {"2026-05": listed(*range(20)), "2026-06": listed(*range(20, 0, -1))}
    chart = bump_chart(["2026-05", "2026-06"], lists)
    assert chart is not None
    assert chart.lines[0].places == (20, 1)
    assert chart.lines[0].dots[0].y == chart.lines[-1].dots[-1].y + 28
    assert OUTSIDE == 11


def test_one_month_makes_no_chart() -> None:
    assert bump_chart(["2026-05", "2026-06"], {"2026-06": listed(3, 2, 1)}) is None


def test_a_small_line_is_broken_and_a_lone_month_is_a_dot() -> None:
    found = spark([1, 2, None, 3, None, 4, 5], "辆")
    assert found is not None
    assert (len(found.strokes), len(found.dots)) == (2, 1)
    assert spark([None, 3, None], "辆") is None
