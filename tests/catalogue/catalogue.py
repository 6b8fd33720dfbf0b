"""Small catalogues for tests: every trim named here is invented."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from webapp.catalogue.models import (
    Brand,
    CatalogueVersion,
    ClassFigure,
    Maker,
    Parameter,
    Sales,
    Series,
    Source,
    Trim,
    Value,
)
from webapp.extensions import db


def brand(name: str = "星河", **columns: Any) -> Brand:
    found = db.session.scalar(select(Brand).where(Brand.name == name))
    if found is None:
        defaults = {"origin": "中国", "initial": "X", "pinyin": "xinghe", "aliases": "Galaxy"}
        found = Brand(name=name, **(defaults | columns))
        db.session.add(found)
        db.session.flush()
    return found


def series(name: str = "北斗", brand_name: str = "星河", **columns: Any) -> Series:
    owner = brand(brand_name)
    found = db.session.scalar(
        select(Series).where(Series.name == name, Series.brand_id == owner.id)
    )
    if found is None:
        maker = db.session.scalar(select(Maker)) or Maker(name="星河汽车")
        found = Series(brand=owner, maker=maker, name=name, pinyin=columns.pop("pinyin", "beidou"))
        db.session.add(found)
    for column, value in columns.items():
        setattr(found, column, value)
    db.session.flush()
    return found


def trim(key: str, *, series_name: str = "北斗", brand_name: str = "星河", **columns: Any) -> Trim:
    """One trim; give the projected columns that matter to the test."""
    defaults: dict[str, Any] = {
        "name": f"{key} 版",
        "model_year": 2025,
        "status": "在售",
        "energy": "BEV",
        "body": "SUV",
        "size": "中型",
        "price_fen": 18_980_000,
    }
    row = Trim(key=key, series=series(series_name, brand_name), **(defaults | columns))
    db.session.add(row)
    db.session.flush()
    return row


def parameter(key: str, label: str, **columns: Any) -> Parameter:
    found = db.session.scalar(select(Parameter).where(Parameter.key == key))
    if found is None:
        defaults = {"section": "车身", "type": "number", "unit": None, "position": 1}
        found = Parameter(key=key, label=label, **(defaults | columns))
        db.session.add(found)
        db.session.flush()
    return found


def source(name: str = "星河官网", url: str | None = None) -> Source:
    found = db.session.scalar(select(Source).where(Source.name == name))
    if found is None:
        found = Source(name=name, url=url)
        db.session.add(found)
        db.session.flush()
    return found


def value(of: Trim, what: Parameter, **columns: Any) -> Value:
    defaults: dict[str, Any] = {"captured": "2025-11", "confidence": "official"}
    row = Value(trim_id=of.id, parameter_id=what.id, source_id=source().id, **(defaults | columns))
    db.session.add(row)
    db.session.flush()
    return row


def sales(of: Series, period: str, units: int, scope: str = "retail") -> None:
    db.session.add(
        Sales(series_id=of.id, period=period, scope=scope, units=units, source_id=source().id)
    )
    db.session.flush()


def class_figure(field: str, low: float, median: float, high: float, **columns: Any) -> None:
    defaults = {"size": "中型", "body": "SUV", "energy": "BEV", "trims": 9}
    db.session.add(
        ClassFigure(field=field, low=low, median=median, high=high, **(defaults | columns))
    )
    db.session.flush()


def publish() -> None:
    """Commit, and tell the caches as an import would."""
    version = db.session.scalar(select(CatalogueVersion))
    if version is None:
        version = CatalogueVersion(number=0, changed_at=datetime(2026, 1, 1, tzinfo=UTC))
        db.session.add(version)
    version.number += 1
    db.session.commit()
