"""The catalogue: find a trim, import files, undo."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from flask import Response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx, uploads
from webapp.access import staff_required
from webapp.catalogue import queries as cars
from webapp.catalogue.filters import Selection
from webapp.catalogue.models import Batch
from webapp.catalogue.reading.header import CAR_LABELS, CAR_REQUIRED, empty_car_file
from webapp.catalogue.service.batches import batch_by_id, upload_of
from webapp.catalogue.service.plans import columns_of, plan_of, propose
from webapp.console import queries, service
from webapp.console.mapping import mapping_form, read_mapping
from webapp.console.views import bp
from webapp.console.views.overview import actor, asked_page
from webapp.errors import BadInput
from webapp.pagination import Page

NUMBER: Final = "<int(min=1, max=2147483647):number>"
FOUND: Final = 30
BATCHES: Final = 20
NOTHING: Final[dict[str, Any]] = {
    "counts": None,
    "rejected_rows": [],
    "warned_rows": [],
    "changed_rows": [],
    "columns": [],
}


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


@bp.post("/catalogue/uploads")
@staff_required("catalogue")
def upload() -> BaseResponse | tuple[str, int]:
    request.max_content_length = uploads.MOST_BYTES + uploads.FORM_BYTES
    file = request.files.get("file")
    if file is None or not file.filename:
        return _catalogue_page("请先选择一个 CSV 或 Excel 文件。"), 422
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
    page = _batch_page(found)
    # 286 tells htmx to stop asking.
    return (page, 286) if htmx.wants_fragment() and not _is_moving(found) else page


def _is_moving(batch: Batch) -> bool:
    return batch.state in ("checking", "importing", "undoing")


def _batch_page(batch: Batch, typed: Mapping[str, str] | None = None, problem: str = "") -> str:
    report = NOTHING | json.loads(batch.report)
    is_there = upload_of(batch.id).exists()
    mapping = None
    if is_there and batch.state in ("checked", "failed") and report["columns"]:
        proposal = propose(report["columns"])
        mapping = mapping_form(report["columns"], plan_of(batch), proposal, typed)
    return htmx.render(
        "console/batch.html",
        "console/_batch.html",
        batch=batch,
        moving=_is_moving(batch),
        is_there=is_there,
        report=report,
        mapping=mapping,
        problem=problem,
    )


@bp.post(f"/catalogue/batches/{NUMBER}/columns")
@staff_required("catalogue")
def map_columns(number: int) -> BaseResponse | tuple[str, int]:
    found = batch_by_id(number)
    try:
        plan = read_mapping(columns_of(found), plan_of(found), request.form)
    except BadInput as error:
        return _batch_page(found, request.form, error.message), 422
    service.map_columns(actor=actor(), batch_id=number, plan=plan)
    return htmx.redirect_to(url_for("console.batch", number=number))


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
