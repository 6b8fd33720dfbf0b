"""Decisions and writes of the catalogue: imports, refresh, seed."""

from webapp.cars.reading.reports import Counts, Problem, Progress, Rejected, Report, Warned
from webapp.cars.service.imports import import_cars
from webapp.cars.service.refresh import Refreshed, refresh_catalogue
from webapp.cars.service.sales import import_sales
from webapp.cars.service.seed import Seeded, seed_catalogue

__all__ = [
    "Counts",
    "Problem",
    "Progress",
    "Refreshed",
    "Rejected",
    "Report",
    "Seeded",
    "Warned",
    "import_cars",
    "import_sales",
    "refresh_catalogue",
    "seed_catalogue",
]
