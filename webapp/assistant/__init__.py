"""Answers and conversations."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.assistant import cli, live, personal_data, views
    from webapp.assistant.answering.answer import answer
    from webapp.backends import abilities
    from webapp.registry import HealthCheck, Place, register

    live.init_app(app, answer)
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.assistant)
    register(
        app,
        personal=[personal_data.CONVERSATIONS],
        navigation=[
            Place(
                "assistant",
                "助手",
                "/assistant/",
                top=50,
                bottom=30,
                icon="assistant",
                attributes={"data-assistant-open": ""},
                about=True,
            )
        ],
        health=[HealthCheck("model", "语言模型", abilities.health)],
        task_labels={"tasks.assistant.clean_up": "清理过期的对话"},
    )
