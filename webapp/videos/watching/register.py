"""What the platform is told of watching videos."""

from __future__ import annotations

from flask import Flask

PATHS = ("/videos/", "/cars/series/", "/cars/trims/", "/sitemap.xml")
"""How the paths begin whose cached pages show videos."""


def init_app(app: Flask) -> None:
    from webapp.registry import (
        CarPart,
        ConsolePage,
        HomeBlock,
        PageVersion,
        Place,
        SitemapPart,
        register,
    )
    from webapp.videos.watching import beside, personal_data, queries, sitemap, timecodes, views

    app.register_blueprint(views.bp)
    app.jinja_env.filters["timecode"] = timecodes.written
    register(
        app,
        personal=[personal_data.POSITIONS, personal_data.POINTS],
        sitemap=[SitemapPart(sitemap.entries)],
        page_versions=[PageVersion("videos", queries.version, PATHS)],
        navigation=[
            Place(
                "videos",
                "视频",
                "/videos/",
                section="watch",
                tab=10,
                top=40,
                home=60,
                foot=27,
                icon="video",
                spills=True,
            )
        ],
        console=[ConsolePage("moments", "证据点", "console.moments", "moderation", 52)],
        home=[HomeBlock("videos", 40, "videos/_home.html", beside.at_home, "side")],
        car_parts=[CarPart("videos", "视频", beside.show)],
        task_labels={
            "tasks.watching.make_examples": "制作示例视频",
            "tasks.watching.sweep": "清理视频的观看记录",
        },
    )
