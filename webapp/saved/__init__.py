"""Saved searches, 保存的筛选: told of cars that newly match; and prices of favourites that change.

`conditions` is pure: how conditions are kept, named and read again. `service` compares the
catalogue with what it was (`seen`), and tells people.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.notices.kinds import register as register_kinds
    from webapp.registry import Place, register
    from webapp.saved import kinds, personal_data, views

    app.register_blueprint(views.bp)
    register_kinds(app, kinds.SEARCH, kinds.PRICE)
    register(
        app,
        personal=[personal_data.SEARCHES, personal_data.PRICES],
        navigation=[
            Place(
                "saved",
                "保存的筛选",
                "/saved/",
                section="mine",
                mine=15,
                note="条件存下来，有新符合的车会告诉你",
            )
        ],
        task_labels={
            "tasks.saved.watch": "看哪些车新符合保存的筛选、哪些收藏改了价",
            "tasks.saved.sweep": "清理保存的筛选留下的旧记录",
        },
    )
