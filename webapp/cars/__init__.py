"""The catalogue's pages: list, brands, series, trims, comparison."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.cars import views
    from webapp.cars.pages import homeblocks, sitemap
    from webapp.catalogue import addresses
    from webapp.registry import Place, SitemapPart, register

    app.register_blueprint(views.bp)
    register(
        app,
        sitemap=[SitemapPart(sitemap.entries)],
        home=homeblocks.BLOCKS,
        navigation=[
            Place(
                "cars",
                "选车",
                addresses.listing(),
                section="cars",
                tab=10,
                short="新车",
                top=10,
                home=10,
                foot=10,
                icon="car",
                panel=addresses.brands_panel(),
            ),
            Place(
                "brands",
                "品牌",
                addresses.brands(),
                section="cars",
                tab=40,
                home=30,
                foot=20,
                icon="brand",
            ),
            Place(
                "guide", "帮我选", addresses.guide(), section="cars", home=85, foot=15, icon="guide"
            ),
            Place(
                "cost",
                "月供算车价",
                addresses.cost(),
                section="cars",
                home=50,
                foot=35,
                icon="price",
            ),
            Place(
                "compare",
                "对比",
                addresses.compare(),
                section="cars",
                icons=20,
                home=40,
                mine=30,
                foot=30,
                icon="compare",
                note="并排看参数，最多 6 款",
                attributes={
                    "id": "cars-basket",
                    "hx-get": addresses.basket_link(),
                    "hx-trigger": "load, basket-changed from:body",
                },
            ),
        ],
    )
