"""What the platform is told of watching videos."""

from __future__ import annotations

from flask import Flask

PATHS = ("/videos/", "/cars/series/", "/cars/trims/", "/sitemap.xml")
"""How the paths begin whose cached pages show videos."""


def init_app(app: Flask) -> None:
    from webapp.registry import CarPart, ConsolePage, PageVersion, Place, SitemapPart, register
    from webapp.videos.watching import beside, personal_data, queries, sitemap, timecodes, views

    app.register_blueprint(views.bp)
    app.jinja_env.filters["timecode"] = timecodes.written
    register(
        app,
        personal=[personal_data.POSITIONS, personal_data.POINTS],
        sitemap=[SitemapPart(sitemap.entries)],
        page_versions=[PageVersion("videos", queries.version, PATHS)],
        navigation=[Place("videos", "视频", "/videos/", top=25, foot=25)],
        console=[ConsolePage("moments", "证据点", "console.moments", "moderation", 52)],
        car_parts=[CarPart("videos", "视频", beside.show)],
        task_labels={
            "tasks.watching.make_examples": "制作示例视频",
            "tasks.watching.sweep": "清理视频的观看记录",
        },
    )
