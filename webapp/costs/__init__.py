"""落地价与用车成本: pure sums over one car, each line with its formula and its sources.

Money is whole fen; nothing here reads a database, a request or a clock. `rules` is `webapp.rules`
or a `Book` of its rows.
"""

from __future__ import annotations

from webapp.costs.bounds import BOUNDS, Bound, OutOfBounds
from webapp.costs.car import Car, car_of, described
from webapp.costs.energy import Use, energy
from webapp.costs.loan import WAYS, Loan, Plan, Way, loan, price_for_payment
from webapp.costs.onroad import Deal, on_road
from webapp.costs.parts import Figure, Line, Missing, Source, Total
from webapp.costs.reach import Charge, charging, reach
from webapp.costs.tax import (
    TRADES,
    Trade,
    compulsory_insurance,
    interest_subsidy,
    purchase_tax,
    subsidy,
    vessel_tax,
)
from webapp.costs.years import five_years

__all__ = [
    "BOUNDS",
    "TRADES",
    "WAYS",
    "Bound",
    "Car",
    "Charge",
    "Deal",
    "Figure",
    "Line",
    "Loan",
    "Missing",
    "OutOfBounds",
    "Plan",
    "Source",
    "Total",
    "Trade",
    "Use",
    "Way",
    "car_of",
    "charging",
    "compulsory_insurance",
    "described",
    "energy",
    "five_years",
    "interest_subsidy",
    "loan",
    "on_road",
    "price_for_payment",
    "purchase_tax",
    "reach",
    "subsidy",
    "vessel_tax",
]
