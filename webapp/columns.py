"""What the tables of all features are made with."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.types import DateTime, TypeDecorator

from webapp import clock


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC; SQLite drops the zone, this puts it back.

    Binding converts any zone to UTC, because SQLite compares the written digits: midnight in
    China must be asked for as 16:00 UTC of the day before. Raises ValueError for a time without
    a zone.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored or compared: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        if value is not None and value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value


def utc_now() -> datetime:
    return clock.now()


def one_of(column: str, allowed: tuple[str, ...]) -> CheckConstraint:
    """The column holds one of these words, or nothing."""
    listed = ", ".join(f"'{item}'" for item in allowed)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
