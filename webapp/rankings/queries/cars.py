"""What rows say of the series they are about."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from webapp.catalogue.models import Brand, Maker, Series
from webapp.catalogue.vocabulary import ORIGINS
from webapp.extensions import db
from webapp.rankings.lists import Kind
from webapp.rankings.methods import band_of


class Car(NamedTuple):
    """A series, and what lists can be narrowed to it by."""

    id: int
    name: str
    brand_id: int
    brand: str
    maker_id: int | None
    maker: str | None
    kind: Kind


def cars() -> dict[int, Car]:
    """All series by id. One statement."""
    rows = db.session.execute(
        select(
            Series.id,
            Series.name,
            Brand.id,
            Brand.name,
            Brand.origin,
            Maker.id,
            Maker.name,
            Series.energies,
            Series.body,
            Series.size,
            Series.price_min_fen,
        )
        .join(Brand, Series.brand_id == Brand.id)
        .outerjoin(Maker, Series.maker_id == Maker.id)
    )
    found = {}
    for row in rows:
        id, name, brand_id, brand, origin, maker_id, maker, energies, body, size, price = row
        known_origin = origin if origin in ORIGINS else None
        kind = Kind(tuple(energies.split()), body, size, band_of(price), known_origin)
        found[id] = Car(id, name, brand_id, brand, maker_id, maker, kind)
    return found
