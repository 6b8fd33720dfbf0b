"""Search: names, aliases and suggestions; sentences read into conditions; the search index."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.registry import HealthCheck, LocalCopy, register
    from webapp.search import cli, health, indexing, views
    from webapp.search.service import refresh_aliases

    app.register_blueprint(views.bp)
    app.cli.add_command(cli.search)
    register(
        app,
        fill=[refresh_aliases],
        copies=[LocalCopy("search", indexing.is_missing, indexing.is_behind, indexing.sync_index)],
        health=[HealthCheck("search", "车型搜索", health.state)],
        task_labels={
            "tasks.search.rebuild_index": "重建车型搜索索引",
            "tasks.search.sync_index": "更新车型搜索索引",
        },
    )
