"""Videos and uploads as data of a person: handed out, handed over, erased with their files."""

from __future__ import annotations

from typing import Final

from webapp.registry import PersonalData
from webapp.videos import queries
from webapp.videos.service import editing


def _nothing(_account_id: int) -> None:
    """Guests upload nothing."""


def _merge(loser: int, winner: int) -> None:
    editing.move(loser=loser, winner=winner)


def _export(account_id: int) -> object:
    return [
        {
            "id": video.public_id,
            "title": video.title,
            "description": video.description,
            "state": video.state,
            "visibility": video.visibility,
            "bytes": video.size,
            "seconds": video.duration_s,
            "created_at": video.created_at.isoformat(),
            "published_at": video.published_at.isoformat() if video.published_at else None,
        }
        for video in queries.videos_of(account_id)
    ]


def _erase(account_id: int) -> None:
    editing.erase(account_id=account_id)


VIDEOS: Final = PersonalData("videos", _nothing, _merge, _export, _erase)
