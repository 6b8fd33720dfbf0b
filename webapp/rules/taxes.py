"""The purchase tax on a car's price, by the rules of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from webapp.rules.book import Book, Unknown
from webapp.rules.records import Term, Vehicle

TAX: Final = "purchase-tax"
VAT: Final = "vat"
RELIEF: Final = "purchase-tax-relief-nev"
BASIS: Final = "invoice"


@dataclass(frozen=True)
class PurchaseTax:
    """What is due, in fen, by which terms. Where only the official list can tell whether the car
    has the relief, `due` is the tax without it, `if_listed` the tax with it and `doubt` says why;
    both are None where it is certain."""

    due: int
    tax: Term
    vat: Term
    relief: Term | None = None
    if_listed: int | None = None
    doubt: Unknown | None = None


def purchase_tax(book: Book, price_fen: int, day: date, vehicle: Vehicle) -> PurchaseTax | Unknown:
    """The tax on an invoice of `price_fen`, with value-added tax, written that day; Unknown where
    a rule of that day is not registered."""
    tax = book.at(TAX, day, BASIS, vehicle)
    vat = book.at(VAT, day, BASIS, vehicle)
    relief = book.at(RELIEF, day, BASIS, vehicle)
    if isinstance(tax, Unknown):
        return tax
    if isinstance(vat, Unknown):
        return vat
    whole = tax_due(price_fen, tax, vat)
    if isinstance(relief, Term):
        return PurchaseTax(tax_due(price_fen, tax, vat, relief), tax, vat, relief)
    if relief.why == "out of scope":
        return PurchaseTax(whole, tax, vat)
    if relief.why in ("short", "unclear") and relief.term is not None:
        reduced = tax_due(price_fen, tax, vat, relief.term)
        return PurchaseTax(whole, tax, vat, relief.term, reduced, relief)
    return relief


def tax_due(price_fen: int, tax: Term, vat: Term, relief: Term | None = None) -> int:
    """The tax in fen, halves upwards. The price is with value-added tax, the tax on it without."""
    assert tax.rate is not None
    assert vat.rate is not None
    due = Decimal(price_fen) / (1 + vat.rate) * tax.rate
    if relief is not None:
        assert relief.rate is not None
        let_off = due * relief.rate
        due -= let_off if relief.cap_fen is None else min(let_off, Decimal(relief.cap_fen))
    return int(due.quantize(Decimal(1), ROUND_HALF_UP))
