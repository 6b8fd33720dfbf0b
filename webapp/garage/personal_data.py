"""Favourites and history as data of a person: taken over at login, handed out, erased."""

from __future__ import annotations

from typing import Final

from webapp.accounts import queries as accounts
from webapp.garage import queries, service
from webapp.registry import PersonalData
from webapp.visitor import guest, of_account


def _adopt_favourites(account_id: int) -> None:
    visitor = guest()
    if visitor is not None:
        service.adopt_favourites(owner=visitor, new_owner=of_account(account_id))


def _merge_favourites(loser: int, winner: int) -> None:
    service.adopt_favourites(owner=of_account(loser), new_owner=of_account(winner))


def _favourites(account_id: int) -> object:
    rows = queries.favourites(of_account(account_id))
    names = queries.names([row.subject for row in rows])
    return [
        {
            **row.subject._asdict(),
            "name": names[row.subject],
            "saved_at": row.saved_at.isoformat(),
        }
        for row in rows
    ]


def _erase_favourites(account_id: int) -> None:
    service.erase_favourites(owner=of_account(account_id))


def _adopt_visits(account_id: int) -> None:
    visitor = guest()
    if visitor is not None:
        _hand_over(visitor, account_id)


def _merge_visits(loser: int, winner: int) -> None:
    _hand_over(of_account(loser), winner)


def _hand_over(owner: str, account_id: int) -> None:
    """To an account that keeps no history, nothing is handed over: it is erased."""
    account = accounts.account_by_id(account_id)
    if account is not None and account.keeps_history:
        service.adopt_visits(owner=owner, new_owner=of_account(account_id))
    else:
        service.erase_visits(owner=owner)


def _visits(account_id: int) -> object:
    rows = queries.visits(of_account(account_id), limit=service.MOST_VISITS)
    names = queries.names([row.subject for row in rows])
    return [
        {
            **row.subject._asdict(),
            "name": names[row.subject],
            "seen_at": row.seen_at.isoformat(),
            "times": row.times,
        }
        for row in rows
    ]


def _erase_visits(account_id: int) -> None:
    service.erase_visits(owner=of_account(account_id))


FAVOURITES: Final = PersonalData(
    "favourites", _adopt_favourites, _merge_favourites, _favourites, _erase_favourites
)
HISTORY: Final = PersonalData(
    "history", _adopt_visits, _merge_visits, _visits, _erase_visits, is_history=True
)
