"""Notices: one centre and a bell; features tell people by `service.notify`."""

from __future__ import annotations

from typing import Final

from flask import Flask

BELL_ASKS: Final = "load, notices-changed from:body, every 60s"


def init_app(app: Flask) -> None:
    from webapp.notices import personal_data, views
    from webapp.registry import Place, register

    app.register_blueprint(views.bp)
    look = {"hx-get": "/notices/_bell", "hx-trigger": BELL_ASKS}
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
        task_labels={
            "tasks.notices.send": "发送消息",
            "tasks.notices.send_due": "补发消息",
            "tasks.notices.begin_digests": "汇总消息",
            "tasks.notices.sweep": "清理旧消息",
        },
    )
