"""The home page, and what search engines read."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.home import views
    from webapp.registry import Place, register

    app.register_blueprint(views.bp)
    register(
        app,
        navigation=[
            Place("home", "首页", "/", section="home"),
            Place("sitemap", "站点地图", "/sitemap.xml", foot=60),
        ],
    )
