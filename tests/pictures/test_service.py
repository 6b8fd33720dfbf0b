"""Pictures of cars: which car they are of, their order, and what goes with them."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from tests.catalogue import catalogue
from tests.media.drawn import drawn, encoded
from webapp import clock
from webapp.audit import COMMAND_LINE, AuditEntry
from webapp.backends.storage import storage
from webapp.catalogue.models import Series, Trim
from webapp.catalogue.queries import catalogue_version
from webapp.errors import BadInput, NotFound
from webapp.extensions import db
from webapp.media.pictures import Picture, keep, read_picture
from webapp.pictures import queries, service
from webapp.pictures.forms import Details, WrongDetails, check_details, check_url
from webapp.pictures.models import Subject

DETAILS = Details("红色车身左前方", "厂商媒体图库", "https://maker.example/a", "厂商授权使用")
pytestmark = pytest.mark.database


def picture(seed: int = 1) -> Picture:
    return read_picture(io.BytesIO(encoded(drawn(160, 100, seed))))


def add(subject: Subject, seed: int = 1, **changed: str) -> int:
    number, _ = service.add(
        actor=COMMAND_LINE,
        subject=subject,
        picture=picture(seed),
        details=DETAILS._replace(**changed),
    )
    return number


@pytest.fixture
def trims(app: Flask) -> list[Trim]:
    made = [catalogue.trim("a"), catalogue.trim("b"), catalogue.trim("c", series_name="南斗")]
    catalogue.publish()
    return made


def series_of(trim: Trim) -> Subject:
    return Subject("series", trim.series_id)


def stored() -> set[str]:
    return {stat.key.split("/")[2] for stat in storage().list("pictures/")}


def test_galleries_begin_with_their_own_pictures(trims: list[Trim]) -> None:
    a, b, c = trims
    of_series, of_a = add(series_of(a), 1), add(Subject("trim", a.id), 2)
    add(series_of(c), 3)
    on_series = queries.gallery_of_series(a.series_id).photos
    assert [(photo.id, photo.of) for photo in on_series] == [(of_series, ""), (of_a, a.title)]
    on_a = queries.gallery_of_trim(a.id, a.series_id).photos
    assert [(photo.id, photo.of) for photo in on_a] == [(of_a, ""), (of_series, "")]
    assert [photo.id for photo in queries.gallery_of_trim(b.id, b.series_id).photos] == [of_series]
    (first, _) = on_series
    assert (first.small.width, first.small.height, first.small.alt) == (160, 100, DETAILS.alt)
    assert (first.source, first.licence) == ("厂商媒体图库", "厂商授权使用")


def test_a_trim_shows_its_own_cover_else_that_of_its_series(trims: list[Trim]) -> None:
    a, b, _ = trims
    add(series_of(a), 1, alt="车系")
    second = add(series_of(a), 2, alt="封面")
    service.move(actor=COMMAND_LINE, picture_id=second, to=0)
    add(Subject("trim", a.id), 3, alt="自己的")
    covers = queries.covers_of((t.id, t.series_id) for t in trims)
    assert {key: cover.alt for key, cover in covers.items()} == {a.id: "自己的", b.id: "封面"}
    assert queries.covers_of([]) == {}


@pytest.mark.parametrize(
    ("to", "expected"), [(0, "cab"), (-5, "cab"), (1, "acb"), (2, "abc"), (9, "abc")]
)
def test_a_picture_is_put_at_its_place(trims: list[Trim], to: int, expected: str) -> None:
    subject = series_of(trims[0])
    ids = {add(subject, seed): name for seed, name in enumerate("abc")}
    service.move(actor=COMMAND_LINE, picture_id=max(ids), to=to)
    assert "".join(ids[row.id] for row in queries.pictures_of(subject)) == expected


def test_the_same_file_once_more_takes_over_the_details(trims: list[Trim]) -> None:
    subject = series_of(trims[0])
    first = add(subject)
    assert add(subject, alt="左前方") == first
    (row,) = queries.pictures_of(subject)
    assert row.alt == "左前方"
    # For another car it is another picture with the same files.
    assert add(series_of(trims[2])) != first
    assert len(stored()) == 1


def test_files_go_with_the_last_picture_that_shows_them(trims: list[Trim]) -> None:
    one, other = add(series_of(trims[0])), add(series_of(trims[2]))
    service.remove(actor=COMMAND_LINE, picture_id=one)
    assert len(stored()) == 1
    service.remove(actor=COMMAND_LINE, picture_id=other)
    assert stored() == set()
    with pytest.raises(NotFound):
        service.remove(actor=COMMAND_LINE, picture_id=other)


def test_every_change_is_in_the_audit_log_and_drops_kept_pages(trims: list[Trim]) -> None:
    subject = series_of(trims[0])
    version = catalogue_version()
    number = add(subject)
    add(subject, 2)
    service.change(
        actor=COMMAND_LINE, picture_id=number, details=DETAILS._replace(licence="CC BY 4.0")
    )
    service.change(
        actor=COMMAND_LINE, picture_id=number, details=DETAILS._replace(licence="CC BY 4.0")
    )
    service.move(actor=COMMAND_LINE, picture_id=number, to=1)
    service.set_maker_page(
        actor=COMMAND_LINE, series_id=subject.id, url=" https://maker.example/x "
    )
    service.remove(actor=COMMAND_LINE, picture_id=number)
    actions = [entry.action for entry in db.session.scalars(select(AuditEntry))]
    assert actions == [
        "add picture",
        "add picture",
        "change picture",
        "move picture",
        "set maker page",
        "remove picture",
    ]
    assert catalogue_version() == version + len(actions)


def test_a_link_to_the_maker_is_set_and_taken_away(trims: list[Trim]) -> None:
    number = trims[0].series_id
    for url, kept in (("https://maker.example", "https://maker.example"), ("", None)):
        service.set_maker_page(actor=COMMAND_LINE, series_id=number, url=url)
        assert queries.maker_page(number) == kept
    with pytest.raises(BadInput):
        service.set_maker_page(actor=COMMAND_LINE, series_id=number, url="javascript:alert(1)")
    with pytest.raises(NotFound):
        service.set_maker_page(actor=COMMAND_LINE, series_id=999, url="https://maker.example")


def test_pictures_go_with_their_car_and_files_a_day_later(trims: list[Trim]) -> None:
    c = trims[2]
    add(Subject("trim", c.id))
    series_id = c.series_id
    db.session.delete(c)
    db.session.delete(db.session.get(Series, series_id))
    db.session.commit()
    assert queries.used_digests() == frozenset()
    keep(picture(9), "others")
    now = clock.now()
    assert (service.sweep(now), len(stored())) == (0, 2)
    assert service.sweep(now + timedelta(days=1, minutes=1)) == 1
    assert stored() == {picture(9).digest}


def test_there_are_no_pictures_of_cars_that_do_not_exist(app: Flask) -> None:
    for subject in (Subject("series", 999), Subject("trim", 999)):
        with pytest.raises(NotFound):
            add(subject)
    assert stored() == set()


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("alt", " "),
        ("alt", "车" * 101),
        ("source", ""),
        ("source", "图" * 121),
        ("licence", ""),
        ("licence", "许\0可"),
        ("source_url", "javascript:alert(1)"),
        ("source_url", "ftp://maker.example"),
        ("source_url", "https://" + "a" * 300),
    ],
)
def test_what_is_said_of_a_picture_is_checked_field_by_field(field: str, text: str) -> None:
    with pytest.raises(WrongDetails) as caught:
        check_details(DETAILS._asdict() | {field: text})
    assert set(caught.value.fields) == {field}
    assert caught.value.fields[field].endswith("。")


@pytest.mark.parametrize("url", ["https://a b.example", "http://[::1", "https://u:p@h.example"])
def test_a_broken_address_is_no_link(url: str) -> None:
    with pytest.raises(BadInput, match="网址要以"):
        check_url(url)
