"""What the list page shows: rows with barred figures, chips, facets, pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple
from urllib.parse import urlencode

from webapp.cars.drawing import Outline
from webapp.cars.pages.chips import Chip, chips
from webapp.cars.pages.facets import counted_fields, facet_boxes, is_parameter, shown_fields
from webapp.cars.pages.figures import (
    Figure,
    drawing_of,
    list_figures,
    plain_figure,
    price_figure,
)
from webapp.cars.pages.notes import Note, contradictions, left_out_notes, notes
from webapp.cars.pages.question import Question, origins, question
from webapp.cars.pages.relevance import Why, whys, with_words_found
from webapp.cars.pages.waysout import ways_out
from webapp.catalogue import addresses, listed, queries, subjects
from webapp.catalogue.filters import SORTS, Condition, Selection
from webapp.catalogue.filters.fields import DEFAULT_SORT_LABEL, WORDS_SORT_LABEL
from webapp.catalogue.filters.words import sentence
from webapp.catalogue.measures import in_ranked_cycle
from webapp.catalogue.queries.listing import SPANNED, Span
from webapp.catalogue.wording import asked_fields, class_name
from webapp.filtering.form import FacetBox, in_form
from webapp.media.columns import Shown
from webapp.pagination import Page
from webapp.pictures import queries as pictures
from webapp.search.service import read_with_model

PAGE_SIZE: Final = 20
UNSCORED: Final = frozenset({"-score"})
"""Orders by figures of which none is known yet."""
FOLDED_TRIMS: Final = 6
"""Trims folded below the first of a series; more are a link away."""


@dataclass(frozen=True)
class FoldedRow:
    """One more trim of a series, in figures without bars."""

    trim: queries.TrimRow
    figures: tuple[Figure, ...]
    price: Figure


@dataclass(frozen=True)
class ListRow:
    """One trim; in the view by series the first of `matching` trims of its series."""

    trim: queries.TrimRow
    drawing: Outline
    picture: Shown | None
    """The small cover, which stands in place of the drawing."""
    figures: tuple[Figure, ...]
    price: Figure
    matching: int = 1
    more_url: str = ""
    """The fragment with the next ones, see `more_of`."""
    all_url: str = ""
    """All matching trims of the series."""
    why: Why | None = None
    """Why it stands here, where the order is that of the words."""

    @property
    def class_name(self) -> str:
        return class_name(self.trim)


@dataclass(frozen=True)
class ListPage:
    selection: Selection
    sentence: str
    rows: list[ListRow]
    total: int
    """Trims that match."""
    paging: Page[ListRow]
    """Pages of rows: series, or trims."""
    chips: list[Chip]
    question: Question | None
    notes: list[Note]
    text_more: int
    """How many more trims there would be without the words looked for."""
    typed: str
    """What the search box holds: the whole sentence."""
    facets: list[FacetBox]
    sorts: list[tuple[str, str, bool]]
    ways_out: list[tuple[str, str]]
    """Where an empty result can go on: (label, address), the smallest change first."""
    unscored: bool
    """Sorted by score, of which none is known yet."""
    names_only: bool
    """The search engine is away: words were looked for in names."""
    dealer_months: list[str]
    """In which months dealers asked what the rows say, the oldest first."""
    hot: list[queries.BrandEntry]
    """Brands to begin with, while nothing is asked for yet."""

    @property
    def shows(self) -> set[str] | None:
        """What a change of would make it another page; None where that may be anything, for what
        a sentence means hangs on all names."""
        if self.selection.asked or self.selection.text or not self.rows:
            return None
        shown = [row.trim for row in self.rows]
        return {
            *listed.of_list(self.selection.conditions),
            *(subjects.series(trim.series_id) for trim in shown),
            *(subjects.of_class(*trim.class_key) for trim in shown),
        }

    @property
    def kept_args(self) -> list[tuple[str, str]]:
        """What the form must carry along because it has no input for it."""
        shown = {box.field.name for box in self.facets}
        kept = [
            pair
            for condition in self.selection.conditions
            if condition.field not in shown or not in_form(condition, self.facets)
            for pair in self.selection.pairs(condition)
        ]
        said = {
            pair
            for condition in self.selection.conditions
            for pair in self.selection.pairs(condition)
        }
        return kept + [pair for pair in self.selection.args(page=1) if pair not in said]

    @property
    def main_facets(self) -> list[FacetBox]:
        return [box for box in self.facets if not is_parameter(box)]

    @property
    def more_facets(self) -> list[FacetBox]:
        """The further parameters, which stand below the others."""
        return [box for box in self.facets if is_parameter(box)]

    @property
    def barred(self) -> bool:
        """Whether any figure of the page lies on a bar."""
        return any(figure.share is not None for figure in self._figures)

    @property
    def with_medians(self) -> bool:
        """Whether any bar of the page shows the median of its class."""
        return any(figure.median is not None for figure in self._figures)

    @property
    def _figures(self) -> list[Figure]:
        return [figure for row in self.rows for figure in (*row.figures, row.price)]

    @property
    def beyond_end(self) -> bool:
        return self.paging.number > self.paging.pages


def list_page(selection: Selection, *, typed: str = "", assistant: str = "") -> ListPage:
    """`typed` is the sentence as it was typed, which may be too long for the address, or empty;
    `assistant` is where the assistant would be asked the same."""
    selection, names_only = with_words_found(selection)
    shown = shown_fields(selection)
    found = queries.count_trims(selection, counted_fields(shown), tuple(queries.HISTOGRAM_STEPS))
    rows, row_total = _rows(selection, found)
    why = whys(selection, [row.trim.id for row in rows])
    rows = [replace(row, why=why.get(row.trim.id)) for row in rows]
    boxes = facet_boxes(selection, found, shown)
    heard = _heard(selection, found, rows, boxes, typed, assistant)
    usual = WORDS_SORT_LABEL if selection.found else DEFAULT_SORT_LABEL
    # Nothing has a score yet; an address may still ask for that order, and is told so.
    offered = {k: v for k, v in SORTS.items() if k not in UNSCORED or k == selection.sort}
    sorts = [("", usual), *offered.items()]
    return ListPage(
        selection=selection,
        sentence=sentence(selection),
        rows=rows,
        total=found.total,
        paging=Page(rows, selection.page, PAGE_SIZE, row_total, lambda n: selection.url(page=n)),
        chips=heard.chips,
        question=heard.question,
        notes=heard.notes,
        text_more=_text_more(selection, found),
        typed=typed or selection.asked,
        facets=boxes,
        sorts=[(value, label, value == (selection.sort or "")) for value, label in sorts],
        ways_out=[] if found.total else ways_out(selection, found, heard.inferred),
        unscored=selection.sort in UNSCORED,
        names_only=names_only,
        dealer_months=_dealer_months(rows),
        hot=_hot_brands(selection),
    )


def _hot_brands(selection: Selection) -> list[queries.BrandEntry]:
    if selection.conditions or selection.text or selection.page > 1:
        return []
    return queries.best_selling(queries.brands_with_series())


def _dealer_months(rows: Sequence[ListRow]) -> list[str]:
    ids = [row.trim.id for row in rows if row.trim.dealer_price_fen is not None]
    return queries.months_of(ids, "dealer_price_wan") if ids else []


def _text_more(selection: Selection, found: queries.Listing) -> int:
    if not selection.text:
        return 0
    return queries.counts_without(selection.without_text(), [()])[0] - found.total


class _Heard(NamedTuple):
    """What the page says of the sentence and of how it was read."""

    chips: list[Chip]
    question: Question | None
    notes: list[Note]

    @property
    def inferred(self) -> frozenset[Condition]:
        return frozenset(c for chip in self.chips if chip.inferred for c in chip.conditions)


def _heard(
    selection: Selection,
    found: queries.Listing,
    rows: list[ListRow],
    boxes: list[FacetBox],
    typed: str,
    assistant: str,
) -> _Heard:
    said = [*contradictions(selection), *left_out_notes(selection, found)]
    if not selection.asked:
        return _Heard(chips(selection, found, boxes, {}), None, said)
    understood = read_with_model(selection.asked, may_ask=False)
    known = origins(selection, understood)
    first = [row.trim for row in rows]
    said += notes(selection, understood, found, first, typed=typed, assistant=assistant)
    made = chips(selection, found, boxes, known)
    places = {c: chip.place for chip in made for c in chip.conditions}
    return _Heard(made, question(selection, understood, known, places), said)


def rows_of(trim_ids: Sequence[int], selection: Selection) -> list[ListRow]:
    """Rows of these trims alone, those that exist, in this order; their bars are scaled to one
    another, and show the figures `selection` asks about."""
    found = {trim.id: trim for trim in queries.trims_by_id(trim_ids)}
    trims = [found[trim_id] for trim_id in trim_ids if trim_id in found]
    spans = {}
    for column in SPANNED:
        values = [
            value
            for trim in trims
            if (value := getattr(trim, column)) is not None
            and in_ranked_cycle(column, trim.range_cycle)
        ]
        if values:
            spans[column] = (min(values), max(values))
    return _drawn(trims, selection, spans)


def first_trims(selection: Selection) -> tuple[int, ...]:
    """The trims that the rows of this page begin with, in their order."""
    selection, _ = with_words_found(selection)
    if selection.view == "trims":
        return tuple(row.id for row in queries.search_trims(selection, size=PAGE_SIZE).rows)
    return tuple(ids[0] for _, ids in queries.series_in_order(selection)[_rows_shown(selection)])


def _rows_shown(selection: Selection) -> slice:
    return slice((selection.page - 1) * PAGE_SIZE, selection.page * PAGE_SIZE)


def _rows(selection: Selection, found: queries.Listing) -> tuple[list[ListRow], int]:
    """The rows of this page, and of how many rows there are pages."""
    if selection.view == "trims":
        trims = queries.search_trims(selection, size=PAGE_SIZE).rows
        return _drawn(trims, selection, found.spans), found.total
    groups = queries.series_in_order(selection)
    shown = groups[_rows_shown(selection)]
    by_id = {trim.id: trim for trim in queries.trims_by_id([ids[0] for _, ids in shown])}
    firsts = _drawn([by_id[ids[0]] for _, ids in shown], selection, found.spans)
    query, all_query = selection.query(page=1), _all_query(selection)
    rows = [
        replace(
            first,
            matching=len(ids),
            more_url=addresses.more_of(series_id, query),
            all_url=_all_url(all_query, first.trim.series),
        )
        if len(ids) > 1
        else first
        for first, (series_id, ids) in zip(firsts, shown, strict=True)
    ]
    return rows, len(groups)


def _all_query(selection: Selection) -> str:
    """The view by trims of a selection, without what it says of series."""
    rest = selection.without(*(c for c in selection.conditions if c.field == "series"))
    return rest.viewed_by("trims").query()


def _all_url(query: str, series: str) -> str:
    return f"{addresses.LISTING}?{query}&{urlencode({'series': series})}"


@dataclass(frozen=True)
class MoreOf:
    """The matching trims of a series after the first of `matching`; more are at `all_url`."""

    rows: tuple[FoldedRow, ...]
    matching: int
    all_url: str


def more_of(selection: Selection, series_id: int, series: str) -> MoreOf:
    """What is folded below the row of a series, whose name is `series`."""
    selection, _ = with_words_found(selection)
    own = selection.adding(Condition("series", "==", series))
    ids = dict(queries.series_in_order(own)).get(series_id, [])
    wanted = ids[1 : 1 + FOLDED_TRIMS]
    by_id = {trim.id: trim for trim in queries.trims_by_id(wanted)}
    fields = asked_fields(selection, [trim.energy for trim in by_id.values()])
    rows = tuple(_folded(by_id[trim_id], fields) for trim_id in wanted if trim_id in by_id)
    return MoreOf(rows, len(ids), _all_url(_all_query(selection), series))


def _folded(trim: queries.TrimRow, fields: Sequence[str]) -> FoldedRow:
    figures = tuple(plain_figure(trim, field) for field in fields)
    return FoldedRow(trim, figures, plain_figure(trim, "price_wan"))


def _drawn(
    trims: Sequence[queries.TrimRow],
    selection: Selection,
    spans: Mapping[str, Span],
) -> list[ListRow]:
    yardsticks = queries.yardsticks_of(trim.class_key for trim in trims)
    fields = asked_fields(selection, [trim.energy for trim in trims])
    covers = pictures.covers_of((trim.id, trim.series_id) for trim in trims)
    return [
        ListRow(
            trim=trim,
            drawing=drawing_of(trim),
            picture=covers.get(trim.id),
            figures=list_figures(trim, yardsticks, spans, fields),
            price=price_figure(trim, yardsticks, spans),
        )
        for trim in trims
    ]
