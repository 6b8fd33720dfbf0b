"""Who holds a single car, and who is next."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from webapp.deposits.models import CarHold, Deposit
from webapp.deposits.service.locking import lock
from webapp.deposits.telling import tell
from webapp.extensions import db
from webapp.transactions import require
from webapp.transitions import step

TURN_HOURS: Final = 12
"""Whose turn it becomes has so long to pay."""


def take(deposit: Deposit, now: datetime) -> bool:
    """Have a deposit hold its car; whether it does now. Of several at once one succeeds."""
    require()
    row = {"stock_number": deposit.stock_number, "deposit_id": deposit.id, "since": now}
    # Once more where whoever held it let go in between.
    for _ in range(2):
        db.session.execute(_insert().values(row).on_conflict_do_nothing())
        if (found := holder(str(deposit.stock_number))) is not None:
            return found == deposit.id
    return False


def holder(stock_number: str) -> int | None:
    """The id of the deposit that holds a car; nobody else changes that until this transaction
    ends. None where it is free."""
    require()
    return db.session.scalar(
        update(CarHold)
        .where(CarHold.stock_number == stock_number)
        .values(since=CarHold.since)
        .returning(CarHold.deposit_id)
        .execution_options(synchronize_session=False)
    )


def waiting(deposit: Deposit) -> int:
    """How many are queued for the car of a deposit besides it."""
    queued = select(func.count()).where(
        Deposit.stock_number == deposit.stock_number,
        Deposit.state == "queued",
        Deposit.id != deposit.id,
    )
    return db.session.scalar(queued) or 0


def hand_over(old: Deposit, new: Deposit, now: datetime) -> None:
    """Have a deposit hold the car that a locked one of the same person held, past its queue."""
    if old.stock_number is None or holder(old.stock_number) != old.id:
        return
    db.session.execute(
        update(CarHold)
        .where(CarHold.stock_number == old.stock_number)
        .values(deposit_id=new.id, since=now)
    )


def release(deposit: Deposit, now: datetime) -> None:
    """Let go of the car a deposit holds, if it holds one, and give it to the first in its queue."""
    if deposit.stock_number is None or holder(deposit.stock_number) != deposit.id:
        return
    while (following := _first(deposit.stock_number)) is not None:
        found = lock(following, now)
        until = now + timedelta(hours=TURN_HOURS)
        if step(Deposit, found.id, "queued", "unpaid", pay_until=until):
            db.session.execute(
                update(CarHold)
                .where(CarHold.stock_number == deposit.stock_number)
                .values(deposit_id=found.id, since=now)
            )
            tell(found, "turn", at=now)
            return
    db.session.execute(delete(CarHold).where(CarHold.stock_number == deposit.stock_number))


def _first(stock_number: str) -> int | None:
    queued = select(Deposit.id).where(
        Deposit.stock_number == stock_number, Deposit.state == "queued"
    )
    return db.session.scalar(queued.order_by(Deposit.id).limit(1))


def _insert() -> Any:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(CarHold)
