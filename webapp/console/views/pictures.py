"""Pictures of one series and its trims: added, described, put in order, removed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO, Final, cast

from flask import render_template, request, url_for
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import staff_required
from webapp.catalogue import queries as cars
from webapp.console.views import bp
from webapp.console.views.overview import actor
from webapp.errors import BadInput, Conflict, NotFound
from webapp.media.pictures import MOST_BYTES, BadPicture, read_picture
from webapp.pictures import queries, service
from webapp.pictures.forms import LABELS, WrongDetails, check_details
from webapp.pictures.models import Subject
from webapp.uploads import FORM_BYTES

NUMBER: Final = "<int(min=1, max=2147483647):number>"
STEPS: Final = {"first": -1_000_000, "up": -1, "down": 1}


@bp.get(f"/catalogue/series/{NUMBER}/pictures")
@staff_required("catalogue")
def pictures(number: int) -> str:
    return _page(number)


@bp.post(f"/catalogue/series/{NUMBER}/pictures")
@staff_required("catalogue")
def add_picture(number: int) -> BaseResponse | tuple[str, int]:
    _series(number)
    request.max_content_length = MOST_BYTES + FORM_BYTES
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge:
        too_big = f"图片超过 {MOST_BYTES // 2**20} MB，请压缩后再上传。"
        return _page(number, problems={"file": too_big}), 413
    typed = {name: request.form.get(name, "") for name in (*LABELS, "of")}
    problems: dict[str, str] = {}
    try:
        details = check_details(typed)
    except WrongDetails as error:
        problems |= error.fields
    if file is None or not file.filename:
        problems["file"] = "请先选择一张图片。"
    if problems or file is None:
        return _page(number, typed, problems), 422
    try:
        subject = _subject(number, typed["of"])
        picture = read_picture(cast(BinaryIO, file.stream))
        row, is_new = service.add(actor=actor(), subject=subject, picture=picture, details=details)
    except (BadPicture, BadInput, Conflict) as error:
        return _page(number, typed, {"file": error.message}), error.status
    done = "added" if is_new else "kept"
    back = url_for("console.pictures", number=number, done=done, of=typed["of"], added=row)
    return htmx.redirect_to(back)


@bp.post(f"/catalogue/pictures/{NUMBER}")
@staff_required("catalogue")
def change_picture(number: int) -> BaseResponse | tuple[str, int]:
    row = service.picture(number)
    subject, do = row.subject, request.form.get("do", "save")
    series_id = _series_of(subject)
    if do == "remove":
        service.remove(actor=actor(), picture_id=number)
    elif do in STEPS:
        place = [one.id for one in queries.pictures_of(subject)].index(number)
        service.move(actor=actor(), picture_id=number, to=place + STEPS[do])
    else:
        typed = {name: request.form.get(name, "") for name in LABELS}
        try:
            service.change(actor=actor(), picture_id=number, details=check_details(typed))
        except WrongDetails as error:
            return _page(series_id, typed, error.fields, picture_id=number), 422
    anchor = None if do == "remove" else f"picture-{number}"
    return htmx.redirect_to(url_for("console.pictures", number=series_id, done=do, _anchor=anchor))


@bp.post(f"/catalogue/series/{NUMBER}/maker")
@staff_required("catalogue")
def set_maker_page(number: int) -> BaseResponse | tuple[str, int]:
    url = request.form.get("url", "")
    try:
        service.set_maker_page(actor=actor(), series_id=number, url=url)
    except NotFound:
        raise
    except BadInput as error:
        return _page(number, {"url": url}, {"url": error.message}), 422
    return htmx.redirect_to(url_for("console.pictures", number=number, done="maker"))


def _page(
    number: int,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    picture_id: int | None = None,
) -> str:
    """`typed` and `problems` are of the picture `picture_id`, else of the one to be added."""
    head = _series(number)
    trims = cars.series_trims(number)
    about = queries.pictures_about(number)
    gallery = queries.gallery_of_series(number, limit=None)
    groups = [("", "整个车系", about.get(Subject("series", number), []))]
    groups += [(str(t.id), t.title, about.get(Subject("trim", t.id), [])) for t in trims]
    just = request.args.get("added", "")
    added = next((one for _, _, own in groups for one in own if str(one.id) == just), None)
    return render_template(
        "console/pictures.html",
        head=head,
        groups=groups,
        photos={photo.id: photo for photo in gallery.photos},
        maker=gallery.maker,
        typed=typed or {"of": request.args.get("of", "")},
        problems=problems or {},
        picture_id=picture_id,
        labels=LABELS,
        done=request.args.get("done", ""),
        added=added,
        alike=queries.alike(added) if added else [],
    )


def _series(number: int) -> cars.SeriesHead:
    head = cars.series_head(number)
    if head is None:
        raise NotFound(f"没有编号为 {number} 的车系。")
    return head


def _subject(series_id: int, of: str) -> Subject:
    """The series itself, or the trim whose number the form sent. Raises BadInput."""
    if not of:
        return Subject("series", series_id)
    for trim in cars.series_trims(series_id):
        if str(trim.id) == of:
            return Subject("trim", trim.id)
    raise BadInput("这个车系没有选中的车型，请刷新页面。")


def _series_of(subject: Subject) -> int:
    if subject.kind == "series":
        return subject.id
    return cars.trims_by_id([subject.id])[0].series_id
