"""Notices and their settings as data of a person: merged, handed out, erased. Guests have none."""

from __future__ import annotations

from typing import Final

from webapp.notices import queries
from webapp.notices.service import keeping
from webapp.registry import PersonalData

NOTICES: Final = PersonalData(
    "notices",
    adopt=lambda account_id: None,
    merge=lambda loser, winner: keeping.merge(loser=loser, winner=winner),
    export=queries.everything_of,
    erase=lambda account_id: keeping.erase(account_id=account_id),
)
