"""Rankings: sales, figures, interest and news, published every night with basis, source and method.

`lists` and `methods` are pure: what a list is, and how each is computed. `queries` reads what
they are computed from and what is published, `service` publishes.
"""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.rankings import addresses, cli, lists, queries, sitemap, views
    from webapp.rankings.periods import label
    from webapp.registry import PageVersion, Place, SitemapPart, register

    app.register_blueprint(views.bp)
    app.cli.add_command(cli.rankings)
    app.jinja_env.globals.update(ranking_addresses=addresses, ranking_value=lists.value_text)
    app.jinja_env.filters["period"] = label
    register(
        app,
        page_versions=[PageVersion("rankings", queries.rankings_version)],
        sitemap=[SitemapPart(sitemap.entries)],
        navigation=[Place("rankings", "榜单", addresses.OVERVIEW, top=25, foot=25)],
        task_labels={
            "tasks.rankings.publish_due": "计算昨夜的榜单",
            "tasks.rankings.run": "重算榜单",
        },
    )
