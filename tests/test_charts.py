"""Charts: bars where there are figures, gaps where there are none, the same again in words."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from flask import Flask

from webapp.charts import BASE, TOP, bar_chart

YEAR = [(f"2025-{month:02d}", 1000.0 * month) for month in range(1, 13)]


def test_bars_stand_side_by_side_and_fill_the_width() -> None:
    bars = bar_chart(YEAR, title="月销量", unit="辆").bars
    assert [bar.x for bar in bars] == sorted(bar.x for bar in bars)
    for left, right in pairwise(bars):
        assert left.x + left.width < right.x
    assert bars[0].x >= 0
    assert bars[-1].x + bars[-1].width <= 100


def test_height_is_in_proportion_to_the_value_and_starts_at_zero() -> None:
    bars = bar_chart(YEAR, title="月销量", unit="辆").bars
    assert bars[9].height == pytest.approx(10 * bars[0].height, rel=0.02)
    assert all(bar.y + bar.height == pytest.approx(BASE) for bar in bars)
    assert all(bar.y >= TOP for bar in bars)


def test_a_missing_month_is_a_gap_and_zero_is_not() -> None:
    chart = bar_chart([("2025-01", 5), ("2025-02", None), ("2025-03", 0)], title="t", unit="辆")
    assert [bar.value for bar in chart.bars] == [5, None, 0]
    assert chart.bars[1].text == ""
    assert chart.bars[2].text == "0"
    assert chart.bars[1].x < chart.bars[2].x  # its place stays


def test_the_peak_and_a_last_month_away_from_it_carry_their_figures() -> None:
    points = [("2025-01", 10.0), ("2025-02", 90.0), *[(f"2025-{m:02d}", 20.0) for m in (3, 4, 5)]]
    bars = bar_chart(points, title="t", unit="辆").bars
    assert [bar.label for bar in bars if bar.named] == ["2025 年 2 月", "2025 年 5 月"]
    assert [bar.label for bar in bars if bar.peak] == ["2025 年 2 月"]


def test_a_last_month_beside_the_peak_leaves_it_the_room() -> None:
    points = [*YEAR[:-1], ("2025-12", 10_900.0)]
    assert [bar.label for bar in bar_chart(points, title="t", unit="辆").bars if bar.named] == [
        "2025 年 11 月"
    ]


def test_few_months_are_written_below_and_the_year_only_where_it_changes() -> None:
    points = [(f"{2024 + n // 12}-{n % 12 + 1:02d}", 1.0) for n in range(24)]
    ticks = [bar.tick for bar in bar_chart(points, title="t", unit="辆").bars if bar.tick]
    assert len(ticks) <= 7
    assert [tick for tick in ticks if "年" in tick] == ["24 年 1 月", "25 年 1 月"]


@pytest.mark.parametrize("top", [1, 7, 99, 38_654, 250_000, 0.8])
def test_the_lines_across_are_few_round_and_above_every_bar(top: float) -> None:
    marks = bar_chart([("a", top)], title="t", unit="辆").marks
    assert 1 <= len(marks) <= 5
    assert all(len(re.sub("[,.]", "", mark.text).strip("0")) <= 2 for mark in marks)
    assert top != int(top) or not any("." in mark.text for mark in marks)
    assert marks[-1].y == pytest.approx(TOP, abs=0.1)


def test_the_summary_says_span_peak_last_and_gaps() -> None:
    points = [("2025-01", 100.0), ("2025-02", None), ("2025-03", 300.0), ("2025-04", 200.0)]
    assert bar_chart(points, title="t", unit="辆").summary == (
        "2025 年 1 月至2025 年 4 月，缺 1 个数据；最高是2025 年 3 月的 300 辆，最近 200 辆。"
    )


def test_nothing_known_is_said_and_draws_no_lines() -> None:
    chart = bar_chart([("2025-01", None)], title="t", unit="辆")
    assert chart.summary == "还没有数据。"
    assert chart.marks == ()
    assert bar_chart([], title="t", unit="辆").bars == ()


def test_a_negative_value_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        bar_chart([("2025-01", -1)], title="t", unit="辆")


def test_the_drawn_chart_has_a_title_a_summary_and_a_table(app: Flask) -> None:
    module = app.jinja_env.get_template("_components/chart.html").module
    chart = bar_chart([*YEAR, ("2026-01", None)], title="海豚 月销量（零售）", unit="辆")
    html = str(module.bar_chart(chart))  # type: ignore[attr-defined]
    assert 'role="img" aria-label="海豚 月销量（零售）"' in html
    assert f'aria-describedby="{chart.id}"' in html
    assert html.count('class="chart-bar') == 12
    assert html.count('class="chart-gap"') == 1
    assert html.count('<th scope="row">') == 13
    assert "未知</span></td>" in html


def test_a_day_stands_short_below_its_bar_and_in_full_in_the_table() -> None:
    (bar,) = bar_chart([("11 月 9 日", 3)], title="t", unit="次").bars
    assert (bar.tick, bar.label) == ("11/9", "11 月 9 日")
