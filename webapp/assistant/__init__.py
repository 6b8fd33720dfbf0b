"""Answers and conversations."""

from __future__ import annotations

from typing import Final

from flask import Flask

EXAMPLES: Final = ("二十万以内的六座插混 SUV", "CLTC 和 WLTC 续航差在哪", "海豚和元 UP 哪个空间大")
"""Questions to try where no page about a car is open."""


def init_app(app: Flask) -> None:
    from webapp.assistant import cli, live, personal_data, views
    from webapp.assistant.answering.answer import answer
    from webapp.backends import abilities
    from webapp.registry import HealthCheck, HomeBlock, Place, register

    live.init_app(app, answer)
    app.register_blueprint(views.bp)
    app.cli.add_command(cli.assistant)
    app.jinja_env.globals["assistant_examples"] = EXAMPLES
    register(
        app,
        personal=[personal_data.CONVERSATIONS],
        home=[HomeBlock("assistant", 90, "assistant/_home.html", lambda: EXAMPLES, "side")],
        navigation=[
            Place(
                "assistant",
                "助手",
                "/assistant/",
                section="assistant",
                icons=10,
                home=80,
                foot=45,
                icon="assistant",
                attributes={"data-assistant-open": ""},
                about=True,
            ),
            Place(
                "conversations",
                "对话",
                "/assistant/",
                section="mine",
                mine=40,
                note="问过助手的，接着问或删除",
            ),
        ],
        health=[HealthCheck("model", "语言模型", abilities.health)],
        task_labels={"tasks.assistant.clean_up": "清理过期的对话"},
    )
