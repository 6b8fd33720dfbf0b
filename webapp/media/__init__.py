"""Pictures of all features, and the addresses under which stored files are served."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.media import health, views
    from webapp.registry import HealthCheck, register

    app.register_blueprint(views.bp)
    register(
        app,
        health=[HealthCheck("storage", "文件存储", health.state)],
        task_labels={"tasks.media.sweep": "清理残留的图片和文件"},
    )
