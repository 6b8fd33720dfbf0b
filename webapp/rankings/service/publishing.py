"""One list published: to the database and Redis together, the one before kept."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from redis import RedisError
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from webapp import clock
from webapp.backends.cache import cache_client
from webapp.errors import NotFound
from webapp.extensions import db
from webapp.rankings import queries
from webapp.rankings.lists import FEWEST, Inputs, check, compute, csv_of, digest_of
from webapp.rankings.methods import METHODS, Method
from webapp.rankings.models import Ranking
from webapp.rankings.queries.published import KEPT_SECONDS, key_of
from webapp.transactions import after_commit, transaction

SUPERSEDED_KEPT: Final = timedelta(days=90)


@dataclass(frozen=True)
class Recomputed:
    """A list's CSV computed once more from its kept inputs. `is_same`: the bytes are those that
    were published; `has_moved`: the database would give another list today."""

    csv: str
    is_same: bool
    has_moved: bool


def publish(*, method: Method, period: str, inputs: Inputs, is_newest: bool, now: datetime) -> bool:
    """Publish the list of a period, if it differs from the one that is current; whether it did.

    A list of the past keeps its cars as they were described then, so that it changes only with its
    figures. Of two processes that publish the same one does. Raises RankingError.
    """
    check(inputs)
    if len(inputs.entries) < FEWEST:
        return False
    try:
        with transaction():
            known = queries.current(method.name, period)
            if known is not None and not is_newest:
                inputs = inputs.described_as(queries.inputs_of(known))
            text = inputs.dump()
            digest = digest_of(method, period, text)
            if known is not None and known.digest == digest:
                return False
            if known is not None:
                db.session.execute(
                    update(Ranking).where(Ranking.id == known.id).values(superseded_at=now)
                )
            csv = csv_of(compute(method, period, inputs), digest)
            db.session.add(
                Ranking(
                    name=method.name,
                    period=period,
                    version=method.version,
                    digest=digest,
                    printed=_hash(csv),
                    rows=len(inputs.entries),
                    inputs=text,
                    published_at=now,
                )
            )
            after_commit(lambda: _share(digest, text))
    except IntegrityError:
        return False  # another process was first
    return True


def _share(digest: str, text: str) -> None:
    """Into Redis; one that is away gets it with the first reader."""
    with suppress(RedisError):
        store = cache_client(current_app.config["REDIS_URL"])
        store.set(key_of(digest), text, ex=KEPT_SECONDS)


def recompute(name: str, period: str) -> Recomputed:
    """Raises NotFound for a list that is not published."""
    method, known = METHODS.get(name), queries.current(name, period)
    if method is None or known is None:
        raise NotFound(f"没有发布过榜单 {name[:40]} {period[:7]}。")
    inputs = queries.inputs_of(known)
    csv = csv_of(compute(method, period, inputs), known.digest)
    today = queries.gather(method, period, clock.today_in_china())
    moved = digest_of(method, period, today.described_as(inputs).dump()) != known.digest
    return Recomputed(csv, _hash(csv) == known.printed, moved)


def forget_superseded(now: datetime) -> None:
    """Delete what has long been superseded."""
    with transaction():
        db.session.execute(delete(Ranking).where(Ranking.superseded_at < now - SUPERSEDED_KEPT))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
