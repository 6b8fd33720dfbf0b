"""Decisions and writes of the catalogue: imports, refresh, seed."""

from webapp.cars.reading.reports import (
    Changed,
    Counts,
    Event,
    Problem,
    Progress,
    Rejected,
    Report,
    Warned,
)
from webapp.cars.service.batches import (
    ask_check,
    ask_check_with,
    ask_import,
    ask_undo,
    batch_by_id,
    keep_upload,
    resume_batches,
    run_upload,
    sweep_uploads,
    undo_batch,
)
from webapp.cars.service.edits import set_value
from webapp.cars.service.imports import import_cars
from webapp.cars.service.refresh import Refreshed, refresh_catalogue
from webapp.cars.service.sales import import_sales
from webapp.cars.service.seed import Seeded, seed_catalogue

__all__ = [
    "Changed",
    "Counts",
    "Event",
    "Problem",
    "Progress",
    "Refreshed",
    "Rejected",
    "Report",
    "Seeded",
    "Warned",
    "ask_check",
    "ask_check_with",
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
