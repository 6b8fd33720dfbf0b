"""What keeps the catalogue current, and what fills it at first."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from tests.catalogue.import_files import CAR, Run, car, csv_text, import_rows
from webapp.catalogue import queries, service
from webapp.catalogue.models import (
    CatalogueVersion,
    ClassFigure,
    Parameter,
    Sales,
    Series,
    Trim,
    Value,
)
from webapp.catalogue.reading.reference import parameters
from webapp.extensions import db

pytestmark = pytest.mark.database


def version() -> int:
    return db.session.scalar(select(CatalogueVersion.number)) or 0


def test_a_trim_goes_on_sale_when_its_launch_month_has_come(app: Flask, tmp_path: Path) -> None:
    import_rows(
        tmp_path,
        car(status="未上市", launch="2026-05", price_wan="10"),
        car(key="A2", status="未上市", name="二", price_wan="20"),
        car(key="A3", status="停售", launch="2020-01", name="三"),
    )
    number = version()
    early = service.refresh_catalogue(today=date(2026, 4, 30))
    assert (early.launched, early.series, version()) == (0, 0, number)
    due = service.refresh_catalogue(today=date(2026, 5, 1))
    assert (due.launched, due.series, version()) == (1, 1, number + 1)
    statuses = db.session.execute(select(Trim.key, Trim.status).order_by(Trim.key))
    assert [tuple(row) for row in statuses] == [("A1", "在售"), ("A2", "未上市"), ("A3", "停售")]
    series = db.session.scalars(select(Series)).one()
    assert (series.status, series.price_max_fen) == ("在售", 10_000_000)
    assert service.refresh_catalogue(today=date(2026, 5, 1)).launched == 0
    assert version() == number + 1


def test_a_refresh_of_everything_derives_all_columns_from_the_values(
    app: Flask, tmp_path: Path
) -> None:
    rows = [
        car(key=f"A{n}", name=f"{n}", price_wan=f"{n + 10}", energy="BEV", body="SUV", size="中型")
        for n in range(5)
    ]
    import_rows(tmp_path, *rows)
    number = version()
    db.session.execute(update(Trim).values(price_fen=1, energy=None, features=7))
    db.session.execute(update(Series).values(energies="", price_min_fen=None))
    db.session.commit()
    assert service.refresh_catalogue(today=date(2026, 1, 1), everything=True).series == 1
    prices = db.session.scalars(select(Trim.price_fen).order_by(Trim.key)).all()
    assert prices == [10_000_000, 11_000_000, 12_000_000, 13_000_000, 14_000_000]
    assert db.session.scalars(select(Trim.features).distinct()).all() == [0]
    series = db.session.scalars(select(Series)).one()
    assert (series.energies, series.price_min_fen) == ("BEV", 10_000_000)
    assert db.session.scalar(select(ClassFigure.median)) == 12
    assert version() == number + 1


def test_the_parameter_table_follows_its_reference_file(app: Flask, tmp_path: Path) -> None:
    import_rows(tmp_path, CAR)
    stored = db.session.scalars(select(Parameter.key).order_by(Parameter.position)).all()
    assert stored == list(parameters())
    number = version()
    db.session.execute(update(Parameter).where(Parameter.key == "seats").values(label="位子"))
    db.session.commit()
    import_rows(tmp_path, CAR)
    assert db.session.scalar(select(Parameter.label).where(Parameter.key == "seats")) == "座位数"
    assert version() == number + 1


def seed_folder(folder: Path, sales: str) -> Path:
    (folder / "cars.csv").write_text(csv_text(CAR, car(key="A2", name="二")), encoding="utf-8")
    (folder / "sales.csv").write_text(sales, encoding="utf-8")
    return folder


SALES = "brand,series,period,scope,units,source\n星河,北斗,2025-10,retail,7,乘联会\n"


def test_an_empty_catalogue_is_seeded_once(app: Flask, tmp_path: Path) -> None:
    folder = seed_folder(tmp_path, SALES)
    seeded = service.seed_catalogue(folder=folder)
    assert seeded is not None
    assert (seeded.cars.added, seeded.sales.added) == (2, 1)
    assert db.session.scalar(select(Series.sales_recent)) == 7
    assert service.seed_catalogue(folder=folder) is None


def test_a_seeding_that_breaks_off_leaves_the_catalogue_empty(app: Flask, tmp_path: Path) -> None:
    folder = seed_folder(tmp_path, SALES)
    shutil.move(folder / "sales.csv", folder / "elsewhere.csv")
    with pytest.raises(FileNotFoundError):
        service.seed_catalogue(folder=folder)
    assert db.session.scalar(select(func.count()).select_from(Trim)) == 0
    shutil.move(folder / "elsewhere.csv", folder / "sales.csv")
    assert service.seed_catalogue(folder=folder) is not None


def test_the_shipped_seed_is_imported_without_a_rejection(app: Flask) -> None:
    run = Run()
    seeded = service.seed_catalogue(report=run.report)
    assert run.reasons == []
    assert seeded is not None
    assert 450 <= seeded.cars.added <= 600
    assert db.session.scalar(select(func.count()).select_from(Sales)) == seeded.sales.rows
    values = select(func.count()).select_from(Value).group_by(Value.trim_id)
    assert min(db.session.scalars(values)) >= 80
    unpriced = select(func.count()).where(Trim.price_fen.is_(None), Trim.status == "在售")
    assert db.session.scalar(unpriced) == 0
    for column in (Trim.energy, Trim.body, Trim.size, Trim.seats, Trim.length_mm):
        assert db.session.scalar(select(func.count()).where(column.is_(None))) == 0, column
    doubts = queries.doubted()
    assert [doubt for doubt in doubts if doubt.reason is None] == []
    assert doubts  # those that are explained
    assert db.session.scalar(select(func.count()).where(Trim.body == "跑车")) == 0
