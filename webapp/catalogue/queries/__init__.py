"""Reads of the catalogue, named for the question they answer."""

from webapp.catalogue.queries.doubts import Doubted, doubted
from webapp.catalogue.queries.figures import TrimFigure, figures_of
from webapp.catalogue.queries.histogram import STEPS as HISTOGRAM_STEPS
from webapp.catalogue.queries.histogram import Histogram, histogram
from webapp.catalogue.queries.listing import (
    Listing,
    TrimRow,
    Unplaced,
    count_trims,
    search_trims,
    series_in_order,
    trim_rows,
    unplaced,
    well_known_parameters,
)
from webapp.catalogue.queries.names import (
    BrandEntry,
    brands_with_series,
    near_names,
    sibling_series,
    sitemap_entries,
    unknown_names,
)
from webapp.catalogue.queries.overview import (
    BestSeller,
    Overview,
    best_sellers,
    catalogue_changed_at,
    catalogue_version,
    new_trims,
    overview,
)
from webapp.catalogue.queries.relaxation import Widened, counts_without, nearest_values
from webapp.catalogue.queries.series import (
    MonthlySales,
    SalesFigure,
    SalesHistory,
    SeriesHead,
    latest_sales,
    sales_history,
    series_head,
    series_trims,
)
from webapp.catalogue.queries.trims import (
    Spec,
    SpecSource,
    features_of,
    fields_of,
    parameter_labels,
    specs_called,
    specs_of,
    trim_exists,
    trims_by_id,
)
from webapp.catalogue.queries.yardsticks import ClassKey, Yardstick, yardsticks_of
from webapp.filtering.counting import Facet

__all__ = [
    "HISTOGRAM_STEPS",
    "BestSeller",
    "BrandEntry",
    "ClassKey",
    "Doubted",
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
    "TrimFigure",
    "TrimRow",
    "Unplaced",
    "Widened",
    "Yardstick",
    "best_sellers",
    "brands_with_series",
    "catalogue_changed_at",
    "catalogue_version",
    "count_trims",
    "counts_without",
    "doubted",
    "features_of",
    "fields_of",
    "figures_of",
    "histogram",
    "latest_sales",
    "near_names",
    "nearest_values",
    "new_trims",
    "overview",
    "parameter_labels",
    "sales_history",
    "search_trims",
    "series_head",
    "series_in_order",
    "series_trims",
    "sibling_series",
    "sitemap_entries",
    "specs_called",
    "specs_of",
    "trim_exists",
    "trim_rows",
    "trims_by_id",
    "unknown_names",
    "unplaced",
    "well_known_parameters",
    "yardsticks_of",
]
