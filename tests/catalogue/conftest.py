"""What several tests of the catalogue start from."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue import catalogue
from tests.kept import KeptRows
from webapp.catalogue.models import Trim
from webapp.extensions import db


@pytest.fixture
def trims(app: Flask, kept_rows: KeptRows) -> list[Trim]:
    """Thirty trims of five series with values, sales and class figures."""
    kept_rows.fill("trims", _thirty)
    return list(db.session.scalars(select(Trim).order_by(Trim.id)))


def _thirty() -> None:
    range_km = catalogue.parameter("range_cltc_km", "CLTC纯电续航里程", unit="km", better="high")
    price = catalogue.parameter("price_wan", "厂商指导价", unit="万元", better="low", position=0)
    hud = catalogue.parameter("hud", "HUD抬头数字显示", type="flag", section="智能互联", position=9)
    for n in range(30):
        car = catalogue.trim(
            f"k{n}",
            name=f"{n} 型",
            series_name=f"北斗{n % 5}",
            energy="BEV" if n % 2 else "ICE",
            seats=5 if n % 3 else 7,
            price_fen=10_000_000 + n * 500_000,
            range_km=400 + n if n % 2 else None,
            range_cycle="CLTC" if n % 2 else None,
            length_mm=4800,
            height_mm=1680,
            wheelbase_mm=2800,
            launch="2025-10",
        )
        catalogue.value(car, price, number=10 + n * 0.5)
        if n % 2:
            catalogue.value(car, range_km, number=400 + n)
        catalogue.value(car, hud, fitted="standard" if n > 10 else "absent")
    catalogue.class_figure("range_km", 350, 415, 450)
    for n in range(5):
        catalogue.sales(catalogue.series(f"北斗{n}"), "2026-06", 1000 - n)
    catalogue.publish()
