"""Favourites and browsing history."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.garage import personal_data, views
    from webapp.registry import HomeBlock, Place, register

    app.register_blueprint(views.bp)
    look = {"hx-get": "/garage/_link", "hx-trigger": "load, garage-changed from:body"}
    register(
        app,
        personal=[personal_data.FAVOURITES, personal_data.HISTORY],
        home=[HomeBlock("garage", 20, "garage/_home.html", dict, "side")],
        navigation=[
            Place(
                "garage",
                "收藏",
                "/garage/",
                section="mine",
                icons=30,
                home=90,
                mine=10,
                foot=40,
                icon="heart",
                note="存下的车，价格变了会写明",
                attributes={"id": "garage-link"},
                look=look,
            ),
            Place(
                "history",
                "浏览记录",
                "/garage/history",
                section="mine",
                mine=20,
                note="看过的车，按天排列",
            ),
        ],
        task_labels={"tasks.garage.sweep": "清理失效访客的收藏和历史"},
    )
