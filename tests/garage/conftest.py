"""A few cars, and their prices."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue import catalogue
from tests.kept import KeptRows
from webapp.catalogue.models import Trim
from webapp.extensions import db


@pytest.fixture
def cars(app: Flask, kept_rows: KeptRows) -> list[Trim]:
    """Five trims of two series, 10 to 14 万."""
    kept_rows.fill("five cars", _five)
    return list(db.session.scalars(select(Trim).order_by(Trim.id)))


def _five() -> None:
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元", better="low", position=0)
    for n in range(5):
        car = catalogue.trim(
            f"k{n}",
            name=f"{n} 型",
            series_name=f"北斗{n % 2}",
            price_fen=(10 + n) * 1_000_000,
        )
        catalogue.value(car, price, number=10 + n)
    for n in range(2):
        catalogue.series(f"北斗{n}", price_min_fen=10_000_000, price_max_fen=14_000_000)
    catalogue.publish()
