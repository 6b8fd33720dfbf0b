"""`scripts/manage accounts ...`"""

from __future__ import annotations

import click
from flask import current_app, url_for

from webapp import clock
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


@accounts.command("invite")
@click.option("--role", type=click.Choice(ROLES), help="Needed for a new account.")
@click.option("--account", "name", help="Nickname or #ID of an account there is.")
def invite(role: str | None, name: str | None) -> None:
    """Print an address that signs a member of staff in: once, within 15 minutes.

    It makes an account with the role; with --account it signs in that one, which keeps its role
    where none is given. No provider is needed.
    """
    try:
        token, given = service.invite_staff(role=role, name=name, now=clock.now())
    except service.NoSuchAccount as error:
        raise click.ClickException(str(error)) from None
    with current_app.test_request_context():
        path = url_for("accounts.invitation", token=token)
    whom = f"{name} ({given})" if name else f"a new {given}"
    click.echo(f"Open this as {whom} within 15 minutes; it works once:", err=True)
    click.echo(current_app.config["BASE_URL"] + path)
