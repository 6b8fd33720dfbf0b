"""Reads of what visitors saved and looked at."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from webapp.catalogue.models import Brand, Parameter, Series, Trim, Value
from webapp.catalogue.naming import with_brand
from webapp.catalogue.queries import TrimRow, trim_rows
from webapp.extensions import db
from webapp.garage.models import Favourite, Subject, Visit

PRICE = "price_wan"


class Former(NamedTuple):
    """What the price of a trim was, until when; and when a source said what it is now."""

    trim_id: int
    series_id: int
    fen: int | None
    until: datetime
    now_fen: int | None
    captured: str | None


class SeriesRow(NamedTuple):
    """What a saved or visited series shows of itself."""

    id: int
    name: str
    brand: str
    energies: str
    body: str | None
    size: str | None
    status: str | None
    price_min_fen: int | None
    price_max_fen: int | None

    @property
    def branded_name(self) -> str:
        return with_brand(self.brand, self.name)


def favourites(owner: str) -> Sequence[Favourite]:
    """The one saved last first."""
    newest = (Favourite.saved_at.desc(), Favourite.id.desc())
    return db.session.scalars(select(Favourite).filter_by(owner=owner).order_by(*newest)).all()


def favourite(owner: str, subject: Subject) -> Favourite | None:
    column = {f"{subject.kind}_id": subject.id}
    return db.session.scalar(select(Favourite).filter_by(owner=owner, **column))


def saved_subjects(owner: str) -> list[Subject]:
    """One statement of two columns: every page asks it."""
    statement = select(Favourite.trim_id, Favourite.series_id).filter_by(owner=owner)
    found = []
    for trim_id, series_id in db.session.execute(statement):
        if trim_id is not None:
            found.append(Subject("trim", trim_id))
        if series_id is not None:
            found.append(Subject("series", series_id))
    return found


def count_visits(owner: str) -> int:
    return db.session.scalar(select(func.count()).select_from(Visit).filter_by(owner=owner)) or 0


def visits(owner: str, *, limit: int, offset: int = 0) -> Sequence[Visit]:
    """The newest first."""
    newest = (Visit.seen_at.desc(), Visit.id.desc())
    statement = select(Visit).filter_by(owner=owner).order_by(*newest)
    return db.session.scalars(statement.limit(limit).offset(offset)).all()


def series_rows(series_ids: Collection[int]) -> dict[int, SeriesRow]:
    rows = db.session.execute(
        select(
            Series.id,
            Series.name,
            Brand.name,
            Series.energies,
            Series.body,
            Series.size,
            Series.status,
            Series.price_min_fen,
            Series.price_max_fen,
        )
        .join(Brand, Series.brand_id == Brand.id)
        .where(Series.id.in_(series_ids))
    )
    return {row[0]: SeriesRow._make(row) for row in rows}


def trims_of(series_ids: Collection[int]) -> dict[int, list[TrimRow]]:
    """Trims by series, the newest and cheapest first."""
    found: dict[int, list[TrimRow]] = {series_id: [] for series_id in series_ids}
    for row in trim_rows(Trim.series_id.in_(series_ids)) if series_ids else []:
        found[row.series_id].append(row)
    return found


def launches(series_ids: Collection[int]) -> list[tuple[int, datetime]]:
    """Series, and when each of its trims came into the catalogue."""
    statement = select(Trim.series_id, Trim.created_at).where(Trim.series_id.in_(series_ids))
    return list(db.session.execute(statement))


def former_prices(
    trim_ids: Collection[int], series_ids: Collection[int], *, since: datetime
) -> list[Former]:
    """Prices that were superseded after `since`, of these trims and of all of these series; in
    the order in which they held. One statement.

    A value whose import was undone is younger than the current one and never one of them.
    """
    old, now = aliased(Value), aliased(Value)
    same = (now.trim_id == old.trim_id, now.parameter_id == old.parameter_id)
    rows = db.session.execute(
        select(
            old.trim_id, Trim.series_id, old.number, old.superseded_at, Trim.price_fen, now.captured
        )
        .join(Parameter, old.parameter_id == Parameter.id)
        .join(Trim, old.trim_id == Trim.id)
        .outerjoin(now, (same[0]) & (same[1]) & now.superseded_at.is_(None))
        .where(
            Parameter.key == PRICE,
            old.superseded_at > since,
            or_(Trim.id.in_(trim_ids), Trim.series_id.in_(series_ids)),
            or_(now.id.is_(None), old.id < now.id),
        )
        .order_by(old.id)
    )
    return [
        Former(trim_id, series_id, None if wan is None else round(wan * 1_000_000), until, fen, on)
        for trim_id, series_id, wan, until, fen, on in rows
        if until is not None
    ]


def prices_of(subjects: Collection[Subject]) -> dict[Subject, int | None]:
    """The guide price of a trim in fen, the lowest one of a series."""
    trims = [s.id for s in subjects if s.kind == "trim"]
    series = [s.id for s in subjects if s.kind == "series"]
    of_trims = select(Trim.id, Trim.price_fen).where(Trim.id.in_(trims))
    of_series = select(Series.id, Series.price_min_fen).where(Series.id.in_(series))
    found: dict[Subject, int | None] = {}
    for kind_id, fen in db.session.execute(of_trims):
        found[Subject("trim", kind_id)] = fen
    for kind_id, fen in db.session.execute(of_series):
        found[Subject("series", kind_id)] = fen
    return found


def names(subjects: Collection[Subject]) -> dict[Subject, str]:
    """Brand and full name of each."""
    found = {
        Subject("series", row.id): row.branded_name
        for row in series_rows([s.id for s in subjects if s.kind == "series"]).values()
    }
    trims = [s.id for s in subjects if s.kind == "trim"]
    rows = trim_rows(Trim.id.in_(trims)) if trims else []
    return found | {Subject("trim", row.id): row.branded_name for row in rows}
