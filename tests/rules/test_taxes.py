"""The purchase tax to the cent, worked out here anew from the words of the law."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from webapp.rules.book import Book, Unknown
from webapp.rules.reading import shipped
from webapp.rules.records import Vehicle
from webapp.rules.taxes import PurchaseTax, purchase_tax

BOOK = Book(shipped())


def by_hand(yuan: int, share: Fraction, most: int) -> int:
    """Fen due on a price with VAT: a tenth of the price without it, less the relief."""
    whole = Fraction(yuan) / Fraction(113, 100) / 10
    due = whole - min(whole * share, most)
    return int(due * 100 + Fraction(1, 2))


def tax(yuan: int, day: str, vehicle: Vehicle) -> PurchaseTax:
    found = purchase_tax(BOOK, yuan * 100, date.fromisoformat(day), vehicle)
    assert isinstance(found, PurchaseTax), found
    return found


@pytest.mark.parametrize(
    "yuan", [55_800, 99_800, 189_800, 226_000, 339_000, 339_001, 452_000, 999_999]
)
@pytest.mark.parametrize(
    ("day", "energy", "share", "most"),
    [
        ("2025-12-31", "BEV", Fraction(1), 30_000),
        ("2026-01-01", "BEV", Fraction(1, 2), 15_000),
        ("2027-12-31", "FCEV", Fraction(1, 2), 15_000),
        ("2025-12-31", "ICE", Fraction(0), 0),
        ("2026-11-30", "HEV", Fraction(0), 0),
        ("2028-06-01", "ICE", Fraction(0), 0),
    ],
)
def test_the_tax_follows_price_energy_and_the_day_of_the_invoice(
    yuan: int, day: str, energy: str, share: Fraction, most: int
) -> None:
    found = tax(yuan, day, Vehicle(energy))
    assert (found.due, found.if_listed) == (by_hand(yuan, share, most), None)


@pytest.mark.parametrize("ranges", [{"CLTC": 80.0}, {"CLTC": 125.0}, {}])
def test_a_plug_in_that_may_miss_the_line_gets_both_sums(ranges: dict[str, float]) -> None:
    found = tax(99_800, "2026-11-30", Vehicle("PHEV", ranges=ranges))
    assert found.due == by_hand(99_800, Fraction(0), 0)
    assert found.if_listed == by_hand(99_800, Fraction(1, 2), 15_000)
    assert found.doubt is not None
    assert "要查目录" in found.doubt.reason


def test_a_plug_in_beyond_the_line_gets_one() -> None:
    found = tax(249_800, "2026-11-30", Vehicle("EREV", ranges={"WLTC": 182.0}))
    assert (found.due, found.doubt) == (by_hand(249_800, Fraction(1, 2), 15_000), None)


@pytest.mark.parametrize("day", ["2028-01-01", "2023-12-31"])
def test_outside_the_registered_years_nothing_is_worked_out(day: str) -> None:
    found = purchase_tax(BOOK, 22_600_000, date.fromisoformat(day), Vehicle("BEV"))
    assert isinstance(found, Unknown)
    assert f"{day[:4]} 年的新能源汽车购置税减免还没有登记规则" in found.reason
