"""The catalogue: find a trim, set a value with its source, import files, undo."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flask import Response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx, uploads
from webapp.access import staff_required
from webapp.cars.pages.figures import spec_text
from webapp.catalogue import queries as cars
from webapp.catalogue.filters import Selection
from webapp.catalogue.models import Value
from webapp.catalogue.reading.header import CAR_LABELS, CAR_REQUIRED, empty_car_file
from webapp.catalogue.service.batches import batch_by_id, upload_path
from webapp.catalogue.vocabulary import CONFIDENCE_LABELS, ENERGY_LABELS, FITTED_LABELS
from webapp.console import queries, service
from webapp.console.views import bp
from webapp.console.views.overview import actor, asked_page
from webapp.errors import BadInput, NotFound
from webapp.formatting import CHINA
from webapp.pagination import Page

NUMBER: Final = "<int(min=1, max=2147483647):number>"
FOUND: Final = 30
BATCHES: Final = 20
NOTHING: Final[dict[str, Any]] = {"counts": None, "rejected_rows": [], "warned_rows": []}


@bp.get("/catalogue")
@staff_required("catalogue")
def catalogue() -> str:
    return _catalogue_page()


def _catalogue_page(problem: str = "") -> str:
    words, number = request.args.get("q", "").strip()[:60], asked_page()
    found = cars.search_trims(Selection(text=words), size=FOUND) if words else None
    rows, total = queries.batches(page=number, size=BATCHES)
    return render_template(
        "console/catalogue.html",
        words=words,
        found=found,
        problem=problem,
        required=[CAR_LABELS[key] for key in CAR_REQUIRED],
        paging=Page(
            list(rows), number, BATCHES, total, lambda n: url_for("console.catalogue", page=n)
        ),
    )


@bp.get("/catalogue/columns.csv")
@staff_required("catalogue")
def columns() -> Response:
    """An empty import file, to be filled in."""
    return Response(
        empty_car_file(),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=cars.csv"},
    )


@bp.get(f"/catalogue/trims/{NUMBER}")
@staff_required("catalogue")
def trim(number: int) -> str:
    """Parameters, all or those of a name, with their current values; one open for editing."""
    return _trim_page(number)


@bp.post(f"/catalogue/trims/{NUMBER}")
@staff_required("catalogue")
def set_value(number: int) -> BaseResponse | tuple[str, int]:
    fields = {name: request.form.get(name, "") for name in service.ValueChange._fields}
    change = service.ValueChange(**fields)
    try:
        service.set_value(actor=actor(), trim_id=number, change=change, today=_today())
    except BadInput as error:
        return _trim_page(number, change, error.message), 422
    find = _looked_for() or None
    return htmx.redirect_to(
        url_for("console.trim", number=number, parameter=change.parameter, find=find)
    )


def _trim_page(number: int, change: service.ValueChange | None = None, problem: str = "") -> str:
    trims = cars.trims_by_id([number])
    if not trims:
        raise NotFound(f"没有编号为 {number} 的车型。")
    parameters = queries.parameters()
    find = _looked_for()
    specs = {spec.key: spec for spec in cars.specs_of([number])}
    chosen = next((p for p in parameters if p.key == request.values.get("parameter")), None)
    return render_template(
        "console/trim.html",
        trim=trims[0],
        find=find,
        parameters=[p for p in parameters if find.casefold() in f"{p.label} {p.key}".casefold()],
        specs=specs,
        spec_text=spec_text,
        chosen=chosen,
        change=change or (_unchanged(chosen.key, specs.get(chosen.key)) if chosen else None),
        problem=problem,
        history=_history(number, chosen.key) if chosen else [],
        confidences=CONFIDENCE_LABELS,
    )


def _looked_for() -> str:
    """What the parameters shown have in their name."""
    return request.values.get("find", "").strip()[:40]


def _unchanged(key: str, spec: cars.Spec | None) -> service.ValueChange:
    """The form before anybody typed."""
    month = f"{_today():%Y-%m}"
    if spec is None:
        return service.ValueChange(key, "", "", month, "")
    return service.ValueChange(
        key, _typed(key, spec), spec.source.name, month, spec.source.confidence
    )


def _history(number: int, key: str) -> list[tuple[str, str, Value]]:
    past = queries.history(number, key)
    return [(_typed(key, value), source, value) for value, source in past]


def _typed(key: str, value: cars.Spec | Value) -> str:
    """A value as an import file would hold it: every digit, so that saving it changes nothing."""
    if value.fitted is not None:
        return " ".join(filter(None, (FITTED_LABELS[value.fitted], value.text)))
    text = value.text or f"{value.number:.12g}"
    return ENERGY_LABELS.get(text, text) if key == "energy" else text


@bp.post("/catalogue/uploads")
@staff_required("catalogue")
def upload() -> BaseResponse | tuple[str, int]:
    request.max_content_length = uploads.MOST_BYTES + uploads.FORM_BYTES
    file = request.files.get("file")
    if file is None or not file.filename:
        return _catalogue_page("请先选择一个 CSV 文件。"), 422
    with uploads.arriving() as draft:
        file.save(draft)
        try:
            title = Path(file.filename).name
            batch = service.upload_cars(actor=actor(), title=title, draft=draft)
        except BadInput as error:
            return _catalogue_page(error.message), 422
    return htmx.redirect_to(url_for("console.batch", number=batch.id))


@bp.get(f"/catalogue/batches/{NUMBER}")
@staff_required("catalogue")
def batch(number: int) -> str | tuple[str, int]:
    found = batch_by_id(number)
    moving = found.state in ("checking", "importing", "undoing")
    page = htmx.render(
        "console/batch.html",
        "console/_batch.html",
        batch=found,
        moving=moving,
        is_there=upload_path(number).exists(),
        report=NOTHING | json.loads(found.report),
    )
    # 286 tells htmx to stop asking.
    return (page, 286) if htmx.wants_fragment() and not moving else page


@bp.post(f"/catalogue/batches/{NUMBER}/import")
@staff_required("catalogue")
def import_batch(number: int) -> BaseResponse:
    service.import_batch(actor=actor(), batch_id=number)
    return htmx.redirect_to(url_for("console.batch", number=number))


@bp.post(f"/catalogue/batches/{NUMBER}/undo")
@staff_required("catalogue")
def undo_batch(number: int) -> BaseResponse:
    service.undo_batch(actor=actor(), batch_id=number)
    return htmx.redirect_to(url_for("console.batch", number=number))


def _today() -> datetime:
    return datetime.now(CHINA)
