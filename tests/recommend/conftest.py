"""Cars of several brands and classes, some of which sell."""

from __future__ import annotations

from typing import Final

import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue import catalogue
from tests.kept import KeptRows
from webapp.catalogue.models import Series, Trim
from webapp.extensions import db

BRANDS: Final = ("星河", "南箕", "大角", "天狼", "北落")
SERIES: Final = 15


@pytest.fixture
def cars(app: Flask, kept_rows: KeptRows) -> dict[str, Trim]:
    """Of each of 15 series three trims, `s0-0` to `s14-2`: the first ten electric SUVs, the others
    saloons with an engine. The last series of each kind was launched just now."""
    kept_rows.fill("cars to recommend", _fill)
    return {trim.key: trim for trim in db.session.scalars(select(Trim))}


def _fill() -> None:
    for n in range(SERIES):
        electric = n < 10
        for version in range(3):
            catalogue.trim(
                f"s{n}-{version}",
                name=f"{version} 型",
                brand_name=BRANDS[n % 5],
                series_name=f"车{n}",
                status="在售",
                launch="2026-10" if n in (9, 14) else "2024-03",
                price_fen=(150_000 + n * 4_000 + version * 10_000) * 100,
                energy="BEV" if electric else "ICE",
                body="SUV" if electric else "轿车",
                size="中型",
                seats=5,
                range_km=500 + 20 * n if electric else None,
                range_cycle="CLTC" if electric else None,
                wheelbase_mm=2_800,
                length_mm=4_700,
                power_kw=150.0,
            )
        row = db.session.scalars(select(Series).filter_by(name=f"车{n}")).one()
        row.price_min_fen = (150_000 + n * 4_000) * 100
        row.price_max_fen = row.price_min_fen + 2_000_000
        row.size, row.body = "中型", "SUV" if electric else "轿车"
        row.energies, row.status = "BEV" if electric else "ICE", "在售"
        if n not in (9, 14):
            row.sales_recent, row.sales_period = 9_000 - 300 * n, "2026-10"
    catalogue.publish()
