"""Months, quarters and years."""

from __future__ import annotations

import pytest

from webapp.rankings import periods


@pytest.mark.parametrize("text", ["2026-06", "2026-Q2", "2026", "2024-12"])
def test_a_period_is_a_month_a_quarter_or_a_year(text: str) -> None:
    assert periods.is_period(text)


@pytest.mark.parametrize("text", ["2026-13", "2026-Q5", "26-06", "2026-6", "2026-06-01", ""])
def test_anything_else_is_none(text: str) -> None:
    assert not periods.is_period(text)


@pytest.mark.parametrize(
    ("period", "before", "label"),
    [
        ("2026-01", "2025-12", "2026 年 1 月"),
        ("2026-Q1", "2025-Q4", "2026 年第 1 季度"),
        ("2026-Q3", "2026-Q2", "2026 年第 3 季度"),
        ("2026", "2025", "2026 年"),
    ],
)
def test_each_has_one_before_it_and_a_name(period: str, before: str, label: str) -> None:
    assert periods.before(period) == before
    assert periods.label(period) == label


def test_a_quarter_and_a_year_are_there_once_all_their_months_are() -> None:
    months = {f"2025-{n:02d}" for n in range(1, 13)} | {"2026-01", "2026-02"}
    found = periods.full_periods(months)
    assert found[:3] == ["2026-02", "2026-01", "2025-12"]
    assert found[14:] == ["2025-Q4", "2025-Q3", "2025-Q2", "2025-Q1", "2025"]


def test_the_window_crosses_the_turn_of_the_year() -> None:
    assert periods.window("2026-02", 4) == ["2025-11", "2025-12", "2026-01", "2026-02"]
