"""Monthly sales: bound to a series, never doubled, the newest retail month on the series."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue.import_files import CAR, car, import_rows, import_sales_rows
from webapp.catalogue.models import CatalogueVersion, Sales, Series
from webapp.catalogue.queries import latest_sales
from webapp.extensions import db

pytestmark = pytest.mark.database

SOLD = {
    "brand": "星河",
    "series": "北斗",
    "period": "2025-10",
    "scope": "retail",
    "units": "12345",
    "source": "乘联会",
}


def sold(**fields: str) -> dict[str, str]:
    return SOLD | fields


def version() -> int:
    return db.session.scalar(select(CatalogueVersion.number)) or 0


@pytest.fixture
def catalogue(app: Flask, tmp_path: Path) -> Path:
    import_rows(tmp_path, CAR, car(key="A2", series="南斗"))
    return tmp_path


def test_a_series_bears_its_newest_retail_month(catalogue: Path) -> None:
    run = import_sales_rows(
        catalogue,
        sold(),
        sold(period="2025.09", units="20,000辆"),
        sold(period="2025年12月", scope="批发", units="99999"),
    )
    assert run.outcome() == (3, 0, 0, 0)
    series = db.session.scalars(select(Series).where(Series.name == "北斗")).one()
    assert (series.sales_recent, series.sales_period) == (12345, "2025-10")
    other = db.session.scalars(select(Series).where(Series.name == "南斗")).one()
    assert other.sales_recent is None


def test_a_row_replaces_the_earlier_one_of_its_month_and_scope(catalogue: Path) -> None:
    import_sales_rows(catalogue, sold(), sold(scope="wholesale"))
    number = version()
    assert import_sales_rows(catalogue, sold(), sold(scope="wholesale")).outcome() == (0, 0, 2, 0)
    assert version() == number
    assert import_sales_rows(catalogue, sold(units="13000")).outcome() == (0, 1, 0, 0)
    assert version() == number + 1
    units = db.session.execute(select(Sales.scope, Sales.units).order_by(Sales.scope))
    assert [tuple(row) for row in units] == [("retail", 13000), ("wholesale", 12345)]
    assert db.session.scalar(select(Series.sales_recent).where(Series.name == "北斗")) == 13000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("series", "织女"),
        ("brand", ""),
        ("period", "2025"),
        ("period", "2026-04"),
        ("scope", "both"),
        ("units", "-1"),
        ("units", "1.5万"),
        ("units", ""),
        ("source", ""),
        ("source", "长" * 121),
    ],
)
def test_a_row_with_a_bad_field_is_rejected_and_the_field_is_named(
    catalogue: Path, field: str, value: str
) -> None:
    run = import_sales_rows(catalogue, sold(period="2025-08"), sold(**{field: value}))
    assert run.counts.rejected == 1
    assert run.counts.added == 1
    ((line, at, _),) = run.reasons
    assert line == 3
    assert at == ("series" if field == "brand" and value else field)


def test_the_same_month_twice_in_a_file_is_rejected_the_second_time(catalogue: Path) -> None:
    run = import_sales_rows(catalogue, sold(), sold(units="1"))
    assert run.outcome() == (1, 0, 0, 1)
    assert "第 2 行" in run.reasons[0][2]


def test_a_wrong_header_refuses_the_file(catalogue: Path) -> None:
    row = sold(colour="红")
    del row["scope"]
    run = import_sales_rows(catalogue, row)
    assert run.counts.refused
    assert [field for _, field, _ in run.reasons] == ["colour", "scope"]


def test_a_dry_run_of_sales_changes_nothing(catalogue: Path) -> None:
    number = version()
    assert import_sales_rows(catalogue, sold(), dry_run=True).outcome() == (1, 0, 0, 0)
    assert db.session.scalar(select(Sales.id)) is None
    assert version() == number


def test_a_month_of_which_nobody_knows_who_counted_says_so(catalogue: Path) -> None:
    import_sales_rows(
        catalogue, sold(), sold(period="2025-11", source="甲或乙", confidence="出处不明")
    )
    series = db.session.scalars(select(Series).where(Series.name == "北斗")).one()
    newest, before = latest_sales(series.id)
    assert (newest.source, before.source) == ("甲或乙（出处不明，可信度低）", "乘联会")
    run = import_sales_rows(catalogue, sold(confidence="高"))
    assert run.reasons == [(2, "confidence", "应为 listed（平台登载）或 low（出处不明）")]
