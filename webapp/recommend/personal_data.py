"""What visitors left out of recommendations, as data of a person."""

from __future__ import annotations

from typing import Final

from webapp.recommend import queries, service
from webapp.registry import PersonalData
from webapp.visitor import guest, of_account


def _adopt(account_id: int) -> None:
    visitor = guest()
    if visitor is not None:
        service.adopt(owner=visitor, new_owner=of_account(account_id))


def _merge(loser: int, winner: int) -> None:
    service.adopt(owner=of_account(loser), new_owner=of_account(winner))


def _export(account_id: int) -> object:
    rows = queries.choices(of_account(account_id))
    names = queries.series({row.series_id for row in rows})
    return [
        {
            "kind": row.kind,
            "series_id": row.series_id,
            "name": names[row.series_id].branded_name,
            "made_at": row.made_at.isoformat(),
        }
        for row in rows
    ]


def _erase(account_id: int) -> None:
    service.erase(owner=of_account(account_id))


CHOICES: Final = PersonalData("recommendations", _adopt, _merge, _export, _erase)
