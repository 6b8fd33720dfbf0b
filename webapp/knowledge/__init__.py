"""What the assistant can quote: documents cut to passages, their word index, retrieval."""

from __future__ import annotations

from flask import Flask

PATHS = ("/knowledge/", "/sitemap.xml")
"""How the paths begin whose cached pages follow the knowledge base."""


def init_app(app: Flask) -> None:
    from webapp import clock
    from webapp.knowledge import cli, health, queries, season, sitemap, views
    from webapp.knowledge.service import indexing
    from webapp.registry import (
        HealthCheck,
        HomeBlock,
        LocalCopy,
        PageVersion,
        Place,
        SitemapPart,
        register,
    )

    app.register_blueprint(views.bp)
    app.cli.add_command(cli.knowledge)
    register(
        app,
        copies=[
            LocalCopy(
                "knowledge", indexing.is_missing, indexing.is_behind, indexing.bring_what_is_made
            )
        ],
        health=[HealthCheck("knowledge", "知识库", health.state)],
        page_versions=[
            PageVersion("knowledge", queries.NUMBER, PATHS),
            # Values of rules change with the day.
            PageVersion("day", lambda: clock.today_in_china().toordinal(), PATHS),
        ],
        sitemap=[SitemapPart(sitemap.entries)],
        home=[HomeBlock("article", 80, "knowledge/_home.html", season.article)],
        navigation=[Place("knowledge", "知识库", "/knowledge/", home=70, foot=50, icon="book")],
        task_labels={
            "tasks.knowledge.bring_up_to_date": "更新知识库索引",
            "tasks.knowledge.rebuild": "重建知识库索引",
            "tasks.knowledge.refresh_shipped": "更新自带文档",
            "tasks.knowledge.resume_changes": "续做中断的文档改动",
            "tasks.knowledge.run_change": "收进或撤下文档",
            "tasks.knowledge.sweep_uploads": "清理文档的上传文件",
        },
    )
