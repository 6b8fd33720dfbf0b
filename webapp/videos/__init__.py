"""Videos: uploads in pieces, their merge and processing, the author's pages."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.videos.views import uploads
    from webapp.videos.watching.register import init_app as watching

    app.register_blueprint(uploads.bp)
    watching(app)
