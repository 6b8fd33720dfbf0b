"""Decisions and writes of the catalogue: imports, refresh, seed."""

from webapp.catalogue.reading.reports import (
    Changed,
    Counts,
    Event,
    Problem,
    Progress,
    Rejected,
    Report,
    Warned,
)
from webapp.catalogue.service.added import add_trim
from webapp.catalogue.service.batches import (
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
from webapp.catalogue.service.doubts import explain_doubt
from webapp.catalogue.service.edits import set_value
from webapp.catalogue.service.imports import import_cars
from webapp.catalogue.service.refresh import Refreshed, refresh_catalogue
from webapp.catalogue.service.sales import import_sales
from webapp.catalogue.service.seed import Seeded, seed_catalogue

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
    "add_trim",
    "ask_check_with",
    "ask_import",
    "ask_undo",
    "batch_by_id",
    "explain_doubt",
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
