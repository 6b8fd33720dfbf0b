"""Who is staff, and who may no longer sign in."""

from __future__ import annotations

from sqlalchemy import delete, select

from webapp import audit
from webapp.accounts.models import Account, LoginSession
from webapp.accounts.service.staff_keys import drop_key
from webapp.extensions import db
from webapp.transactions import transaction


class NoSuchAccount(Exception):
    """No account, or more than one, is called so; the text says how to name it."""


def name_staff(*, name: str, role: str | None) -> tuple[Account, bool]:
    """The account, and whether its role was another before; safe to repeat.

    By nickname where only one account has it, else by `#` and number. Its sessions end where a
    role is taken. Raises NoSuchAccount.
    """
    account = account_named(name)
    if account.role == role:
        return account, False
    with transaction():
        audit.record(
            audit.COMMAND_LINE, "set role", f"account {account.id}", before=account.role, after=role
        )
        account.role = role
        if role is None:
            db.session.execute(delete(LoginSession).where(LoginSession.account_id == account.id))
            drop_key(account.id)
    return account, True


def account_named(name: str) -> Account:
    """By nickname, or by `#` and number. Raises NoSuchAccount."""
    wanted = select(Account)
    if name.startswith("#") and name[1:].isascii() and name[1:].isdigit():
        wanted = wanted.where(Account.id == int(name[1:]))
    else:
        wanted = wanted.where(Account.nickname == name)
    found = db.session.scalars(wanted.limit(10)).all()
    if len(found) == 1:
        return found[0]
    if not found:
        raise NoSuchAccount(f"no account is called {name}: it must have logged in once before")
    numbers = ", ".join(f"#{account.id}" for account in found)
    raise NoSuchAccount(f"{len(found)} accounts are called {name}: give one of {numbers}")
