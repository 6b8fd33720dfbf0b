"""Answers what people write to the service account in WeChat."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.wechat import views

    app.register_blueprint(views.bp)
