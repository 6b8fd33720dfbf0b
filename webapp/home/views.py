"""The home page, and what search engines read."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, current_app, render_template, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import NotFound as NoRoute

from webapp import errors
from webapp.access import public
from webapp.cars.drawing import outline
from webapp.catalogue import addresses, queries
from webapp.catalogue.vocabulary import BODIES
from webapp.pagecache import cache_page
from webapp.registry import HomeBlock, registry

bp = Blueprint("home", __name__)

PAGE_SECONDS = 300
SITEMAP_ADDRESSES = 50_000
"""More than the protocol allows in one file would make the whole of it void."""
HOT_BRANDS: Final = 10
EXAMPLES: Final = (
    "18 万以内的插混 SUV，不要日系",
    "六座以上，省油，25 万上下",
)
"""Sentences to try: each is read into conditions, and the shipped cars have some for it."""


@bp.get("/")
@public
def index() -> str:
    cache_page(PAGE_SECONDS)
    return render_template(
        "home/index.html",
        overview=queries.overview(),
        hot=queries.best_selling(queries.brands_with_series(), HOT_BRANDS),
        blocks=_blocks(),
        examples=EXAMPLES,
        bodies=[
            (body, outline(body, length_mm=None, height_mm=None, wheelbase_mm=None))
            for body in BODIES
        ],
    )


def _blocks() -> dict[str, list[tuple[HomeBlock, int, Any]]]:
    """What features show here, by column: block, its place among all, content."""
    registered = sorted(registry().home.values(), key=lambda block: block.position)
    columns: dict[str, list[tuple[HomeBlock, int, Any]]] = {"main": [], "side": []}
    for number, block in enumerate(registered, start=1):
        content = block.content()
        if content is not None:
            columns[block.column].append((block, number, content))
    return columns


@bp.app_errorhandler(errors.NotFound)
@bp.app_errorhandler(NoRoute)
def not_found(error: errors.NotFound | NoRoute) -> tuple[str, int]:
    """A page that is not there offers what its address may have meant, else what sells."""
    message = error.message if isinstance(error, errors.NotFound) else errors.NotFound.message
    return errors.page(404, errors.NotFound.title, message, _nearby(request.path))


def _nearby(path: str) -> list[errors.Suggestion]:
    meant = path.rstrip("/").rpartition("/")[2]
    try:
        near = [] if meant.isdigit() else queries.near_names(meant[:60], limit=5)
        if near:
            return [
                errors.Suggestion(name.text, addresses.series(name.series_id))
                if name.series_id is not None
                else errors.Suggestion(name.text, addresses.listing(brand=name.text))
                for name in near
            ]
        sellers = queries.best_sellers(limit=5)
    except SQLAlchemyError:
        return []
    rows = sellers.rows if sellers else []
    return [errors.Suggestion(row.series, addresses.series(row.series_id)) for row in rows]


@bp.get("/robots.txt")
@public
def robots() -> Response:
    cache_page(PAGE_SECONDS, shows=())
    text = render_template("home/robots.txt", base=current_app.config["BASE_URL"])
    return Response(text, mimetype="text/plain")


@bp.get("/sitemap.xml")
@public
def sitemap() -> Response:
    cache_page(PAGE_SECONDS)
    entries: list[tuple[str, str | None]] = [("/", None)]
    for part in registry().sitemap:
        entries += part.entries(SITEMAP_ADDRESSES - len(entries))
    xml = render_template("home/sitemap.xml", base=current_app.config["BASE_URL"], entries=entries)
    return Response(xml, mimetype="application/xml")
