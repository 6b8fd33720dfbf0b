"""`scripts/manage accounts ...`"""

from __future__ import annotations

import click

from webapp.accounts import service
from webapp.accounts.models import ROLES
from webapp.commands import Commands

accounts = Commands("accounts", help="Staff.")


@accounts.command("staff")
@click.argument("name")
@click.option("--role", type=click.Choice([*ROLES, "none"]), required=True)
def staff(name: str, role: str) -> None:
    """Give the account called NAME (or #ID) a role, or take it with `none`."""
    try:
        account, changed = service.name_staff(name=name, role=None if role == "none" else role)
    except service.NoSuchAccount as error:
        raise click.ClickException(str(error)) from None
    unchanged = "" if changed else " as before, nothing changed"
    click.echo(f"#{account.id} {account.nickname}: {account.role or 'no role'}{unchanged}")
