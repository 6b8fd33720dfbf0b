"""What the search box asks for while one types. Its address stands below the list's."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from webapp.access import public
from webapp.catalogue import subjects
from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.errors import BadInput
from webapp.extensions import limiter
from webapp.pagecache import cache_page
from webapp.search.explicit import LONGEST, tidy
from webapp.search.suggest import suggest
from webapp.search.unfinished import continued, reading_of

bp = Blueprint("search", __name__, url_prefix="/cars")

SECONDS = 300
"""How long an answer holds: here until the catalogue changes, in a browser at most this long."""


@bp.get("/suggest")
@public
@limiter.limit("300/minute")
def suggestions() -> Response:
    """Series, brands and conditions that what was typed could become, as a fragment."""
    for name in request.args:
        if name != "q":
            raise BadInput(f"不认识参数 {name[:40]}，这里只有 q。")
    typed = tidy(request.args.get("q", ""))[: LONGEST + 1]
    cache_page(SECONDS, shows=[subjects.LISTS, subjects.NAMES])
    found = suggest(typed)
    html = render_template(
        "search/_suggest.html",
        found=found,
        reading=reading_of(typed) if len(typed) <= LONGEST else None,
        continued=[] if found.total else continued(typed),
        fields=FIELDS_BY_NAME,
    )
    return Response(html, headers={"Cache-Control": f"public, max-age={SECONDS}"})
