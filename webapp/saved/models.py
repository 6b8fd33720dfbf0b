"""Tables of saved searches and price changes, by owner (`webapp.visitor`), and what the catalogue
was when it was last looked at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from webapp.catalogue.filters.fields import FIELDS
from webapp.catalogue.models import Brand, Series, Trim
from webapp.columns import UtcDateTime
from webapp.extensions import Model

NAME: Final = 40
"""Characters of a name."""
_NEVER_AGAIN: Final = {"sqlite_autoincrement": True}
"""A number is never used again: notices name it."""


class SavedSearch(Model):
    """保存的筛选. A guest's one waits for a login and tells nothing.

    `fresh` counts the cars that newly match since the person last looked. Of those, `waiting`
    are still to be told beside the hits that have a row; `gathered` is what the one line of the
    day `gathered_on` says.
    """

    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("owner", "digest"), _NEVER_AGAIN)
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(NAME))
    conditions: Mapped[str] = mapped_column(Text)
    """JSON, see `saved.conditions`."""
    digest: Mapped[str] = mapped_column(String(64))
    """Of the conditions without their words, so that the same is kept once."""
    alerts: Mapped[bool] = mapped_column(default=True)
    most_a_day: Mapped[int]
    """Cars told of one by one; further ones of the day share a line."""
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    looked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int]
    """The catalogue's when it was saved: what is older was in the list already."""
    fresh: Mapped[int] = mapped_column(default=0)
    waiting: Mapped[int] = mapped_column(default=0)
    gathered: Mapped[int] = mapped_column(default=0)
    gathered_on: Mapped[date | None]


class SearchHit(Model):
    """A car that newly matches: once for each search, car and reason, for ever.

    `reason` is "new", "name", or the field whose condition holds now. Prices are in fen.
    """

    __tablename__ = "search_hit"
    __table_args__ = (
        UniqueConstraint("search_id", "trim_id", "reason"),
        Index("ix_search_hit_told_at", "told_at"),
        _NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    search_id: Mapped[int] = mapped_column(ForeignKey("saved_search.id", ondelete="CASCADE"))
    trim_id: Mapped[int] = mapped_column(ForeignKey("trim.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(40))
    was_fen: Mapped[int | None] = mapped_column(BigInteger)
    now_fen: Mapped[int | None] = mapped_column(BigInteger)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    alone: Mapped[bool] = mapped_column(default=False)
    """Told in a line of its own."""


class PriceChange(Model):
    """The price of a trim that an owner saved, or whose series they saved, became another one;
    kept for as long as it decides whether the way back is told."""

    __tablename__ = "price_change"
    __table_args__ = (
        Index("ix_price_change_owner_trim_id", "owner", "trim_id"),
        Index("ix_price_change_told_at", "told_at"),
        _NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str] = mapped_column(String(80))
    trim_id: Mapped[int] = mapped_column(ForeignKey("trim.id", ondelete="CASCADE"), index=True)
    series_id: Mapped[int | None] = mapped_column(
        ForeignKey("series.id", ondelete="CASCADE"), index=True
    )
    """The series that was saved; NULL where it was the trim."""
    was_fen: Mapped[int | None] = mapped_column(BigInteger)
    now_fen: Mapped[int] = mapped_column(BigInteger)
    found_at: Mapped[datetime] = mapped_column(UtcDateTime)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Watch(Model):
    """One row: the version of the catalogue that was compared last, NULL before the first time,
    and until when a worker is at it."""

    __tablename__ = "saved_watch"
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int | None]
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


def _sources() -> dict[str, Any]:
    """What a trim can be asked about, by the name of the column that keeps how it was."""
    apart: dict[str, Any] = {
        "price_wan": ("price_fen", Trim.price_fen),
        "brand": ("brand", Brand.name),
        "origin": ("origin", Brand.origin),
        "series": ("series", Series.name),
    }
    columns = [apart.get(row.name) or (row.name, getattr(Trim, row.name)) for row in FIELDS]
    # A line break is in no word that is looked for.
    line = "\n"
    names = Brand.name + line + Brand.aliases + line + Series.name + line + Series.aliases
    names = names + line + Series.pinyin + line + Trim.name
    return dict(columns) | {"features_known": Trim.features_known, "names": names}


SOURCES: Final = _sources()


def _column(name: str, source: Any) -> Column[Any]:
    return Column(name, Text() if name == "names" else source.type)


class SeenTrim(Model):
    """A trim as it was when it was last looked at, in the columns that searches ask about."""

    __table__ = Table(
        "seen_trim",
        Model.metadata,
        Column("id", ForeignKey("trim.id", ondelete="CASCADE"), primary_key=True),
        *(_column(name, source) for name, source in SOURCES.items()),
    )
