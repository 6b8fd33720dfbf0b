"""Reads of the catalogue, named for the question they answer."""

from webapp.cars.queries.histogram import STEPS as HISTOGRAM_STEPS
from webapp.cars.queries.histogram import Histogram, histogram
from webapp.cars.queries.listing import (
    Facet,
    Listing,
    TrimRow,
    count_trims,
    search_trims,
    series_in_order,
    trim_rows,
)
from webapp.cars.queries.names import (
    BrandEntry,
    brands_with_series,
    exact_name,
    near_names,
    sitemap_entries,
    unknown_names,
)
from webapp.cars.queries.overview import (
    BestSeller,
    Overview,
    best_sellers,
    catalogue_changed_at,
    catalogue_version,
    new_trims,
    overview,
)
from webapp.cars.queries.relaxation import Widened, nearest_values
from webapp.cars.queries.series import (
    MonthlySales,
    SalesFigure,
    SalesHistory,
    SeriesHead,
    latest_sales,
    sales_history,
    series_head,
    series_trims,
)
from webapp.cars.queries.trims import (
    Spec,
    SpecSource,
    features_of,
    fields_of,
    specs_of,
    trim_exists,
    trims_by_id,
)
from webapp.cars.queries.yardsticks import ClassKey, Yardstick, yardsticks_of

__all__ = [
    "HISTOGRAM_STEPS",
    "BestSeller",
    "BrandEntry",
    "ClassKey",
    "Facet",
    "Histogram",
    "Listing",
    "MonthlySales",
    "Overview",
    "SalesFigure",
    "SalesHistory",
    "SeriesHead",
    "Spec",
    "SpecSource",
    "TrimRow",
    "Widened",
    "Yardstick",
    "best_sellers",
    "brands_with_series",
    "catalogue_changed_at",
    "catalogue_version",
    "count_trims",
    "exact_name",
    "features_of",
    "fields_of",
    "histogram",
    "latest_sales",
    "near_names",
    "nearest_values",
    "new_trims",
    "overview",
    "sales_history",
    "search_trims",
    "series_head",
    "series_in_order",
    "series_trims",
    "sitemap_entries",
    "specs_of",
    "trim_exists",
    "trim_rows",
    "trims_by_id",
    "unknown_names",
    "yardsticks_of",
]
