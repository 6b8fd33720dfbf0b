"""The catalogue: find a trim, set a value with its source, import files, undo."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx, uploads
from webapp.access import staff_required
from webapp.cars import queries as cars
from webapp.cars.filters import Selection
from webapp.cars.pages.figures import spec_text
from webapp.cars.service.batches import batch_by_id, upload_path
from webapp.cars.vocabulary import CONFIDENCE_LABELS
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
    words, number = request.args.get("q", "").strip()[:60], asked_page()
    found = cars.search_trims(Selection(text=words), size=FOUND) if words else None
    rows, total = queries.batches(page=number, size=BATCHES)
    return render_template(
        "console/catalogue.html",
        words=words,
        found=found,
        paging=Page(
            list(rows), number, BATCHES, total, lambda n: url_for("console.catalogue", page=n)
        ),
    )


@bp.get(f"/catalogue/trims/{NUMBER}")
@staff_required("catalogue")
def trim(number: int) -> str:
    """All parameters with their current values; one of them open for editing."""
    trims = cars.trims_by_id([number])
    if not trims:
        raise NotFound(f"没有编号为 {number} 的车型。")
    parameters = queries.parameters()
    chosen = next((p for p in parameters if p.key == request.args.get("parameter")), None)
    return render_template(
        "console/trim.html",
        trim=trims[0],
        parameters=parameters,
        specs={spec.key: spec for spec in cars.specs_of([number])},
        spec_text=spec_text,
        chosen=chosen,
        history=queries.history(number, chosen.key) if chosen else [],
        confidences=CONFIDENCE_LABELS,
        month=f"{_today():%Y-%m}",
    )


@bp.post(f"/catalogue/trims/{NUMBER}")
@staff_required("catalogue")
def set_value(number: int) -> BaseResponse:
    fields = {name: request.form.get(name, "") for name in service.ValueChange._fields}
    change = service.ValueChange(**fields)
    service.set_value(actor=actor(), trim_id=number, change=change, today=_today())
    return htmx.redirect_to(url_for("console.trim", number=number, parameter=change.parameter))


@bp.post("/catalogue/uploads")
@staff_required("catalogue")
def upload() -> BaseResponse:
    request.max_content_length = uploads.MOST_BYTES + uploads.FORM_BYTES
    file = request.files.get("file")
    if file is None or not file.filename:
        raise BadInput("请先选择一个 CSV 文件。")
    with uploads.arriving() as draft:
        file.save(draft)
        batch = service.upload_cars(actor=actor(), title=Path(file.filename).name, draft=draft)
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
