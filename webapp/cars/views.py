"""The catalogue's pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp import basket, clock, htmx, rules
from webapp.access import public
from webapp.cars import forms
from webapp.cars.loading import ID, load_series, load_trims, read, subjects_of
from webapp.cars.pages import comparison, costs, export, structured
from webapp.cars.pages import guide as guides
from webapp.cars.pages.figures import Sources, drawing_of, in_sections, key_figures, listed_sources
from webapp.cars.pages.listing import list_page, more_of
from webapp.cars.pages.relevance import how_many
from webapp.cars.pages.series import series_page
from webapp.catalogue import addresses, queries, subjects
from webapp.catalogue.filters import Selection, UnreadableSelection, read_selection
from webapp.catalogue.wording import source_text, spec_text
from webapp.errors import BadInput, Conflict, NotFound, Suggestion
from webapp.extensions import limiter
from webapp.pagecache import cache_page
from webapp.pageviews import opened_by_a_person
from webapp.pictures import queries as pictures
from webapp.registry import registry
from webapp.search.explicit import LONGEST, explicit, tidy
from webapp.search.service import read_with_model
from webapp.usage.counters import count_search

bp = Blueprint("cars", __name__, url_prefix="/cars")

PAGE_SECONDS = 300
WORDS_SECONDS = 20
"""The search index may be behind the catalogue for so long, or its engine away."""


@bp.get("/")
@public
def index() -> str | BaseResponse:
    """The list: every condition in the address, one row a trim."""
    selection = load_selection(request.args)
    typed = tidy(request.args.get("q", ""))
    if typed:
        sentence = typed[:LONGEST].rstrip()
        selection = explicit(sentence, read_with_model(sentence), selection)
        if opened_by_a_person(request.environ):
            count_search(sentence, found=how_many(selection))
    if "q" in request.args and len(typed) <= LONGEST:
        return redirect(selection.url(), 303)
    if any(not value for value in request.args.values()) and not htmx.wants_fragment():
        return redirect(selection.url(page=selection.page), 303)
    assistant = url_for("assistant.index", q=selection.asked or None)
    page = list_page(selection, typed=typed, assistant=assistant)
    if page.beyond_end:
        raise BadInput(
            f"参数 page={selection.page}：这个结果只有 {page.paging.pages} 页",
            suggestions=[Suggestion("回到第 1 页", selection.url())],
        )
    cache_page(WORDS_SECONDS if selection.text else PAGE_SECONDS, shows=page.shows)
    html = htmx.render("cars/index.html", "cars/_swap.html", list=page)
    if not htmx.wants_fragment():
        return html
    # The form sends its empty fields too; the address bar gets the explicit address.
    return Response(html, headers={"HX-Push-Url": selection.url(page=selection.page)})


@bp.get("/brands")
@public
def brands() -> str:
    cache_page(PAGE_SECONDS, shows=[subjects.LISTS])
    brands = queries.brands_with_series()
    return render_template("cars/brands.html", brands=brands, hot=queries.best_selling(brands))


@bp.get("/_brands")
@public
def brands_panel() -> str:
    """The way to brands, unfolded below the bar."""
    cache_page(PAGE_SECONDS)
    brands = queries.brands_with_series()
    return render_template("cars/_brands.html", brands=brands, hot=queries.best_selling(brands))


@bp.get("/guide")
@public
def guide() -> str | BaseResponse:
    """帮我选: one question after the other, then the list."""
    try:
        answers = guides.read_answers(request.args)
    except guides.UnreadableAnswer as error:
        back = [Suggestion("从第一问开始", addresses.guide())]
        raise BadInput(f"{error}。", suggestions=back) from error
    page = guides.guide_page(answers)
    if page is None:
        return redirect(guides.selection_of(answers).url())
    cache_page(PAGE_SECONDS)
    return render_template("cars/guide.html", page=page)


@bp.get("/series/" + ID % "series_id")
@public
def series(series_id: int) -> str:
    head = load_series(series_id)
    page = series_page(head)
    cache_page(PAGE_SECONDS, shows=[subjects.series(series_id), *subjects_of(page.trims)])
    base = current_app.config["BASE_URL"]
    return render_template(
        "cars/series.html",
        page=page,
        **_parts(head.id),
        descriptions=[
            structured.product(base, head, page.trims),
            structured.breadcrumbs(base, _crumbs(head.brand, head.id, head.name)),
        ],
    )


@bp.get("/series/" + ID % "series_id" + "/_more")
@public
def more_of_series(series_id: int) -> str:
    """What a list has of a series besides the row that stands for it."""
    head = load_series(series_id)
    selection = load_selection(request.args)
    more = more_of(selection, head.id, head.name)
    is_plain = not (selection.asked or selection.text)
    cache_page(
        PAGE_SECONDS if is_plain else WORDS_SECONDS,
        shows=[subjects.series(series_id)] if is_plain else None,
    )
    return render_template("cars/_more.html", more=more)


@bp.get("/trims/" + ID % "trim_id")
@public
def trim(trim_id: int) -> str:
    versions = queries.trims_beside(trim_id)
    row = next((version for version in versions if version.id == trim_id), None)
    if row is None:
        raise NotFound(f"没有编号为 {trim_id} 的车型。")
    specs = queries.specs_of([trim_id])
    yardsticks = queries.yardsticks_of([row.class_key])
    siblings = [version for version in versions if version.model_year == row.model_year]
    sections = in_sections(specs)
    sources = Sources()
    cost = costs.box(row, specs, rules.book(), clock.today_in_china())
    for spec in specs:
        sources.number(spec.source)
    for source in cost.sources:
        sources.number(source)
    cache_page(PAGE_SECONDS, shows=[subjects.RULES, *subjects_of([row])])
    base = current_app.config["BASE_URL"]
    crumbs = [*_crumbs(row.brand, row.series_id, row.series), (row.title, addresses.trim(row.id))]
    return render_template(
        "cars/trim.html",
        trim=row,
        specs={spec.key: spec for spec in specs},
        sections=sections,
        figures=key_figures(row, yardsticks),
        siblings=siblings,
        sources=sources,
        listed_sources=listed_sources(sources),
        source_text=source_text,
        spec_text=spec_text,
        jumps=[(f"s{n}", title, len(rows)) for n, (title, rows) in enumerate(sections, start=1)],
        drawing=drawing_of(row),
        gallery=pictures.gallery_of_trim(row.id, row.series_id),
        cost=cost,
        **_parts(row.series_id, trim_id, [spec.key for spec in specs]),
        descriptions=[structured.car(base, row), structured.breadcrumbs(base, crumbs)],
    )


@bp.get("/compare")
@public
def compare() -> str | BaseResponse:
    form = load_compare()
    if not form.ids and not form.find and basket.basket():
        return redirect(form.address(ids=tuple(basket.basket())))
    found: list[queries.TrimRow] = []
    if form.find:
        found = queries.search_trims(Selection(text=form.find), size=12).rows
    trims = load_trims(form.ids)
    if form.ids:
        # What is found by words may be any car.
        cache_page(PAGE_SECONDS, shows=None if form.find else subjects_of(trims))
    compared = comparison.compare(trims, queries.specs_of(form.ids))
    drawings = [drawing_of(trim) for trim in trims]
    return render_template(
        "cars/compare.html",
        form=form,
        found=[row for row in found if row.id not in form.ids],
        comparison=compared,
        listed_sources=listed_sources(compared.sources),
        source_text=source_text,
        overlaid=[
            {"label": t.full_name, "drawing": drawing, "url": addresses.trim(t.id)}
            for t, drawing in zip(trims, drawings, strict=True)
        ],
        alike=len({(d.body_path, d.length_mm, d.wheelbase_mm, d.height_mm) for d in drawings}) == 1,
        covers=pictures.covers_of((t.id, t.series_id) for t in trims),
        max_trims=basket.MAX_TRIMS,
    )


@bp.get("/compare.csv")
@public
def compare_csv() -> Response:
    table, trims = _exported()
    cache_page(PAGE_SECONDS, shows=subjects_of(trims))
    return Response(
        export.as_csv(table),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=compare.csv"},
    )


@bp.get("/compare.json")
@public
def compare_json() -> Response:
    table, trims = _exported()
    cache_page(PAGE_SECONDS, shows=subjects_of(trims))
    return Response(export.as_json(table), mimetype="application/json")


@bp.get("/_basket")
@public
def basket_link() -> str:
    """The visitor's own corner of the top bar, fetched apart so that pages stay the same."""
    ids = basket.basket()
    rows = {row.id: row for row in queries.trims_by_id(ids)} if ids else {}
    return render_template("cars/_basket.html", cars=[rows[i] for i in ids if i in rows])


@bp.post("/basket")
@public
@limiter.limit("120/minute")
def change_basket() -> BaseResponse:
    trim_id = load_form_id(request.form)
    if request.form.get("do") == "remove":
        basket.remove(trim_id)
    elif not queries.trim_exists(trim_id):
        raise NotFound(f"没有编号为 {trim_id} 的车型。")
    elif not basket.add(trim_id):
        raise Conflict(
            f"对比最多放 {basket.MAX_TRIMS} 款，请先移出一款。",
            title="对比已满",
            suggestions=[Suggestion("打开对比", addresses.compare())],
        )
    if htmx.wants_fragment():
        return Response(status=204, headers={"HX-Trigger": "basket-changed"})
    return htmx.redirect_to(htmx.page_before(addresses.compare()))


def load_selection(args: MultiDict[str, str]) -> Selection:
    """The conditions of an address. 400 naming every one that cannot be honoured."""
    try:
        selection = read_selection(MultiDict((k, v) for k, v in args.items(True) if k != "q"))
    except UnreadableSelection as error:
        raise BadInput("；".join(map(str, error.problems[:5])) + "。") from error
    unknown = queries.unknown_names(selection.conditions)
    if unknown:
        kind, name = unknown[0]
        given = kind if name in args.getlist(kind) else f"{kind}_not"
        near = [_suggestion(found) for found in queries.near_names(name)]
        raise BadInput(f"参数 {given}={name[:40]}：没有这个名字。", suggestions=near)
    return selection


def load_compare() -> forms.CompareForm:
    return read(forms.read_compare, request.args)


def load_form_id(form: MultiDict[str, str]) -> int:
    try:
        return forms.read_id(form.get("trim", ""))
    except forms.UnreadableIds as error:
        raise BadInput(f"{error}。") from error


def _parts(series_id: int, trim_id: int | None = None, keys: Sequence[str] = ()) -> dict[str, Any]:
    """What other features show of a car: sections by key and label, links by key of the row."""
    sections, links = [], defaultdict(list)
    for part in registry().car_parts.values():
        shown = part.show(series_id, trim_id, keys)
        if shown.section:
            sections.append((part.key, part.label, shown.section))
        for key, link in shown.links.items():
            links[key].append(link)
    return {"parts": sections, "row_links": links}


def _exported() -> tuple[comparison.Comparison, list[queries.TrimRow]]:
    form = load_compare()
    if not form.ids:
        raise BadInput("参数 ids：请给出要对比的车型编号，例如 ids=1,2。")
    trims = load_trims(form.ids)
    return comparison.compare(trims, queries.specs_of(form.ids)), trims


def _crumbs(brand: str, series_id: int, name: str) -> list[tuple[str, str]]:
    by_brand = read_selection(MultiDict({"brand": brand})).url()
    return [("首页", "/"), (brand, by_brand), (name, addresses.series(series_id))]


def _suggestion(name: Any) -> Suggestion:
    if name.series_id is not None:
        return Suggestion(name.text, addresses.series(name.series_id))
    return Suggestion(name.text, read_selection(MultiDict({"brand": name.text})).url())
