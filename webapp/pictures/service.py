"""Changes of pictures of cars, each with its line in the audit log in the same transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from webapp.audit import Actor, record
from webapp.backends.storage import storage
from webapp.catalogue.models import Series, Trim
from webapp.catalogue.service.projected import bump_version
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.media.pictures import Picture, discard, keep
from webapp.pictures import queries
from webapp.pictures.forms import Details, check_url
from webapp.pictures.models import CarPicture, MakerPage, Subject
from webapp.pictures.queries import FOLDER
from webapp.transactions import transaction

MOST_PICTURES: Final = 40
"""Of one series, or of one trim."""
ORPHANED: Final = timedelta(days=1)
"""Files that no picture has had for so long were left by a process that died."""


def add(*, actor: Actor, subject: Subject, picture: Picture, details: Details) -> tuple[int, bool]:
    """The id of the picture, and whether it is new: the same file once more for the same car
    takes over the details. Raises NotFound, Conflict for too many, StorageAway."""
    _check(subject)
    keep(picture, FOLDER)
    try:
        return _add(actor, subject, picture, details)
    except IntegrityError:  # somebody else added the same at the same moment
        return _add(actor, subject, picture, details)


def _add(actor: Actor, subject: Subject, picture: Picture, details: Details) -> tuple[int, bool]:
    with transaction():
        there = queries.pictures_of(subject)
        held = next((row for row in there if row.digest == picture.digest), None)
        if held is not None:
            _change(actor, held, details)
            return held.id, False
        if len(there) >= MOST_PICTURES:
            raise Conflict(f"一个车系或车型最多 {MOST_PICTURES} 张图片，请先移走几张。")
        row = CarPicture(
            **{f"{subject.kind}_id": subject.id},
            digest=picture.digest,
            width=picture.width,
            height=picture.height,
            hashes=picture.hashes,
            position=max((one.position for one in there), default=0) + 1,
            **_columns(details),
        )
        db.session.add(row)
        db.session.flush()
        record(actor, "add picture", str(subject), after={"id": row.id, **details._asdict()})
        bump_version()
        return row.id, True


def change(*, actor: Actor, picture_id: int, details: Details) -> None:
    """Raises NotFound."""
    with transaction():
        _change(actor, picture(picture_id), details)


def _change(actor: Actor, row: CarPicture, details: Details) -> None:
    columns = _columns(details)
    before = {name: getattr(row, name) for name in columns}
    if before == columns:
        return
    for name, value in columns.items():
        setattr(row, name, value)
    record(actor, "change picture", str(row.subject), before=before, after=columns)
    bump_version()


def move(*, actor: Actor, picture_id: int, to: int) -> None:
    """Put a picture at a place of its row, counted from 0; the first is the cover. Raises
    NotFound."""
    with transaction():
        row = picture(picture_id)
        others = [one for one in queries.pictures_of(row.subject) if one.id != row.id]
        order = [*others[: max(0, to)], row, *others[max(0, to) :]]
        if [one.position for one in order] == sorted(one.position for one in order):
            return
        for position, one in enumerate(order, start=1):
            one.position = position
        record(actor, "move picture", str(row.subject), after={"id": row.id, "place": to + 1})
        bump_version()


def remove(*, actor: Actor, picture_id: int) -> Subject:
    """What the picture was of. Raises NotFound."""
    with transaction():
        row = picture(picture_id)
        subject, digest = row.subject, row.digest
        record(actor, "remove picture", str(subject), before={"id": row.id, "alt": row.alt})
        db.session.delete(row)
        bump_version()
    if not queries.is_used(digest):
        discard(FOLDER, digest)
    return subject


def set_maker_page(*, actor: Actor, series_id: int, url: str) -> None:
    """Link to the maker's own page of a series; "" takes the link away. Raises NotFound and
    BadInput."""
    _check(Subject("series", series_id))
    wanted = check_url(url.strip()) if url.strip() else None
    with transaction():
        before = queries.maker_page(series_id)
        if before == wanted:
            return
        if wanted is None:
            db.session.execute(delete(MakerPage).where(MakerPage.series_id == series_id))
        else:
            db.session.merge(MakerPage(series_id=series_id, url=wanted))
        record(actor, "set maker page", f"series {series_id}", before=before, after=wanted)
        bump_version()


def sweep(now: datetime) -> int:
    """Remove files that no picture has, for a day or longer; how many pictures' they were."""
    used = queries.used_digests()
    orphans = {
        digest
        for stat in storage().list(f"pictures/{FOLDER}/")
        if (digest := stat.key.split("/")[2]) not in used and now - stat.modified > ORPHANED
    }
    for digest in orphans:
        discard(FOLDER, digest)
    return len(orphans)


def picture(picture_id: int) -> CarPicture:
    """Raises NotFound."""
    row = queries.picture_by_id(picture_id)
    if row is None:
        raise NotFound("这张图片已经移走了。")
    return row


def _columns(details: Details) -> dict[str, str | None]:
    return details._asdict() | {"source_url": details.source_url or None}


def _check(subject: Subject) -> None:
    table = Series if subject.kind == "series" else Trim
    if db.session.scalar(select(table.id).where(table.id == subject.id)) is None:
        named = {"series": "车系", "trim": "车型"}[subject.kind]
        raise NotFound(f"没有编号为 {subject.id} 的{named}。")
