"""The product with one layer of its page cache alone, for `scripts/bench home`.

`uncached` renders every page; `from_redis` keeps none in its processes.
"""

from __future__ import annotations

from unittest.mock import patch

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import create_app
from webapp.pageentry import Entry, Shelf


class Forgetful(Shelf):
    """A shelf on which nothing stays."""

    def put(self, key: str, entry: Entry) -> None:
        pass


def make_uncached() -> Flask:
    app = create_app()
    del app.wsgi_app  # back to Flask's own
    return app


def make_from_redis() -> Flask:
    with patch("webapp.pagecache.Shelf", Forgetful):
        app = create_app()
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1)  # type: ignore[method-assign]
    return app
