"""Favourites and browsing history."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.garage import personal_data, views
    from webapp.registry import Place, register

    app.register_blueprint(views.bp)
    look = {"hx-get": "/garage/_link", "hx-trigger": "load, garage-changed from:body"}
    register(
        app,
        personal=[personal_data.FAVOURITES, personal_data.HISTORY],
        navigation=[
            Place(
                "garage",
                "收藏",
                "/garage/",
                top=40,
                foot=40,
                attributes={"id": "garage-link"},
                look=look,
            ),
            Place("garage", "收藏", "/garage/", bottom=50, icon="heart", when="guest"),
        ],
        task_labels={"tasks.garage.sweep": "清理失效访客的收藏和历史"},
    )
