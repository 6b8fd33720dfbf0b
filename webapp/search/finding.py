"""Finds trims with the search engine; the catalogue's own SQL stands in where it is away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Final

from structlog import get_logger

from webapp.backends.search.analysis import query_words, whole_names
from webapp.backends.search.port import (
    ID,
    MOST_HITS,
    Affinity,
    Explanation,
    Filter,
    Found,
    Operator,
    Order,
    Query,
    SearchError,
    Value,
    Word,
)
from webapp.catalogue import queries
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.filters.sql import FEN_PER_WAN
from webapp.catalogue.queries.listing import FACETS
from webapp.search.engine import engine
from webapp.search.queries import views_of

log = get_logger(__name__)

TIES: Final = (
    Order("sales", descending=True),
    Order("model_year", descending=True),
    Order("price_fen"),
)
"""What decides where the order asked for does not, as in the catalogue's own SQL."""
ORDERS: Final[Mapping[str, tuple[Order, ...]]] = {
    "price": (Order("price_fen"),),
    "-price": (Order("price_fen", descending=True),),
    "-range": (Order("range_place"), Order("range_km", descending=True)),
    "accel": (Order("accel_0_100_s"),),
    "fuel": (Order("fuel_l_100km"),),
    "-power": (Order("power_kw", descending=True),),
    "-length": (Order("length_mm", descending=True),),
    "-launch": (Order("launch", descending=True),),
}


POPULAR: Final = "views"
POPULAR_WEIGHT: Final = 0.25
"""In near * (1 + weight * log10(1 + views)): a car seen ten times as often gains a quarter."""


@dataclass(frozen=True)
class Findings:
    """Trims by id in order, how many there are, and for each choice field how many each value
    would give with the field's own conditions left out. `by_engine` False: the engine was away,
    and words were looked for in names only."""

    ids: tuple[int, ...]
    total: int
    facets: Mapping[str, Mapping[Value, int]]
    by_engine: bool


def find_trims(selection: Selection, *, limit: int) -> Findings:
    """The first `limit` trims of a selection, whatever its page. Never raises SearchError."""
    found = _ask(query_of(selection, limit=limit, facets=(*FACETS, "features")))
    if found is not None:
        return Findings(tuple(hit.id for hit in found.hits), found.total, found.facets, True)
    listing = queries.search_trims(selection, size=limit)
    facets = {name: {f.value: f.count for f in facet} for name, facet in listing.facets.items()}
    return Findings(tuple(row.id for row in listing.rows), listing.total, facets, False)


def ranked_by_words(text: str) -> tuple[int, ...] | None:
    """Every trim in which all words of the text stand, the best match first; None where the
    engine is away."""
    found = _ask(query_of(Selection(text=text), limit=MOST_HITS))
    return None if found is None else tuple(hit.id for hit in found.hits)


def explain_matches(text: str, ids: Collection[int]) -> dict[int, Explanation]:
    """Why these trims stand where they stand among those that match the text; without those
    that do not, and empty where the engine is away."""
    if not ids:
        return {}
    among = (Filter(ID, "in", tuple(sorted(ids))),)
    query = query_of(Selection(text=text), limit=len(ids), among=among, explain=True)
    found = _ask(query)
    return {h.id: h.explanation for h in found.hits if h.explanation} if found else {}


def nearest(near: Mapping[int, float], *, limit: int) -> tuple[int, ...]:
    """The trims of `near` (id to how near it is, above 0) by that and by how often they are
    viewed, see `Affinity`. Never raises SearchError."""
    if not near:
        return ()
    scores = tuple(sorted(near.items()))
    affinity = Affinity(scores, POPULAR, POPULAR_WEIGHT)
    found = _ask(Query(affinity=affinity, order=TIES, limit=limit))
    if found is not None:
        return tuple(hit.id for hit in found.hits)
    rows = views_of([*near])
    rows.sort(key=lambda row: (-near[row.id] * _gain(row.views), *row.ties))
    return tuple(row.id for row in rows[:limit])


def _gain(views: int) -> float:
    return 1 + POPULAR_WEIGHT * log10(1 + views)


def query_of(
    selection: Selection,
    *,
    limit: int,
    facets: tuple[str, ...] = (),
    among: tuple[Filter, ...] = (),
    explain: bool = False,
) -> Query:
    """What a selection asks of an engine."""
    order = ORDERS.get(selection.sort or "", ())
    words = query_words(selection.text)
    return Query(
        filters=(*among, *filters_of(selection.conditions)),
        words=tuple(Word(text, tokens) for text, tokens in words),
        exact=tuple(whole_names(selection.text)),
        by_score=bool(words) and selection.sort is None,
        order=(*order, *TIES),
        limit=limit,
        facets=facets,
        explain=explain,
    )


def filters_of(conditions: Sequence[Condition]) -> tuple[Filter, ...]:
    """The conditions on the index's fields."""
    return tuple(item for condition in conditions for item in _filters(condition))


def _filters(condition: Condition) -> list[Filter]:
    operator: Operator = condition.operator  # type: ignore[assignment]
    values = condition.values
    if condition.field == "features":
        if operator in ("!=", "not in"):  # each of them is known not to be there
            return [Filter("features_absent", "in", (value,)) for value in values]
        return [Filter("features", "in", values)]
    if condition.field == "price_wan":
        fen = tuple(round(float(value) * FEN_PER_WAN) for value in values)
        return [Filter("price_fen", operator, fen)]
    return [Filter(condition.field, operator, values)]


def _ask(query: Query) -> Found | None:
    """The engine's answer; None where it has none to give."""
    try:
        return engine().search(query)
    except SearchError as error:
        log.warning("search engine away", reason=f"{type(error).__name__}: {error}")
        return None
