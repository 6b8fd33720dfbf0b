"""Notices: one centre and a bell; features tell people by `service.notify`."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.notices import personal_data, views
    from webapp.registry import Place, register

    app.register_blueprint(views.bp)
    look = {"hx-get": "/notices/_bell", "hx-trigger": views.BELL_ASKS}
    register(
        app,
        personal=[personal_data.NOTICES],
        navigation=[
            Place(
                "notices",
                "消息",
                "/notices/",
                section="mine",
                icons=50,
                mine=45,
                icon="bell",
                note="订金、投稿、收藏有了变化，都在这里",
                bell=True,
                login=True,
                attributes={"id": "notices-bell", "rel": "nofollow", **look},
            )
        ],
    )
