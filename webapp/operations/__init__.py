"""`/healthz`, `/readyz`, `/metrics`; which background work runs, ran and failed."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.operations import cli, gauges, health, views
    from webapp.registry import register

    app.register_blueprint(views.bp)
    app.cli.add_command(cli.bring_copies)
    register(
        app,
        health=health.OWN,
        gauges=[gauges.queue, gauges.heartbeats],
        task_labels={
            "tasks.operations.heartbeat": "后台进程报到",
            "tasks.operations.sweep_runs": "清理任务记录",
        },
    )
