"""The home page, and what search engines read."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, render_template

from webapp.access import public
from webapp.cars import queries
from webapp.cars.drawing import outline
from webapp.cars.pages.figures import drawing_of
from webapp.cars.vocabulary import BODIES
from webapp.pagecache import cache_page

bp = Blueprint("home", __name__)

PAGE_SECONDS = 300


@bp.get("/")
@public
def index() -> str:
    cache_page(PAGE_SECONDS)
    return render_template(
        "home/index.html",
        overview=queries.overview(),
        sellers=queries.best_sellers(),
        new_trims=[(trim, drawing_of(trim)) for trim in queries.new_trims()],
        bodies=[
            (body, outline(body, length_mm=None, height_mm=None, wheelbase_mm=None))
            for body in BODIES
        ],
    )


@bp.get("/robots.txt")
@public
def robots() -> Response:
    cache_page(PAGE_SECONDS)
    text = render_template("home/robots.txt", base=current_app.config["BASE_URL"])
    return Response(text, mimetype="text/plain")


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    cache_page(PAGE_SECONDS)
    series, trims = queries.sitemap_entries()
    changed = queries.catalogue_changed_at()
    xml = render_template(
        "home/sitemap.xml",
        base=current_app.config["BASE_URL"],
        series=series,
        trims=trims,
        changed=changed.date().isoformat() if changed else None,
    )
    return Response(xml, mimetype="application/xml")
