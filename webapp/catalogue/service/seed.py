"""Fills an empty catalogue with the cars the product ships with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from webapp.catalogue.reading.reports import Counts, Report, ignore
from webapp.catalogue.service.corrections import FOLDER, correct
from webapp.catalogue.service.imports import import_cars
from webapp.catalogue.service.sales import import_sales
from webapp.catalogue.service.tables import TRIM
from webapp.extensions import db
from webapp.transactions import transaction


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
    with transaction():
        cars = import_cars(path=folder / "cars.csv", report=report)
        sales = import_sales(path=folder / "sales.csv", report=report)
        correct(FOLDER)
    return Seeded(cars, sales)
