"""Pages and fragments: one place that knows how htmx asks."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, render_template, request
from htmx_flask import Htmx
from werkzeug.wrappers import Response as BaseResponse

htmx = Htmx()

ANCHOR: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")


def init_app(app: Flask) -> None:
    htmx.init_app(app)
    app.after_request(_vary)


def wants_fragment() -> bool:
    """True for a swap by htmx; a boosted link or the back button gets the whole page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def render(page: str, fragment: str, /, **context: object) -> str:
    """Render `fragment` for a swap and `page` (which includes it) otherwise."""
    return render_template(fragment if wants_fragment() else page, **context)


def redirect_to(url: str) -> BaseResponse:
    """Send the visitor on after a write: 303, and the same for htmx without swapping a page."""
    if wants_fragment():
        return Response(status=204, headers={"HX-Redirect": url})
    return redirect(url, 303)


def page_before(default: str) -> str:
    """Where the form says to go on (`back`, to the part `anchor`), or the page it was on: a path
    of our own in any case."""
    anchor = request.form.get("anchor", "")
    part = f"#{anchor}" if ANCHOR.fullmatch(anchor) else ""
    for address in (request.form.get("back", ""), request.referrer or ""):
        parts = urlsplit(address)
        own = parts.netloc in ("", request.host) and parts.scheme in ("", request.scheme)
        if own and parts.path.startswith("/") and not address.startswith(("//", "/\\")):
            path = "/" + parts.path.lstrip("/\\")
            return (f"{path}?{parts.query}" if parts.query else path) + part
    return default


def _vary(response: Response) -> Response:
    # Without it the browser's back button and shared caches show a fragment as a page.
    response.vary.add("HX-Request")
    return response
