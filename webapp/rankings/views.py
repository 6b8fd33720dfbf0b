"""榜单: an overview, each list by period, and its CSV."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock
from webapp.access import public
from webapp.pagecache import cache_page
from webapp.rankings import addresses, forms, pages, queries
from webapp.rankings.lists import csv_of

bp = Blueprint("rankings", __name__, url_prefix="/rankings")

PAGE_SECONDS: Final = 300
_NAME: Final = "<string(maxlength=40):name>"
_PERIOD: Final = "<string(maxlength=20):period>"


@bp.get("/")
@public
def index() -> str:
    cache_page(PAGE_SECONDS)
    return render_template("rankings/index.html", page=pages.overview(clock.now()))


@bp.get(f"/{_NAME}/")
@public
def newest(name: str) -> BaseResponse:
    """To the newest list of this name."""
    return redirect(pages.newest_address(pages.method_of(name)))


@bp.get(f"/{_NAME}/{_PERIOD}")
@public
def ranking(name: str, period: str) -> str | BaseResponse:
    method = pages.method_of(name)
    slices, number = forms.read_slices(request.args, method), forms.read_page(request.args)
    published = pages.published_of(method, period)
    if any(not value for value in request.args.values()):
        return redirect(addresses.ranking(name, period, slices, number), 303)
    cache_page(PAGE_SECONDS)
    page = pages.list_page(published, slices, number, clock.now())
    return render_template("rankings/ranking.html", page=page)


@bp.get(f"/{_NAME}/{_PERIOD}.csv")
@public
def ranking_csv(name: str, period: str) -> Response:
    method = pages.method_of(name)
    slices = forms.read_slices(request.args, method)
    published = pages.published_of(method, period)
    cache_page(PAGE_SECONDS)
    return Response(
        csv_of(queries.listed(published, slices), published.digest),
        mimetype="text/csv",
        headers={"Content-Disposition": f"attachment; filename={name}-{period}.csv"},
    )
