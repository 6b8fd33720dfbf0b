"""One writer at a deposit at a time, on SQLite and PostgreSQL alike.

Every function that decides by a deposit's state, its attempts or its refunds takes its lock first.
Locks are taken in this order: deposits by rising id, then the hold of a car.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from webapp.deposits.models import Deposit
from webapp.errors import NotFound
from webapp.extensions import db
from webapp.transactions import require


def lock(deposit_id: int, now: datetime) -> Deposit:
    """The deposit as it is, which nobody else changes until this transaction ends.

    By an update, since SQLite locks nothing that is only read. Raises NotFound.
    """
    require()
    db.session.execute(
        update(Deposit)
        .where(Deposit.id == deposit_id)
        .values(active_at=now)
        .execution_options(synchronize_session=False)
    )
    found = db.session.scalars(
        select(Deposit).where(Deposit.id == deposit_id).execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("没有找到这笔订金，请从“我的订金”里打开。")
    return found
