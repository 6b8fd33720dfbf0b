"""Pages and fragments: one place that knows how htmx asks."""

from __future__ import annotations

from flask import Flask, Response, redirect, render_template, request
from htmx_flask import Htmx
from werkzeug.wrappers import Response as BaseResponse

htmx = Htmx()


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


def _vary(response: Response) -> Response:
    # Without it the browser's back button and shared caches show a fragment as a page.
    response.vary.add("HX-Request")
    return response
