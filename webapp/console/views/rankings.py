"""Rankings: their runs and failures, a run by hand, and the import of sales."""

from __future__ import annotations

import json
from typing import Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx, uploads
from webapp.access import staff_required
from webapp.catalogue.reading.header import SALES_LABELS, SALES_REQUIRED
from webapp.console import sales
from webapp.console.sales import SalesReport
from webapp.console.views import bp
from webapp.console.views.overview import actor
from webapp.rankings import queries
from webapp.rankings import service as rankings_service
from webapp.rankings.state import STATE_LABELS

MOST_BYTES: Final = 512 * 1024
"""Some 8,000 rows: they are written in one transaction while staff wait."""


@bp.get("/rankings")
@staff_required("catalogue")
def rankings() -> str:
    return _page()


def _page(problem: str = "", report: SalesReport | None = None, title: str = "") -> str:
    runs = queries.runs()
    return render_template(
        "console/rankings.html",
        runs=[(run, json.loads(run.failures)) for run in runs],
        states=STATE_LABELS,
        freshness=queries.freshness(clock.now()),
        problem=problem,
        report=report,
        title=title,
        required=[SALES_LABELS[key] for key in SALES_REQUIRED],
    )


@bp.post("/rankings/runs")
@staff_required("catalogue")
def run_rankings() -> BaseResponse:
    rankings_service.ask_run(actor=actor(), now=clock.now())
    return htmx.redirect_to(url_for("console.rankings"))


@bp.post("/rankings/sales")
@staff_required("catalogue")
def upload_sales() -> str | tuple[str, int]:
    """Import a file of sales, or only check it; what was refused stands on the page."""
    request.max_content_length = MOST_BYTES + uploads.FORM_BYTES
    file = request.files.get("file")
    if file is None or not file.filename:
        return _page("请先选择一个 CSV 或 Excel 文件。"), 422
    with uploads.arriving() as draft:
        file.save(draft)
        if not draft.stat().st_size:
            return _page("文件是空的。"), 422
        report = sales.import_sales(
            actor=actor(), title=file.filename, draft=draft, dry_run="check" in request.form
        )
    return _page(report=report, title=file.filename)
