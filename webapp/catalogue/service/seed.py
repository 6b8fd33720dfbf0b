"""Fills an empty catalogue with the cars the product ships with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import select

from webapp.catalogue.reading.reports import Counts, Report, ignore
from webapp.catalogue.service.imports import run_car_import
from webapp.catalogue.service.sales import run_sales_import
from webapp.catalogue.service.tables import TRIM
from webapp.config import ROOT
from webapp.extensions import db

FOLDER: Final = ROOT / "scripts" / "seed"


@dataclass(frozen=True, slots=True)
class Seeded:
    """What became of the rows of the two seed files."""

    cars: Counts
    sales: Counts


def seed_catalogue(*, folder: Path = FOLDER, report: Report = ignore) -> Seeded | None:
    """Import cars.csv and sales.csv of `folder`; None if the catalogue has trims already.

    One transaction for all: a seeding that was killed leaves the catalogue empty, so that the
    next one starts over.
    """
    if db.session.scalar(select(TRIM.c.id).limit(1)) is not None:
        return None
    try:
        cars = run_car_import(
            path=folder / "cars.csv",
            dry_run=False,
            report=report,
            today=None,
            finish=db.session.flush,
        )
        sales = run_sales_import(
            path=folder / "sales.csv",
            dry_run=False,
            report=report,
            today=None,
            finish=db.session.flush,
        )
        db.session.commit()
    finally:
        db.session.rollback()
    return Seeded(cars, sales)
