"""What several tests of the rankings start from."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.catalogue import catalogue
from tests.clocks import StoppedClock
from tests.kept import KeptRows

MONTHS = ("2026-04", "2026-05", "2026-06")


@pytest.fixture
def sold(app: Flask, kept_rows: KeptRows, clock: StoppedClock) -> StoppedClock:
    """Five series of two brands, one of them a sedan, with three months of retail sales and one
    of wholesale; the clock stands at noon of 25 November 2026."""
    kept_rows.fill("sold", _sold)
    return clock


def _sold() -> None:
    for n in range(5):
        brand = "星河" if n < 3 else "银汉"
        body, energy = ("轿车", "PHEV") if n == 4 else ("SUV", "BEV")
        catalogue.trim(f"k{n}", series_name=f"北斗{n}", brand_name=brand, body=body, energy=energy)
        row = catalogue.series(
            f"北斗{n}", brand, body=body, size="中型", energies=energy, price_min_fen=18_980_000
        )
        for at, month in enumerate(MONTHS):
            catalogue.sales(row, month, 1000 - 100 * n + (at * 120 if n == 1 else 0))
        catalogue.sales(row, "2026-06", 5000 + n, "wholesale")
    catalogue.publish()
