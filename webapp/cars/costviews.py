"""Pages of what cars cost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx, rules
from webapp.access import public
from webapp.cars import costforms, forms
from webapp.cars.loading import ID, load_trims, read, subjects_of
from webapp.cars.pages import budget, costs
from webapp.catalogue import addresses, queries, subjects
from webapp.costs.car import KEYS as CAR_KEYS
from webapp.pagecache import cache_page

bp = Blueprint("costs", __name__, url_prefix="/cars")

PAGE_SECONDS: Final = 300


@bp.get("/trims/" + ID % "trim_id" + "/cost")
@public
def trim_cost(trim_id: int) -> str | BaseResponse:
    """What this car costs to buy and to keep, with every figure open to change."""
    return _costs([trim_id], one=True)


@bp.get("/cost")
@public
def cost() -> str | BaseResponse:
    """Costs of several cars side by side; without any, what a monthly payment buys."""
    ids = read(forms.read_ids, request.args)
    if not ids:
        return _budget()
    if len(ids) == 1:
        rest = urlencode([(k, v) for k, v in request.args.items(True) if k != "ids"])
        return redirect(f"{addresses.trim_cost(ids[0])}?{rest}".rstrip("?"))
    return _costs(ids, one=False)


def _costs(ids: Sequence[int], *, one: bool) -> BaseResponse:
    rows = load_trims(ids)
    today = clock.today_in_china()
    form = read(lambda args: costforms.read_costs(args, today, one=one), request.args)
    specs = queries.specs_of(ids, keys=[*CAR_KEYS, costs.DEALER_PRICE])
    page = costs.cost_page(rows, specs, form, rules.book(), request.path)
    shows = {subjects.RULES, *subjects_of(rows)}
    return _worked_out("cost", bool(form.errors), shows, page=page, action=request.path)


def _budget() -> BaseResponse:
    args = MultiDict((k, v) for k, v in request.args.items(True) if k != "ids")
    form = read(costforms.read_budget, args)
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
