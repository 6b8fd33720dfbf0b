"""Decisions and writes of the catalogue: imports, refresh, seed."""

from webapp.catalogue.reading.reports import Counts, Problem, Progress, Rejected, Report, Warned
from webapp.catalogue.service.batches import (
    ask_check,
    ask_import,
    ask_undo,
    batch_by_id,
    keep_upload,
    resume_batches,
    run_upload,
    sweep_uploads,
    undo_batch,
)
from webapp.catalogue.service.edits import set_value
from webapp.catalogue.service.imports import import_cars
from webapp.catalogue.service.refresh import Refreshed, refresh_catalogue
from webapp.catalogue.service.sales import import_sales
from webapp.catalogue.service.seed import Seeded, seed_catalogue

__all__ = [
    "Counts",
    "Problem",
    "Progress",
    "Refreshed",
    "Rejected",
    "Report",
    "Seeded",
    "Warned",
    "ask_check",
    "ask_import",
    "ask_undo",
    "batch_by_id",
    "import_cars",
    "import_sales",
    "keep_upload",
    "refresh_catalogue",
    "resume_batches",
    "run_upload",
    "seed_catalogue",
    "set_value",
    "sweep_uploads",
    "undo_batch",
]
