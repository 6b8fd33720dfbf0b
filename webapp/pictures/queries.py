"""Reads of pictures of cars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import ColumnElement, case, func, or_, select

from webapp.catalogue.models import Brand, Series, Trim
from webapp.catalogue.naming import with_brand
from webapp.extensions import db
from webapp.media.columns import Shown, shown
from webapp.media.hashes import are_alike
from webapp.pictures.models import CarPicture, MakerPage, Subject

FOLDER: Final = "cars"
MOST_SHOWN: Final = 24
MOST_COMPARED: Final = 5_000
"""Pictures that a new one is compared with, the newest."""
MOST_ALIKE: Final = 3


class Photo(NamedTuple):
    """A picture in a gallery; `of` names the trim where it is of another than the page."""

    id: int
    small: Shown
    medium: Shown
    large: Shown
    source: str
    source_url: str | None
    licence: str
    of: str


class Alike(NamedTuple):
    """A picture that looks like another one: of which series, and of which trim where it is of one
    alone."""

    id: int
    small: Shown
    series_id: int
    series: str
    trim: str


class Gallery(NamedTuple):
    """`maker` is the maker's own page about the series."""

    photos: list[Photo]
    maker: str | None


def pictures_of(subject: Subject) -> Sequence[CarPicture]:
    """Those of exactly this one, the cover first."""
    own = CarPicture.series_id if subject.kind == "series" else CarPicture.trim_id
    wanted = select(CarPicture).where(own == subject.id)
    return db.session.scalars(wanted.order_by(CarPicture.position, CarPicture.id)).all()


def pictures_about(series_id: int) -> dict[Subject, list[CarPicture]]:
    """Those of the series and of each of its trims that has any, the cover first."""
    of_trims = select(Trim.id).where(Trim.series_id == series_id)
    found: dict[Subject, list[CarPicture]] = {}
    for row in db.session.scalars(
        select(CarPicture)
        .where(or_(CarPicture.series_id == series_id, CarPicture.trim_id.in_(of_trims)))
        .order_by(CarPicture.position, CarPicture.id)
    ):
        found.setdefault(row.subject, []).append(row)
    return found


def picture_by_id(picture_id: int) -> CarPicture | None:
    return db.session.get(CarPicture, picture_id)


def alike(picture: CarPicture) -> list[Alike]:
    """Pictures of any car that are the same to the eye as this one, the newest first."""
    recent = select(CarPicture.id, CarPicture.hashes).where(CarPicture.id != picture.id)
    rows = db.session.execute(recent.order_by(CarPicture.id.desc()).limit(MOST_COMPARED))
    ids = [number for number, hashes in rows if are_alike(picture.hashes, hashes)][:MOST_ALIKE]
    found = db.session.execute(
        select(CarPicture, Trim, Series, Brand)
        .outerjoin(Trim, CarPicture.trim_id == Trim.id)
        .join(Series, Series.id == func.coalesce(Trim.series_id, CarPicture.series_id))
        .join(Brand, Series.brand_id == Brand.id)
        .where(CarPicture.id.in_(ids))
        .order_by(CarPicture.id.desc())
    )
    return [
        Alike(
            one.id,
            shown(FOLDER, one, "small"),
            series.id,
            with_brand(brand.name, series.name),
            trim.title if trim else "",
        )
        for one, trim, series, brand in found
    ]


def gallery_of_series(series_id: int, *, limit: int | None = MOST_SHOWN) -> Gallery:
    """Those of the series, then those of its trims. One statement."""
    own = CarPicture.series_id == series_id
    of_trims = select(Trim.id).where(Trim.series_id == series_id)
    rows = _rows(series_id, own, CarPicture.trim_id.in_(of_trims), limit)
    photos = [_photo(picture, trim.title if trim else "") for picture, trim, _ in rows if picture]
    return Gallery(photos, rows[0][2] if rows else None)


def gallery_of_trim(trim_id: int, series_id: int) -> Gallery:
    """Those of the trim, then those of its series. One statement."""
    own = CarPicture.trim_id == trim_id
    rows = _rows(series_id, own, CarPicture.series_id == series_id, MOST_SHOWN)
    photos = [_photo(picture, "") for picture, _, _ in rows if picture]
    return Gallery(photos, rows[0][2] if rows else None)


def _rows(
    series_id: int, own: ColumnElement[bool], others: ColumnElement[bool], limit: int | None
) -> list[tuple[CarPicture | None, Trim | None, str | None]]:
    """Pictures, each with its trim, and on each row the maker's page: one row where there is no
    picture."""
    rows = db.session.execute(
        select(CarPicture, Trim, MakerPage.url)
        .select_from(Series)
        .outerjoin(CarPicture, or_(own, others))
        .outerjoin(Trim, CarPicture.trim_id == Trim.id)
        .outerjoin(MakerPage, MakerPage.series_id == Series.id)
        .where(Series.id == series_id)
        .order_by(case((own, 0), else_=1), CarPicture.position, CarPicture.id)
        .limit(limit)
    )
    return [(picture, trim, maker) for picture, trim, maker in rows]


def covers_of(trims: Iterable[tuple[int, int]]) -> dict[int, Shown]:
    """The small cover of each of these trims (id, id of its series) that has one, else that of
    its series. One statement."""
    wanted = list(trims)
    if not wanted:
        return {}
    rows = db.session.scalars(
        select(CarPicture)
        .where(
            or_(
                CarPicture.trim_id.in_([trim_id for trim_id, _ in wanted]),
                CarPicture.series_id.in_({series_id for _, series_id in wanted}),
            )
        )
        .order_by(CarPicture.position.desc(), CarPicture.id.desc())
    )
    covers = {(row.trim_id, row.series_id): row for row in rows}  # the first by position stays
    found = {}
    for trim_id, series_id in wanted:
        cover = covers.get((trim_id, None)) or covers.get((None, series_id))
        if cover is not None:
            found[trim_id] = shown(FOLDER, cover, "small")
    return found


def maker_page(series_id: int) -> str | None:
    return db.session.scalar(select(MakerPage.url).where(MakerPage.series_id == series_id))


def is_used(digest: str) -> bool:
    """Whether any picture still has these files."""
    found = select(CarPicture.id).where(CarPicture.digest == digest).limit(1)
    return db.session.scalar(found) is not None


def used_digests() -> frozenset[str]:
    return frozenset(db.session.scalars(select(CarPicture.digest)))


def subjects_named(name: str) -> list[Subject]:
    """What a file may be called after: the key of a trim; else series of this name, or of this
    brand and name."""
    trim_id = db.session.scalar(select(Trim.id).where(Trim.key == name))
    if trim_id is not None:
        return [Subject("trim", trim_id)]
    branded = (Brand.name + Series.name, Brand.name + " " + Series.name)
    named = or_(Series.name == name, *(text == name for text in branded))
    ids = db.session.scalars(select(Series.id).join(Brand).where(named).order_by(Series.id))
    return [Subject("series", series_id) for series_id in ids]


def _photo(picture: CarPicture, of: str) -> Photo:
    small, medium, large = (shown(FOLDER, picture, size) for size in ("small", "medium", "large"))
    return Photo(
        picture.id,
        small,
        medium,
        large,
        picture.source,
        picture.source_url,
        picture.licence,
        of,
    )
