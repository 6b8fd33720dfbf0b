"""Recommendations: 猜你喜欢 for a visitor, 同级对比 and 看了又看 on the pages of cars.

`affinity`, `picking` and `reasons` are pure: how near cars are, which of the nearest are shown,
and why. `nearness` keeps the matrices of a catalogue, `pages` puts them together.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.recommend import beside, personal_data, queries, views
    from webapp.registry import CarPart, HomeBlock, Place, register

    app.register_blueprint(views.bp)
    register(
        app,
        personal=[personal_data.CHOICES],
        home=[HomeBlock("recommend", 25, "recommend/_home.html", queries.anything_sold)],
        car_parts=[
            CarPart("similar", "同级对比", beside.of_class),
            CarPart("also", "看了又看", beside.looked_at_too),
        ],
        navigation=[
            Place(
                "recommend",
                "猜你喜欢",
                "/recommend/",
                section="mine",
                mine=30,
                note="为什么推荐，不想看的可以去掉",
            )
        ],
        task_labels={"tasks.recommend.count": "统计哪些车常被一起看"},
    )
