"""Reads of offers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, cast, func, or_, select

from webapp import clock
from webapp.audit import COMMAND_LINE, AuditEntry
from webapp.catalogue.models import Series
from webapp.columns import UtcDateTime
from webapp.deposits.models import Deposit, Offer
from webapp.deposits.state import BEFORE_MONEY, MONEY_IN
from webapp.extensions import db

_MOST_OFFERS: Final = 1_000_000
_CHANGES: Final = ("save offer", "car sold", "deposit done")
"""Lines of the audit log after which other offers may be open."""


class OfferRow(NamedTuple):
    """An offer with how many deposits of it are open and how many are paid."""

    offer: Offer
    unpaid: int
    held: int


def offer(offer_id: int) -> Offer | None:
    return db.session.get(Offer, offer_id)


def shown_with(series_id: int, trim_id: int | None, now: datetime) -> Sequence[Offer]:
    """What stands on a car's page now: of this trim first, then of its series; the cheapest
    first, single cars last."""
    ours: ColumnElement[bool] = Offer.series_id == series_id
    if trim_id is not None:
        ours = or_(ours, Offer.trim_id == trim_id)
    return db.session.scalars(
        select(Offer)
        .where(ours, _is_open(now))
        .order_by(
            Offer.trim_id.is_(None), Offer.stock_number.is_not(None), Offer.amount_fen, Offer.id
        )
    ).all()


def offers(limit: int) -> list[OfferRow]:
    """The newest first, ended ones last."""
    found = db.session.scalars(
        select(Offer).order_by(Offer.state != "open", Offer.id.desc()).limit(limit)
    ).all()
    counts = {
        (offer_id, state): count
        for offer_id, state, count in db.session.execute(
            select(Deposit.offer_id, Deposit.state, func.count())
            .where(Deposit.offer_id.in_([one.id for one in found]))
            .group_by(Deposit.offer_id, Deposit.state)
        )
    }
    return [
        OfferRow(
            one,
            sum(counts.get((one.id, state), 0) for state in BEFORE_MONEY),
            sum(counts.get((one.id, state), 0) for state in MONEY_IN if state != "done"),
        )
        for one in found
    ]


def has_examples() -> bool:
    return db.session.scalar(select(Offer.id).where(Offer.is_demo).limit(1)) is not None


def untouched_examples() -> list[tuple[Offer, str]]:
    """Those marked 示例 that nobody on the staff has saved, ended or reopened, each with the name
    of its series."""
    touched = (
        select(AuditEntry.id)
        .where(
            AuditEntry.action == "save offer",
            AuditEntry.subject == func.concat("offer ", Offer.id),
            AuditEntry.role != COMMAND_LINE.role,
        )
        .exists()
    )
    rows = db.session.execute(
        select(Offer, Series.name)
        .join(Series, Series.id == Offer.series_id)
        .where(Offer.is_demo, ~touched)
        .order_by(Offer.id)
    )
    return [(offer, name) for offer, name in rows]


def _version() -> Select[int]:
    now = bindparam("now", callable_=clock.now, type_=UtcDateTime())
    # Counted, and not the newest number: of two changes at once the later number may be there
    # first. Lines of the audit log never go, so each one that comes raises it.
    changes = select(func.count()).where(AuditEntry.action.in_(_CHANGES))
    begun, ended = (
        select(func.count()).where(column <= now).scalar_subquery()
        for column in (Offer.opens_at, Offer.closes_at)
    )
    saved = cast(changes.scalar_subquery(), BigInteger) * _MOST_OFFERS
    return select(saved + begun + ended)


VERSION: Final = _version()
"""A number that rises with what cars' pages show: whenever an offer is saved or its car is sold,
and at the moment at which one begins or ends by itself."""


def _is_open(now: datetime) -> ColumnElement[bool]:
    """As `Offer.is_open`."""
    in_time = or_(Offer.closes_at.is_(None), Offer.closes_at > now)
    return (Offer.state == "open") & (Offer.opens_at <= now) & in_time
