"""What visitors of this site look at and compare, as the entries of a ranking."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Final

from sqlalchemy import func, select

from webapp.catalogue.models import PageViews, PairViews, Trim
from webapp.extensions import db
from webapp.rankings import periods
from webapp.rankings.lists import Entry
from webapp.rankings.queries.cars import Car, cars

VIEWS_SOURCE: Final = "本站浏览计数"
PAIRS_SOURCE: Final = "本站对比计数"


def due(today: date) -> list[str]:
    """This month and the one before, whose last days may have come in since; older counts are
    forgotten bit by bit."""
    this = f"{today:%Y-%m}"
    return [this, periods.back(this, 1)]


def entries(name: str, period: str, today: date) -> list[Entry]:
    """The counts of a month up to yesterday."""
    first = date.fromisoformat(f"{period}-01")
    after = date.fromisoformat(f"{periods.back(period, -1)}-01")
    known, end = cars(), min(after, today)
    return _views(known, first, end) if name == "views" else _pairs(known, first, end)


def _views(known: dict[int, Car], first: date, end: date) -> list[Entry]:
    counts: Counter[int] = Counter()
    in_time = (PageViews.day >= first, PageViews.day < end)
    of_series = (
        select(PageViews.subject_id, func.sum(PageViews.views))
        .where(PageViews.kind == "series", *in_time)
        .group_by(PageViews.subject_id)
    )
    of_trims = (
        select(Trim.series_id, func.sum(PageViews.views))
        .join(Trim, (PageViews.kind == "trims") & (Trim.id == PageViews.subject_id))
        .where(*in_time)
        .group_by(Trim.series_id)
    )
    for statement in (of_series, of_trims):
        for series_id, views in db.session.execute(statement):
            counts[series_id] += int(views)
    return [
        Entry(
            key=f"series:{car.id}",
            name=car.name,
            value=views,
            sources=(VIEWS_SOURCE,),
            detail=car.brand,
            kind=car.kind,
            series_id=car.id,
            brand=car.brand,
        )
        for series_id, views in counts.items()
        if (car := known.get(series_id))
    ]


def _pairs(known: dict[int, Car], first: date, end: date) -> list[Entry]:
    series_of = dict(db.session.execute(select(Trim.id, Trim.series_id)).all())
    rows = db.session.execute(
        select(PairViews.low_id, PairViews.high_id, func.sum(PairViews.views))
        .where(PairViews.day >= first, PairViews.day < end)
        .group_by(PairViews.low_id, PairViews.high_id)
    )
    counts: Counter[tuple[int, int]] = Counter()
    for low, high, views in rows:
        one, other = sorted((series_of.get(low, 0), series_of.get(high, 0)))
        if one in known and other in known and one != other:
            counts[one, other] += int(views)
    return [
        Entry(
            key=f"pair:{one}-{other}",
            name=f"{known[one].name} 对比 {known[other].name}",
            value=views,
            sources=(PAIRS_SOURCE,),
            series_id=one,
            other_series_id=other,
        )
        for (one, other), views in counts.items()
    ]
