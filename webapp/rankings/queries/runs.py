"""The runs that publish the rankings, and how old their last good result is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func, select

from webapp.extensions import db
from webapp.rankings.models import RankingRun

STALE: Final = timedelta(hours=26)
"""A night and what a late run may take."""
SHOWN: Final = 30


class Freshness(NamedTuple):
    """When the lists were last computed without a failure, and whether that is too long ago."""

    good_until: datetime | None
    is_stale: bool


def freshness(now: datetime) -> Freshness:
    good = db.session.scalar(
        select(func.max(RankingRun.ended_at)).where(RankingRun.state == "done")
    )
    return Freshness(good, good is not None and now - good > STALE)


def runs(limit: int = SHOWN) -> Sequence[RankingRun]:
    """The newest runs first."""
    return db.session.scalars(
        select(RankingRun).order_by(RankingRun.started_at.desc(), RankingRun.id.desc()).limit(limit)
    ).all()
