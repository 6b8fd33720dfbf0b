"""Monthly sales as the entries of a ranking: one scope, never two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import select

from webapp.catalogue.models import Sales, Source
from webapp.extensions import db
from webapp.rankings import periods
from webapp.rankings.lists import Entry
from webapp.rankings.methods import Method
from webapp.rankings.queries.cars import Car, cars


class _Sold(NamedTuple):
    car: Car
    units: int
    months: int
    sources: frozenset[str]
    unclear: bool


def due(scope: str) -> list[str]:
    """Months, quarters and years whose every month has figures."""
    months = db.session.scalars(select(Sales.period).where(Sales.scope == scope).distinct())
    return periods.full_periods(set(months))


def entries(method: Method, period: str) -> list[Entry]:
    """The series sold in a period, or their brands or makers."""
    sold = list(_sold(method.scope, period))
    whole = len(periods.months_of(period))
    if method.subject == "series":
        return [_series(one, whole) for one in sold]
    groups: dict[tuple[int, str], list[_Sold]] = defaultdict(list)
    for one in sold:
        if method.subject == "brand":
            groups[one.car.brand_id, one.car.brand].append(one)
        elif one.car.maker_id is not None and one.car.maker is not None:
            groups[one.car.maker_id, one.car.maker].append(one)
    return [_group(method, key, members, whole) for key, members in groups.items()]


def _sold(scope: str, period: str) -> Iterator[_Sold]:
    known = cars()
    rows = db.session.execute(
        select(Sales.series_id, Sales.units, Source.name, Sales.confidence)
        .join(Source, Sales.source_id == Source.id)
        .where(Sales.scope == scope, Sales.period.in_(periods.months_of(period)))
    )
    by_series: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for series_id, units, source, confidence in rows:
        by_series[series_id].append((units, source, confidence))
    for series_id, figures in by_series.items():
        yield _Sold(
            known[series_id],
            sum(units for units, _, _ in figures),
            len(figures),
            frozenset(source for _, source, _ in figures),
            any(confidence == "low" for _, _, confidence in figures),
        )


def _series(one: _Sold, whole: int) -> Entry:
    gone = f"缺 {whole - one.months} 个月" if one.months < whole else ""
    return Entry(
        key=f"series:{one.car.id}",
        name=one.car.name,
        value=one.units,
        sources=tuple(sorted(one.sources)),
        detail=one.car.brand,
        kind=one.car.kind,
        extent=f"{one.months}/{whole}",
        note="；".join(filter(None, (gone, "出处不明，可信度低" if one.unclear else ""))),
        series_id=one.car.id,
        brand=one.car.brand,
    )


def _group(method: Method, key: tuple[int, str], members: list[_Sold], whole: int) -> Entry:
    number, name = key
    gone = sum(1 for one in members if one.months < whole)
    notes = (
        f"{gone} 个车系缺月份" if gone else "",
        "有的数出处不明，可信度低" if any(one.unclear for one in members) else "",
    )
    return Entry(
        key=f"{method.subject}:{number}",
        name=name,
        value=sum(one.units for one in members),
        sources=tuple(sorted(frozenset().union(*(one.sources for one in members)))),
        detail=f"收录的 {len(members)} 个车系",
        extent=",".join(sorted(f"{one.car.id}:{one.months}" for one in members)),
        note="；".join(filter(None, notes)),
        brand=name if method.subject == "brand" else None,
    )
