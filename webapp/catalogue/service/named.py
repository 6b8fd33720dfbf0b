"""Rows known by their name: found, inserted, brought up to date, or deleted when nothing refers to
them. Nothing here commits."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import Table, delete, exists, insert, select, update

from webapp.catalogue.projection import Columns
from webapp.catalogue.reading.names import initial_of, transcribe
from webapp.catalogue.reading.reference import brands
from webapp.catalogue.service.tables import (
    BRAND,
    MAKER,
    SALES,
    SERIES,
    SOURCE,
    TRIM,
    VALUE,
    differs,
    fetch,
)
from webapp.extensions import db

_PINYIN_KEPT: Final = 120
"""Characters of a transcription that fit every pinyin column."""


def ensure_brand(name: str) -> int:
    """The id of the brand, as brands.csv has it; one it does not know keeps origin NULL."""
    if known := brands().get(name):
        columns: Columns = {
            "origin": known.origin,
            "initial": known.initial,
            "pinyin": known.pinyin,
            "aliases": known.aliases,
        }
        return _ensure(BRAND, name, columns=columns)
    pinyin = transcribe(name)[:_PINYIN_KEPT]
    made_up = {"initial": initial_of(pinyin), "pinyin": pinyin, "aliases": ""}
    return _ensure(BRAND, name, first=made_up)


def ensure_source(name: str, url: str | None = None) -> int:
    """The id of the source; the first address given for it stays."""
    return _ensure(SOURCE, name, first={"url": url})


def ensure_series(brand: str, name: str, maker: str | None) -> tuple[int, bool]:
    """The id of the series, and whether it is new or has a new maker."""
    brand_id = ensure_brand(brand)
    maker_id = _ensure(MAKER, maker) if maker else None
    where = (SERIES.c.brand_id == brand_id, SERIES.c.name == name)
    found = select(SERIES.c.id, SERIES.c.maker_id).where(*where)
    stored = db.session.execute(found).first()
    if stored is None:
        row = {"brand_id": brand_id, "maker_id": maker_id, "name": name}
        row |= {
            "pinyin": transcribe(name)[:_PINYIN_KEPT],
            "aliases": "",
            "energies": "",
        }
        db.session.execute(insert(SERIES).values(row))
        return int(db.session.execute(found).one().id), True
    if maker_id is None or stored.maker_id == maker_id:
        return int(stored.id), False
    db.session.execute(update(SERIES).where(SERIES.c.id == stored.id).values(maker_id=maker_id))
    return int(stored.id), True


def forget_unused(*, series_ids: Collection[int], source_ids: Collection[int]) -> None:
    """Delete those of these that nothing refers to, and the brands and makers that had no other
    series."""
    sold = exists().where(SALES.c.series_id == SERIES.c.id)
    built = exists().where(TRIM.c.series_id == SERIES.c.id)
    gone = fetch(select(SERIES).where(SERIES.c.id.in_(series_ids), ~built, ~sold))
    db.session.execute(delete(SERIES).where(SERIES.c.id.in_([row["id"] for row in gone])))
    for table, column in ((BRAND, SERIES.c.brand_id), (MAKER, SERIES.c.maker_id)):
        ids = {row[column.name] for row in gone}
        used = exists().where(column == table.c.id)
        db.session.execute(delete(table).where(table.c.id.in_(ids), ~used))
    told = exists().where(VALUE.c.source_id == SOURCE.c.id)
    counted = exists().where(SALES.c.source_id == SOURCE.c.id)
    db.session.execute(delete(SOURCE).where(SOURCE.c.id.in_(source_ids), ~told, ~counted))


def _ensure(
    table: Table, name: str, *, columns: Columns | None = None, first: Columns | None = None
) -> int:
    """The id of the row with this name, with these `columns`, and with those of `first` that
    it had no value for."""
    by_name = select(table).where(table.c.name == name)
    found = fetch(by_name)
    if not found:
        db.session.execute(insert(table).values({"name": name, **(first or {}), **(columns or {})}))
        return int(fetch(by_name)[0]["id"])
    stored = found[0]
    wanted = {key: value for key, value in (first or {}).items() if stored[key] is None}
    wanted |= columns or {}
    if differs(stored, wanted):
        db.session.execute(update(table).where(table.c.id == stored["id"]).values(wanted))
    return int(stored["id"])
