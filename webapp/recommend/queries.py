"""Reads for recommendations: the facts of series, candidates, what visitors did and said."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import date, datetime
from itertools import combinations
from typing import Final, NamedTuple

from sqlalchemy import Select, String, cast, func, literal, or_, select

from webapp.accounts.models import Account
from webapp.catalogue.models import Brand, PairViews, Series, Trim
from webapp.catalogue.naming import with_brand
from webapp.catalogue.queries import TrimRow, trim_rows
from webapp.catalogue.queries.listing import is_among
from webapp.catalogue.queries.version import CATALOGUE_NUMBER
from webapp.catalogue.vocabulary import ON_SALE
from webapp.extensions import db
from webapp.garage.models import Favourite, Visit
from webapp.recommend.affinity import Facts
from webapp.recommend.models import Choice, TogetherCount
from webapp.visitor import ACCOUNTS

COMPARISON_WEIGHT: Final = 2
"""A comparison weighs as much as so many visitors who looked at both."""
FEWEST_VISITORS: Final = 3
"""Pairs that fewer visitors looked at are not counted: nobody's own history can be read off."""
MOST_OF_ONE: Final = 30
"""Series of one visitor, the newest, that are counted with each other."""


Stamp = tuple[int | None, datetime | None]
"""The catalogue's version and when pairs were counted last."""


class Signal(NamedTuple):
    """A car that an owner saved or saw. `trim_id` None: the page of the series."""

    series_id: int
    trim_id: int | None
    at: datetime


class Known(NamedTuple):
    """What recommendations show of a series in words."""

    id: int
    name: str
    brand: str
    price_min_fen: int | None
    price_max_fen: int | None

    @property
    def branded_name(self) -> str:
        return with_brand(self.brand, self.name)


def stamp() -> Stamp:
    """Differs where nearness must be worked out anew. One statement."""
    counted = select(func.max(TogetherCount.counted_at)).scalar_subquery()
    number, at = db.session.execute(select(CATALOGUE_NUMBER.scalar_subquery(), counted)).one()
    return number, at


def facts() -> dict[int, Facts]:
    """Every series with a price that is not out of sale, and has trims. One statement."""
    columns = (Trim.length_mm, Trim.power_kw, Trim.range_km)
    means = (
        select(Trim.series_id, *(func.avg(one).label(one.key) for one in columns))
        .group_by(Trim.series_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Series.id,
            Series.price_min_fen,
            Series.price_max_fen,
            Series.size,
            Series.body,
            Series.energies,
            *(means.c[one.key] for one in columns),
        )
        .join(means, means.c.series_id == Series.id)
        .where(
            Series.price_min_fen.is_not(None),
            or_(Series.status.is_(None), Series.status == ON_SALE),
        )
        .order_by(Series.id)
    )
    return {
        id: Facts(
            (low + (high or low)) / 2,
            size,
            body,
            frozenset(energies.split()),
            tuple(None if one is None else float(one) for one in figures),
        )
        for id, low, high, size, body, energies, *figures in rows
        if low is not None
    }


def together() -> dict[tuple[int, int], float]:
    """How often two series are considered together."""
    rows = db.session.execute(
        select(
            TogetherCount.low_id,
            TogetherCount.high_id,
            TogetherCount.visitors + COMPARISON_WEIGHT * TogetherCount.comparisons,
        )
    )
    return {(low, high): float(times) for low, high, times in rows}


def trims_of(series_ids: Collection[int]) -> list[TrimRow]:
    """Trims with a price that are on sale, as far as that is known."""
    on_sale = or_(Trim.status.is_(None), Trim.status == ON_SALE)
    if not series_ids:
        return []
    return trim_rows(Trim.series_id.in_(series_ids) & Trim.price_fen.is_not(None) & on_sale)


def trims(trim_ids: Collection[int]) -> dict[int, TrimRow]:
    return {row.id: row for row in trim_rows(is_among(trim_ids))} if trim_ids else {}


def series(series_ids: Collection[int]) -> dict[int, Known]:
    if not series_ids:
        return {}
    rows = db.session.execute(
        select(Series.id, Series.name, Brand.name, Series.price_min_fen, Series.price_max_fen)
        .join(Brand, Series.brand_id == Brand.id)
        .where(Series.id.in_(series_ids))
    )
    return {row[0]: Known._make(row) for row in rows}


def best_selling(limit: int) -> dict[int, tuple[int, str]]:
    """Units and month of the series that sell best, the best first."""
    rows = db.session.execute(
        select(Series.id, Series.sales_recent, Series.sales_period)
        .where(Series.sales_recent.is_not(None), Series.sales_period.is_not(None))
        .order_by(Series.sales_recent.desc(), Series.id)
        .limit(limit)
    )
    return {id: (units, period) for id, units, period in rows if units and period}


def anything_sold() -> bool | None:
    """Whether there is something to recommend to everyone, None for nothing."""
    return True if best_selling(1) else None


def seen(owner: str, *, since: datetime) -> list[Signal]:
    return _signals(owner, Visit, since)


def saved(owner: str, *, since: datetime) -> list[Signal]:
    return _signals(owner, Favourite, since)


def _signals(owner: str, table: type[Visit | Favourite], since: datetime) -> list[Signal]:
    at = Visit.seen_at if table is Visit else Favourite.saved_at
    rows = db.session.execute(
        select(func.coalesce(table.series_id, Trim.series_id), table.trim_id, at)
        .outerjoin(Trim, table.trim_id == Trim.id)
        .where(table.owner == owner, at >= since)
        .order_by(at.desc(), table.id.desc())
        .limit(MOST_OF_ONE)
    )
    return [Signal._make(row) for row in rows]


def choices(owner: str) -> list[Choice]:
    """The newest first."""
    newest = (Choice.made_at.desc(), Choice.series_id)
    return list(db.session.scalars(select(Choice).filter_by(owner=owner).order_by(*newest)))


def pairs_of_visitors(*, since: datetime) -> Counter[tuple[int, int]]:
    """Of each two series, how many visitors looked at or saved both; those who want no
    personalisation, and pairs of few visitors, left out."""
    cars: dict[str, dict[int, None]] = defaultdict(dict)
    for statement in (_looked_at(Visit, since), _looked_at(Favourite, since)):
        for owner, series_id in db.session.execute(statement).yield_per(5_000):
            if len(cars[owner]) < MOST_OF_ONE:
                cars[owner][series_id] = None
    counts = Counter(pair for own in cars.values() for pair in combinations(sorted(own), 2))
    return Counter({pair: n for pair, n in counts.items() if n >= FEWEST_VISITORS})


def _looked_at(table: type[Visit | Favourite], since: datetime) -> Select[str, int]:
    at = Visit.seen_at if table is Visit else Favourite.saved_at
    unwilling = select(literal(ACCOUNTS) + cast(Account.id, String)).where(
        Account.personalised.is_(False)
    )
    return (
        select(table.owner, func.coalesce(table.series_id, Trim.series_id))
        .outerjoin(Trim, table.trim_id == Trim.id)
        .where(at >= since, table.owner.not_in(unwilling))
        .order_by(at.desc())
    )


def pairs_compared(*, since: date) -> Counter[tuple[int, int]]:
    """How often trims of two series stood side by side."""
    low, high = Trim.__table__.alias(), Trim.__table__.alias()
    rows = db.session.execute(
        select(low.c.series_id, high.c.series_id, func.sum(PairViews.views))
        .join(low, PairViews.low_id == low.c.id)
        .join(high, PairViews.high_id == high.c.id)
        .where(PairViews.day >= since, low.c.series_id != high.c.series_id)
        .group_by(low.c.series_id, high.c.series_id)
    )
    counts: Counter[tuple[int, int]] = Counter()
    for one, other, views in rows:
        counts[min(one, other), max(one, other)] += int(views)
    return counts
