"""Refuse writes that another site's page made the browser send (CSRF).

Browsers say where a request comes from, in Sec-Fetch-Site or at least in Origin, and a page
cannot forge either. So public pages need no token and stay identical for everyone.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, request

from webapp.errors import CrossOrigin

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def init_app(app: Flask) -> None:
    app.before_request(refuse_cross_origin)


def refuse_cross_origin() -> None:
    """Raise `CrossOrigin` for a write that did not come from this site's own pages.

    A request with neither header is not from a browser's page (curl, provider notices) and
    carries no visitor's cookies; it passes.
    """
    if request.method in _SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in ("same-origin", "none"):
            raise CrossOrigin
        return
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        raise CrossOrigin
