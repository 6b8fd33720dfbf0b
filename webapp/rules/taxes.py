"""The purchase tax on a car's price, by the rules of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Protocol

from webapp.rules.book import Unknown
from webapp.rules.records import Term, Vehicle

TAX: Final = "purchase-tax"
VAT: Final = "vat"
RELIEF: Final = "purchase-tax-relief-nev"
BASIS: Final = "invoice"
DOUBTS: Final = ("short", "unclear")
"""Why only the official list can tell whether a car has the relief: its figures do not reach the
line, which the list may know better, or are not known."""


class Terms(Protocol):
    """A `Book`, or `webapp.rules` itself."""

    def at(
        self, code: str, day: date, basis: str | None = None, vehicle: Vehicle | None = None, /
    ) -> Term | Unknown: ...


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


def purchase_tax(
    book: Terms, price_fen: int, day: date, vehicle: Vehicle, listed: bool | None = None
) -> PurchaseTax | Unknown:
    """The tax on an invoice of `price_fen`, with value-added tax, written that day; Unknown where
    a rule of that day is not registered. `listed`: what somebody says who looked at the official
    list of cars with the relief."""
    tax = book.at(TAX, day, BASIS, vehicle)
    vat = book.at(VAT, day, BASIS, vehicle)
    relief = book.at(RELIEF, day, BASIS, vehicle)
    if isinstance(tax, Unknown):
        return tax
    if isinstance(vat, Unknown):
        return vat
    whole = PurchaseTax(tax_due(price_fen, tax, vat), tax, vat)
    if isinstance(relief, Unknown) and relief.why not in DOUBTS:
        return whole if relief.why == "out of scope" else relief
    term = relief if isinstance(relief, Term) else relief.term
    if term is None or listed is False:
        return whole
    reduced = tax_due(price_fen, tax, vat, term)
    if isinstance(relief, Unknown) and listed is None:
        return PurchaseTax(whole.due, tax, vat, term, reduced, relief)
    return PurchaseTax(reduced, tax, vat, term)


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
