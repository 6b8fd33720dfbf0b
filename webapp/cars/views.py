"""The catalogue's pages."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp import basket, clock, htmx, rules
from webapp.access import public
from webapp.cars import costforms, forms
from webapp.cars.pages import budget, comparison, costs, export, structured
from webapp.cars.pages import guide as guides
from webapp.cars.pages.figures import Sources, drawing_of, in_sections, key_figures, listed_sources
from webapp.cars.pages.listing import list_page
from webapp.cars.pages.relevance import how_many
from webapp.cars.pages.series import series_page
from webapp.catalogue import addresses, queries, subjects
from webapp.catalogue.filters import Selection, UnreadableSelection, read_selection
from webapp.catalogue.wording import source_text, spec_text
from webapp.costs.car import KEYS as CAR_KEYS
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
Read = TypeVar("Read")
ID = "<int(min=1, max=2147483647):%s>"


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
    cache_page(PAGE_SECONDS, shows=[subjects.series(series_id), *_of(page.trims)])
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
    cache_page(PAGE_SECONDS, shows=[subjects.RULES, *_of([row])])
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


@bp.get("/trims/" + ID % "trim_id" + "/cost")
@public
def trim_cost(trim_id: int) -> str | BaseResponse:
    """What this car costs to buy and to keep, with every figure open to change."""
    return _costs([trim_id], one=True)


@bp.get("/cost")
@public
def cost() -> str | BaseResponse:
    """Costs of several cars side by side; without any, what a monthly payment buys."""
    ids = _read(forms.read_ids, request.args)
    if not ids:
        return _budget()
    if len(ids) == 1:
        rest = urlencode([(k, v) for k, v in request.args.items(True) if k != "ids"])
        return redirect(f"{addresses.trim_cost(ids[0])}?{rest}".rstrip("?"))
    return _costs(ids, one=False)


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
        cache_page(PAGE_SECONDS, shows=None if form.find else _of(trims))
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
    cache_page(PAGE_SECONDS, shows=_of(trims))
    return Response(
        export.as_csv(table),
        mimetype="text/csv",
        headers={"Content-Disposition": "attachment; filename=compare.csv"},
    )


@bp.get("/compare.json")
@public
def compare_json() -> Response:
    table, trims = _exported()
    cache_page(PAGE_SECONDS, shows=_of(trims))
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


def load_series(series_id: int) -> queries.SeriesHead:
    head = queries.series_head(series_id)
    if head is None:
        raise NotFound(f"没有编号为 {series_id} 的车系。")
    return head


def load_trims(ids: Sequence[int]) -> list[queries.TrimRow]:
    """These trims in the order given. 404 naming those that do not exist."""
    rows = {row.id: row for row in queries.trims_by_id(ids)}
    missing = [str(trim_id) for trim_id in ids if trim_id not in rows]
    if missing:
        raise NotFound(f"没有编号为 {'、'.join(missing)} 的车型。")
    return [rows[trim_id] for trim_id in ids]


def load_compare() -> forms.CompareForm:
    return _read(forms.read_compare, request.args)


def load_form_id(form: MultiDict[str, str]) -> int:
    try:
        return forms.read_id(form.get("trim", ""))
    except forms.UnreadableIds as error:
        raise BadInput(f"{error}。") from error


def _read(reader: Callable[[MultiDict[str, str]], Read], args: MultiDict[str, str]) -> Read:
    """What an address says. 400 where it cannot be read."""
    try:
        return reader(args)
    except forms.UnreadableIds as error:
        back = [Suggestion("重新选择", addresses.compare())]
        raise BadInput(f"{error}。", suggestions=back) from error


def _costs(ids: Sequence[int], *, one: bool) -> BaseResponse:
    rows = load_trims(ids)
    today = clock.today_in_china()
    form = _read(lambda args: costforms.read_costs(args, today, one=one), request.args)
    specs = queries.specs_of(ids, keys=[*CAR_KEYS, costs.DEALER_PRICE])
    page = costs.cost_page(rows, specs, form, rules.book(), request.path)
    shows = {subjects.RULES, *_of(rows)}
    return _worked_out("cost", bool(form.errors), shows, page=page, action=request.path)


def _budget() -> BaseResponse:
    args = MultiDict((k, v) for k, v in request.args.items(True) if k != "ids")
    form = _read(costforms.read_budget, args)
    page = budget.budget_page(form)
    return _worked_out("budget", bool(form.errors), {subjects.RULES}, page=page)


def _worked_out(name: str, wrong: bool, shows: Collection[str], **context: Any) -> BaseResponse:
    """A form with what comes of it, at an address without its empty fields: 422 where a field is
    wrong."""
    filled = costforms.filled(request.args)
    query = urlencode(list(filled.items(True)), safe=",")
    address = f"{request.path}?{query}" if query else request.path
    if len(filled) < len(request.args) and not htmx.wants_fragment():
        return redirect(address, 303)
    if not wrong:
        cache_page(PAGE_SECONDS, shows=shows)
    html = htmx.render(f"cars/{name}.html", f"cars/_{name}.html", **budget.form_words(), **context)
    pushed = {"HX-Push-Url": address} if htmx.wants_fragment() and not wrong else {}
    return Response(html, 422 if wrong else 200, headers=pushed)


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


def _of(trims: Iterable[queries.TrimRow]) -> set[str]:
    """What a page shows that shows these trims."""
    return {
        subject
        for trim in trims
        for subject in (subjects.series(trim.series_id), subjects.of_class(*trim.class_key))
    }


def _crumbs(brand: str, series_id: int, name: str) -> list[tuple[str, str]]:
    by_brand = read_selection(MultiDict({"brand": brand})).url()
    return [("首页", "/"), (brand, by_brand), (name, addresses.series(series_id))]


def _suggestion(name: Any) -> Suggestion:
    if name.series_id is not None:
        return Suggestion(name.text, addresses.series(name.series_id))
    return Suggestion(name.text, read_selection(MultiDict({"brand": name.text})).url())
