"""Conversations as data of a person: taken over at login, handed out, erased."""

from __future__ import annotations

from typing import Final

from webapp.assistant import queries, service
from webapp.registry import PersonalData
from webapp.visitor import guest, of_account


def _adopt(account_id: int) -> None:
    visitor = guest()
    if visitor is not None:
        service.adopt_conversations(owner=visitor, new_owner=of_account(account_id))


def _merge(loser: int, winner: int) -> None:
    service.adopt_conversations(owner=of_account(loser), new_owner=of_account(winner))


def _export(account_id: int) -> object:
    return queries.exported(of_account(account_id))


def _erase(account_id: int) -> None:
    service.erase_conversations(owner=of_account(account_id))


CONVERSATIONS: Final = PersonalData("conversations", _adopt, _merge, _export, _erase)
