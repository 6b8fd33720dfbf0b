"""Times are stored in UTC whatever zone they were written in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import StatementError

from webapp.accounts.models import Account
from webapp.extensions import db

CHINA = ZoneInfo("Asia/Shanghai")


def store(created_at: datetime) -> Account:
    account = Account(nickname="小周", notice="2026-01", created_at=created_at)
    db.session.add(account)
    db.session.commit()
    db.session.expire_all()
    return account


@pytest.mark.parametrize("hour", [0, 7, 8, 23])
def test_since_midnight_in_china_counts_what_came_after_it_and_nothing_before(
    app: Flask, hour: int
) -> None:
    midnight = datetime(2024, 2, 29, tzinfo=CHINA)
    store(midnight + timedelta(hours=hour, minutes=10))
    since = select(Account.id).where(Account.created_at >= midnight)
    before = select(Account.id).where(Account.created_at < midnight)
    assert len(db.session.scalars(since).all()) == 1
    assert db.session.scalars(before).all() == []


def test_a_time_read_back_is_the_same_instant_in_utc(app: Flask) -> None:
    account = store(datetime(2025, 1, 1, 0, 30, tzinfo=CHINA))
    assert account.created_at == datetime(2024, 12, 31, 16, 30, tzinfo=UTC)
    assert account.created_at.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(app: Flask) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        store(datetime(2025, 1, 1, 0, 30))  # noqa: DTZ001
    db.session.rollback()
