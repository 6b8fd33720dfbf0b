"""Stores what `projection` derives: columns of trims and series, class figures, the version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from sqlalchemy import delete, insert, or_, select, update

from webapp.catalogue import listed, subjects
from webapp.catalogue.projection import (
    PROJECTED_KEYS,
    Columns,
    class_figures,
    project_series,
    project_trim,
)
from webapp.catalogue.reading.cells import Cell
from webapp.catalogue.service.tables import (
    BRAND,
    CHANGE,
    CLASS_FIGURE,
    PARAMETER,
    SALES,
    SERIES,
    TRIM,
    VALUE,
    VERSION,
    differs,
    fetch,
    update_rows,
)
from webapp.columns import utc_now
from webapp.extensions import db
from webapp.registry import EVERYTHING

_FIGURE_COLUMNS: Final = [column for column in CLASS_FIGURE.c if column.name != "id"]


def project_all_series(series_ids: Collection[int]) -> bool:
    """Derive the columns of these series anew; whether any differed. Commits nothing."""
    trims: dict[int, list[Columns]] = defaultdict(list)
    rows = fetch(
        select(
            TRIM.c.series_id,
            TRIM.c.model_year,
            TRIM.c.status,
            TRIM.c.price_fen,
            TRIM.c.energy,
            TRIM.c.body,
            TRIM.c.size,
        ).where(TRIM.c.series_id.in_(series_ids))
    )
    for row in rows:
        trims[row["series_id"]].append(row)
    sold = _newest_sales(series_ids)
    changes: dict[int, Columns] = {}
    for stored in fetch(select(SERIES).where(SERIES.c.id.in_(series_ids))):
        period, units = sold.get(stored["id"], (None, None))
        columns = project_series(trims[stored["id"]])
        columns |= {"sales_recent": units, "sales_period": period}
        if differs(stored, columns):
            changes[stored["id"]] = columns
    update_rows(SERIES, changes)
    return bool(changes)


def _newest_sales(series_ids: Collection[int]) -> dict[int, tuple[str, int]]:
    rows = db.session.execute(
        select(SALES.c.series_id, SALES.c.period, SALES.c.units)
        .where(SALES.c.series_id.in_(series_ids), SALES.c.scope == "retail")
        .order_by(SALES.c.period)
    )
    return {row.series_id: (row.period, row.units) for row in rows}


def project_trims_of(series_id: int) -> set[str]:
    """Derive the columns of a series' trims anew; the lists, as subjects, in which it may be seen
    that any differed. Commits nothing."""
    values: dict[int, dict[str, Cell]] = defaultdict(dict)
    rows = db.session.execute(
        select(VALUE.c.trim_id, PARAMETER.c.key, VALUE.c.number, VALUE.c.text, VALUE.c.fitted)
        .join(PARAMETER, PARAMETER.c.id == VALUE.c.parameter_id)
        .join(TRIM, TRIM.c.id == VALUE.c.trim_id)
        .where(
            TRIM.c.series_id == series_id,
            VALUE.c.superseded_at.is_(None),
            PARAMETER.c.key.in_(PROJECTED_KEYS),
        )
    )
    for trim_id, key, number, text, fitted in rows:
        values[trim_id][key] = Cell(number, text, fitted)
    trims = fetch(select(TRIM).where(TRIM.c.series_id == series_id))
    projected = [(trim, project_trim(values[trim["id"]])) for trim in trims]
    changes = {trim["id"]: columns for trim, columns in projected if differs(trim, columns)}
    update_rows(TRIM, changes)
    return _told_of(series_id, trims, changes) if changes else set()


def _told_of(series_id: int, trims: Iterable[Columns], changes: Mapping[int, Columns]) -> set[str]:
    names = select(SERIES.c.name, BRAND.c.name).join(BRAND, BRAND.c.id == SERIES.c.brand_id)
    series, brand = db.session.execute(names.where(SERIES.c.id == series_id)).one()
    told = (
        listed.of_change(trim, changes[trim["id"]], series=series, brand=brand)
        for trim in trims
        if trim["id"] in changes
    )
    return set().union(*told)


def rebuild_class_figures() -> set[str]:
    """Compute every class figure from the trims not 停售; the classes of which any differed, as
    subjects. Commits nothing.
    """
    trims = fetch(
        select(
            TRIM.c.size,
            TRIM.c.body,
            TRIM.c.energy,
            TRIM.c.price_fen,
            TRIM.c.range_km,
            TRIM.c.range_cycle,
            TRIM.c.battery_kwh,
            TRIM.c.fuel_l_100km,
            TRIM.c.power_kw,
            TRIM.c.accel_0_100_s,
            TRIM.c.length_mm,
            TRIM.c.wheelbase_mm,
        ).where(or_(TRIM.c.status.is_(None), TRIM.c.status != "停售"))
    )
    figures = class_figures(trims)
    new, old = _by_class(figures), _by_class(fetch(select(*_FIGURE_COLUMNS)))
    differing = {key for key in new.keys() | old.keys() if new.get(key) != old.get(key)}
    if not differing:
        return set()
    db.session.execute(delete(CLASS_FIGURE))
    if figures:
        db.session.execute(insert(CLASS_FIGURE), figures)
    return {subjects.of_class(*key[:3]) for key in differing}


def _by_class(figures: list[Columns]) -> dict[tuple[str, ...], Columns]:
    return {
        (figure["size"], figure["body"], figure["energy"], figure["field"]): figure
        for figure in figures
    }


def bump_version(*changed: str) -> None:
    """Tell every cache that the catalogue changed: these subjects alone, or without any
    everything. Commits nothing."""
    raised = {"number": VERSION.c.number + 1, "changed_at": utc_now()}
    number = db.session.scalar(update(VERSION).values(raised).returning(VERSION.c.number))
    if number is None:
        number = 1
        db.session.execute(insert(VERSION).values(id=1, number=number, changed_at=utc_now()))
    # Nobody else gets here before the end of this transaction: the version's row is taken.
    told = sorted(set(changed) or {EVERYTHING})
    older = delete(CHANGE)
    db.session.execute(older.where(CHANGE.c.subject.in_(told)) if changed else older)
    db.session.execute(insert(CHANGE), [{"subject": one, "number": number} for one in told])
