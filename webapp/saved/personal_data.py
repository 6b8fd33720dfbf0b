"""Saved searches and price changes as data of a person: taken over at login, handed out, erased."""

from __future__ import annotations

from typing import Final

from webapp.registry import PersonalData
from webapp.saved import conditions, queries, service
from webapp.visitor import guest, of_account


def _adopt_searches(account_id: int) -> None:
    visitor = guest()
    if visitor is not None:
        service.adopt(owner=visitor, new_owner=of_account(account_id))


def _merge_searches(loser: int, winner: int) -> None:
    service.adopt(owner=of_account(loser), new_owner=of_account(winner))


def _searches(account_id: int) -> object:
    return [
        {
            "name": row.name,
            "conditions": (kept := conditions.read(row.conditions)).chips + list(kept.gone),
            "address": kept.selection.url(),
            "alerts": row.alerts,
            "most_a_day": row.most_a_day,
            "saved_at": row.saved_at.isoformat(),
            "looked_at": row.looked_at.isoformat(),
        }
        for row in queries.searches(of_account(account_id))
    ]


def _erase_searches(account_id: int) -> None:
    service.erase(owner=of_account(account_id))


def _adopt_prices(account_id: int) -> None:
    """Guests are not told of prices."""


def _merge_prices(loser: int, winner: int) -> None:
    service.adopt_prices(owner=of_account(loser), new_owner=of_account(winner))


def _prices(account_id: int) -> object:
    rows = queries.prices(of_account(account_id))
    names = queries.car_names({row.trim_id for row in rows})
    return [
        {
            "name": names[row.trim_id],
            "was_yuan": None if row.was_fen is None else row.was_fen / 100,
            "now_yuan": row.now_fen / 100,
            "found_at": row.found_at.isoformat(),
        }
        for row in rows
    ]


def _erase_prices(account_id: int) -> None:
    service.erase_prices(owner=of_account(account_id))


SEARCHES: Final = PersonalData(
    "saved_searches", _adopt_searches, _merge_searches, _searches, _erase_searches
)
PRICES: Final = PersonalData("price_changes", _adopt_prices, _merge_prices, _prices, _erase_prices)
