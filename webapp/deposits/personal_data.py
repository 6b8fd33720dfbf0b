"""Deposits as data of a person: handed out, handed over, and let go of."""

from __future__ import annotations

from typing import Final

from webapp import clock
from webapp.deposits import queries
from webapp.deposits.service import keeping
from webapp.registry import PersonalData


def _nothing(_account_id: int) -> None:
    """Guests put nothing down."""


def _export(account_id: int) -> object:
    return [
        {
            "number": deposit.number,
            "title": deposit.title,
            "kind": deposit.kind_label,
            "amount_fen": deposit.amount_fen,
            "state": deposit.state,
            "terms": deposit.terms,
            "terms_sha256": deposit.terms_sha256,
            "timeline": [
                {"at": event.at.isoformat(), "event": event.event, "detail": event.detail}
                for event in queries.timeline(deposit.id)
            ],
        }
        for deposit in queries.own_deposits(account_id)
    ]


def _erase(account_id: int) -> None:
    """The record of the money stays, as accounts must be kept, and names nobody."""
    keeping.erase_owner(account_id, clock.now())


DEPOSITS: Final = PersonalData("deposits", _nothing, keeping.move_owner, _export, _erase)
