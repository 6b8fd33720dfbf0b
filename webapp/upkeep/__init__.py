"""What whoever runs the product needs of its data: backups, restoring, moving between databases."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    from webapp.registry import register
    from webapp.upkeep import cli, gauges

    for command in (cli.backup, cli.restore, cli.data):
        app.cli.add_command(command)
    register(
        app,
        gauges=[gauges.backup_age],
        task_labels={"tasks.upkeep.back_up": "每晚备份并试着恢复"},
    )
