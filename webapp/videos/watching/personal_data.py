"""What watching leaves of a person: positions, and the moments they marked."""

from __future__ import annotations

from typing import Final

from webapp.accounts import queries as accounts
from webapp.registry import PersonalData
from webapp.videos.watching import queries, service


def _nothing(_account_id: int) -> None:
    """Guests leave nothing with us: their positions are in their browser."""


def _move_positions(loser: int, winner: int) -> None:
    account = accounts.account_by_id(winner)
    if account is not None and account.keeps_history:
        service.move_positions(loser=loser, winner=winner)
    else:
        service.erase_positions(account_id=loser)


def _positions(account_id: int) -> object:
    return [
        {"video": public_id, "title": title, "second": second, "seen_at": seen_at.isoformat()}
        for public_id, title, second, seen_at in queries.positions(account_id)
    ]


def _move_points(loser: int, winner: int) -> None:
    service.move_points(loser=loser, winner=winner)


def _points(account_id: int) -> object:
    return [
        {
            "video": point.public_id,
            "second": point.second,
            "car": point.car,
            "shows": point.label,
            "note": point.note,
            "state": point.state,
            "made_at": point.made_at.isoformat(),
        }
        for point in queries.points_by(account_id)
    ]


POSITIONS: Final = PersonalData(
    "watched_videos",
    adopt=_nothing,
    merge=_move_positions,
    export=_positions,
    erase=lambda account_id: service.erase_positions(account_id=account_id),
    is_history=True,
)
POINTS: Final = PersonalData(
    "video_moments",
    adopt=_nothing,
    merge=_move_points,
    export=_points,
    erase=lambda account_id: service.erase_points(account_id=account_id),
)
