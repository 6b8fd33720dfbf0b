"""The catalogue's pages: list, brands, series, trims, comparison."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.cars import views
    from webapp.cars.pages import sitemap
    from webapp.catalogue import addresses
    from webapp.registry import Place, SitemapPart, register

    app.register_blueprint(views.bp)
    register(
        app,
        sitemap=[SitemapPart(sitemap.entries)],
        navigation=[
            Place("cars", "选车", addresses.listing(), top=10, bottom=20, foot=10, icon="car"),
            Place("brands", "品牌", addresses.brands(), top=20, foot=20),
            Place("cost", "月供算车价", addresses.cost(), foot=35),
            Place(
                "compare",
                "对比",
                addresses.compare(),
                top=30,
                bottom=40,
                foot=30,
                icon="compare",
                count="data-basket-count",
                attributes={
                    "id": "cars-basket",
                    "hx-get": addresses.basket_link(),
                    "hx-trigger": "load, basket-changed from:body",
                },
            ),
        ],
    )
