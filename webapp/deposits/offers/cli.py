"""Commands about offers."""

from __future__ import annotations

import click

from webapp import clock
from webapp.commands import Commands
from webapp.deposits.offers import service

offers = Commands("offers", help="What deposits are taken for.")


@offers.command("examples")
def examples() -> None:
    """Make the offers marked 示例, where there are none yet."""
    click.echo(f"made {service.make_examples(now=clock.now())} example offers")
