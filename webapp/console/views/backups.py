"""Nightly backups, and what came of trying them out."""

from __future__ import annotations

from flask import current_app, render_template

from webapp.access import staff_required
from webapp.console.views import bp
from webapp.upkeep import queries
from webapp.upkeep.models import OUTCOME_LABELS


@bp.get("/backups")
@staff_required("tasks")
def backups() -> str:
    return render_template(
        "console/backups.html",
        runs=queries.newest_backups(),
        outcomes=OUTCOME_LABELS,
        folder=current_app.config["BACKUP_DIR"],
        keep=current_app.config["BACKUP_KEEP"],
    )
