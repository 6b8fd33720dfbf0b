"""Comparison: equal rows, better values, and what a version adds."""

from __future__ import annotations

from typing import Any

from webapp.cars.pages.comparison import compare, version_steps
from webapp.catalogue.queries import Spec, SpecSource, TrimRow

LISTED = SpecSource("来源甲", None, "2025-11", "listed")


def trim(trim_id: int, **columns: Any) -> TrimRow:
    empty: dict[str, Any] = dict.fromkeys(TrimRow.__dataclass_fields__)
    given: dict[str, Any] = {"id": trim_id, "key": f"k{trim_id}", "name": f"版本{trim_id}"}
    names = {"series_id": 1, "series": "北斗", "brand": "星河", "energy": "BEV"}
    return TrimRow(**(empty | given | names | columns))


def spec(trim_id: int, key: str, **columns: Any) -> Spec:
    defaults: dict[str, Any] = {
        "section": "车身",
        "label": key,
        "unit": None,
        "type": "number",
        "better": None,
        "number": None,
        "text": None,
        "fitted": None,
        "source": LISTED,
    }
    return Spec(trim_id=trim_id, key=key, **(defaults | columns))


def rows(trims: list[TrimRow], specs: list[Spec]) -> dict[str, Any]:
    return {row.key: row for s in compare(trims, specs).sections for row in s.rows}


def test_the_better_figure_is_marked_where_better_means_something() -> None:
    found = rows(
        [trim(1), trim(2), trim(3)],
        [
            *(spec(n, "accel", number=s, better="low") for n, s in ((1, 6.2), (2, 4.1), (3, 4.1))),
            *(spec(n, "range", number=s, better="high") for n, s in ((1, 500.0), (2, 600.0))),
            *(spec(n, "length", number=s) for n, s in ((1, 4800.0), (2, 4700.0))),
        ],
    )
    assert [cell.best for cell in found["accel"].cells] == [False, True, True]
    assert [cell.best for cell in found["range"].cells] == [False, True, False]
    assert not any(cell.best for cell in found["length"].cells)


def test_what_a_car_cannot_have_is_no_gap_and_no_mark_goes_between_kinds() -> None:
    found = rows(
        [trim(1, energy="ICE"), trim(2, energy="PHEV"), trim(3, energy="BEV")],
        [
            spec(1, "fuel_wltc_l_100km", number=6.5, better="low"),
            spec(2, "fuel_wltc_l_100km", number=1.2, better="low"),
            spec(1, "cylinders", section="发动机", number=4.0),
        ],
    )
    assert [cell.text for cell in found["fuel_wltc_l_100km"].cells] == ["6.5", "1.2", "–"]
    assert not any(cell.best for cell in found["fuel_wltc_l_100km"].cells)
    assert [cell.text for cell in found["cylinders"].cells] == ["4", "未知", "–"]


def test_equal_figures_and_a_single_known_one_carry_no_mark() -> None:
    found = rows(
        [trim(1), trim(2)],
        [
            spec(1, "range", number=500.0, better="high"),
            spec(2, "range", number=500.0, better="high"),
            spec(1, "accel", number=5.0, better="low"),
        ],
    )
    assert not any(cell.best for row in found.values() for cell in row.cells)


def test_unknown_is_not_the_same_as_absent_nor_as_equal() -> None:
    found = rows(
        [trim(1), trim(2)],
        [
            spec(1, "fridge", type="flag", fitted="absent"),
            spec(1, "hud", type="flag", fitted="standard"),
            spec(2, "hud", type="flag", fitted="standard"),
        ],
    )
    assert [cell.text for cell in found["fridge"].cells] == ["无", "未知"]
    assert not found["fridge"].same
    assert found["hud"].same


def test_rows_that_differ_are_counted() -> None:
    specs = [spec(1, "a", number=1.0), spec(2, "a", number=1.0), spec(1, "b", number=1.0)]
    assert compare([trim(1), trim(2)], specs).differing == 1


def test_a_version_is_held_against_the_next_cheaper_one_of_its_energy() -> None:
    trims = [
        trim(3, price_fen=20_000_000, energy="PHEV"),
        trim(2, price_fen=15_000_000),
        trim(1, price_fen=12_000_000),
    ]
    specs = [
        spec(1, "range", number=400.0, unit="km"),
        spec(2, "range", number=500.0, unit="km"),
        spec(2, "price_wan", number=15.0),
        spec(2, "hud", type="flag", fitted="standard"),
    ]
    first, second, third = version_steps(trims, specs)
    assert (first.trim.id, first.base) == (1, None)
    assert second.base is not None
    assert (second.base.id, second.extra_fen) == (1, 3_000_000)
    assert second.gains == [("range", "400 km", "500 km"), ("hud", None, "标配")]
    assert third.base is None


def test_a_version_without_a_price_has_no_price_gap() -> None:
    steps = version_steps([trim(1, price_fen=10), trim(2, price_fen=None)], [])
    assert steps[1].extra_fen is None


def test_of_two_long_lists_only_what_differs_is_shown() -> None:
    items = [f"遥控功能{n}" for n in range(8)]
    trims = [trim(1, price_fen=1), trim(2, price_fen=2)]
    specs = [
        spec(1, "app", type="text", text=" ".join(items[:7])),
        spec(2, "app", type="text", text=" ".join(items[1:])),
    ]
    (gain,) = version_steps(trims, specs)[1].gains
    assert (gain.before, gain.after) == ("遥控功能0", "遥控功能7")
