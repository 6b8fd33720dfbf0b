"""Numbers beyond all measure are none, and no sentence takes long to read."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from webapp.search.understanding.reading import LONGEST
from webapp.search.understanding.result import Understanding

Read = Callable[[str], Understanding]


@pytest.mark.parametrize(
    "number",
    ["百万" * 900, "9" * 400, "二" * 400, "1,000" + ",000" * 100, "9" * 309 + ".5", "9" * 16],
)
@pytest.mark.parametrize("unit", ["", "万以内", "公里以上", "米", "款", "元", "、6万", "口之家"])
@pytest.mark.parametrize("before", ["", "预算"])
def test_a_number_beyond_all_measure_is_none(
    read: Read, before: str, number: str, unit: str
) -> None:
    for one in read(f"{before}{number}{unit}").conditions:
        assert all(float(value) < 1e15 for value in one.condition.values)


@pytest.mark.parametrize("unit", ["汉", "宝马", "纯电", "5座", "20万", "汉或", "不要四驱", "9["])
def test_the_time_of_reading_grows_with_the_length_and_no_faster(read: Read, unit: str) -> None:
    def seconds(length: int) -> float:
        started = time.process_time()
        read((unit * LONGEST)[:length])
        return time.process_time() - started

    read(unit)
    short = min(seconds(LONGEST // 8) for _ in range(3))
    assert min(seconds(LONGEST) for _ in range(2)) < 24 * short + 0.05
