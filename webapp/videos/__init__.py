"""Videos: uploads in pieces, their merge and processing, the author's pages."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.notices import kinds
    from webapp.registry import ConsolePage, Place, register
    from webapp.videos import personal_data
    from webapp.videos.service import news
    from webapp.videos.views import author, uploads
    from webapp.videos.watching.register import init_app as watching

    kinds.register(app, news.KIND)
    app.register_blueprint(uploads.bp)
    app.register_blueprint(author.bp)
    register(
        app,
        personal=[personal_data.VIDEOS],
        navigation=[
            Place(
                "own-videos",
                "我的视频",
                "/videos/mine",
                "mine",
                mine=50,
                note="投过的稿，处理到哪一步",
                login=True,
            )
        ],
        console=[ConsolePage("videos", "视频", "console.videos", "moderation", 51)],
        task_labels={
            "tasks.videos.merge": "合并上传的视频",
            "tasks.videos.process": "处理视频",
            "tasks.videos.remove_files": "删除视频文件",
            "tasks.videos.go_on": "接着处理视频",
            "tasks.videos.sweep": "清理视频上传",
        },
    )
    watching(app)
