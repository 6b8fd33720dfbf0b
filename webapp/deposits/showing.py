"""What the platform is told of the pages of deposits."""

from __future__ import annotations

import re

from flask import Flask

PATHS = ("/cars/series/", "/cars/trims/")
"""How the paths begin whose cached pages show offers."""


def init_app(app: Flask) -> None:
    from webapp.deposits import terms, views
    from webapp.deposits.offers import beside, cli, queries
    from webapp.registry import CarPart, ConsolePage, PageVersion, Place, StaffLink, register

    app.register_blueprint(views.bp)
    app.cli.add_command(cli.offers)
    app.jinja_env.filters.update(yuan=terms.yuan, in_hours=terms.hours)
    register(
        app,
        page_versions=[PageVersion("offers", queries.VERSION, PATHS)],
        car_parts=[CarPart("booking", "预约看车", beside.show)],
        navigation=[
            Place(
                "deposits",
                "我的订金",
                "/deposits/",
                section="mine",
                mine=30,
                note="付了多少、什么时候能退、什么时候自动退",
                login=True,
            )
        ],
        console=[
            ConsolePage(
                "deposits", "订金", "console.deposits", "deposits", 35, "交易", finds="单号或名称"
            ),
            ConsolePage("offers", "预约项目", "console.offers", "deposits", 36, "交易"),
            ConsolePage("money", "退款和对账", "console.money", "deposits", 37, "交易"),
        ],
        staff_links=[
            StaffLink(
                re.compile(r"/cars/trims/(?P<number>[1-9][0-9]{0,8})"),
                "在控制台设置预约看车",
                "console.new_offer",
                "deposits",
            )
        ],
    )
