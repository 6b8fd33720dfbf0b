"""The runs that publish the rankings, and how old their last good result is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import select

from webapp.extensions import db
from webapp.rankings.models import RankingRun

STALE: Final = timedelta(hours=26)
"""A night and what a late run may take."""
SHOWN: Final = 30


class Freshness(NamedTuple):
    """When the lists were last computed without a failure, and whether that is too long ago."""

    good_until: datetime | None
    is_stale: bool


def freshness(now: datetime, name: str = "") -> Freshness:
    """Of all lists, or of the one of this name: then runs count in which only others failed."""
    good = next((run.ended_at for run in runs() if _is_good(run, name)), None)
    return Freshness(good, good is not None and now - good > STALE)


def _is_good(run: RankingRun, name: str) -> bool:
    if run.state != "failed" or not name:
        return run.state == "done"
    failed = {key.split(" ")[0] for key in json.loads(run.failures)}
    return not failed & {name, ""}


def runs(limit: int = SHOWN) -> Sequence[RankingRun]:
    """The newest runs first."""
    return db.session.scalars(
        select(RankingRun).order_by(RankingRun.started_at.desc(), RankingRun.id.desc()).limit(limit)
    ).all()
