"""Commands about offers."""

from __future__ import annotations

import click

from webapp import clock
from webapp.commands import Commands
from webapp.deposits.offers import service

offers = Commands("offers", help="What deposits are taken for.")


@offers.command("examples")
def examples() -> None:
    """Make the offers marked 示例 where there are none yet, else bring them up to date."""
    made = service.make_examples(now=clock.now())
    changed = service.refresh_examples()
    click.echo(f"made {made} example offers, brought {changed} up to date")
