"""Commands about this machine."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from webapp.commands import on_a_usable_database
from webapp.operations import copies


@click.command("bring-copies")
@with_appcontext
@on_a_usable_database
def bring_copies() -> None:
    """按数据库更新本机的索引（网站自己会做）。"""
    copies.bring()
