"""Invitations: one-time addresses by which staff come in without a provider.

They are made on the server's command line, by whoever can read the database anyway.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, update

from webapp import audit
from webapp.accounts import queries
from webapp.accounts.models import Account, StaffInvite
from webapp.accounts.roles import ROLE_LABELS
from webapp.accounts.service.identities import NOTICE, clean_nickname
from webapp.accounts.service.sessions import token_hash
from webapp.accounts.service.staff import NoSuchAccount, account_named
from webapp.errors import BadInput
from webapp.extensions import db
from webapp.formatting import clock as clock_text
from webapp.transactions import transaction

VALID: Final = timedelta(minutes=15)
KEPT: Final = timedelta(days=30)
"""So long a used or expired address is told from one that never was."""
COMMAND: Final = "scripts/manage accounts invite"


class InviteOver(BadInput):
    """The address was used, has expired, or was never one."""

    status = 410
    title = "这个邀请地址不能用了"


@dataclass(frozen=True)
class Invitation:
    """An address that can be used now, and for whom: an account, or one still to be made."""

    id: int
    role: str
    account: Account | None

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[self.role]


def invite_staff(*, role: str | None, name: str | None, now: datetime) -> tuple[str, str]:
    """The token of a new invitation, kept nowhere, and its role.

    For a new account; with `name` (a nickname, or `#` and number) for an account there is, which
    keeps its role where none is given. Raises NoSuchAccount, also where it can be given nothing.
    """
    account = account_named(name) if name else None
    given = role or (account.role if account else None)
    if given is None:
        raise NoSuchAccount("a role is needed: --role admin, or another one")
    if account is not None and not account.may_sign_in():
        raise NoSuchAccount(f"#{account.id} {account.nickname} is suspended: restore it first")
    token = secrets.token_urlsafe(32)
    with transaction():
        audit.record(
            audit.COMMAND_LINE,
            "invite staff",
            f"account {account.id}" if account else "account",
            before=account.role if account else None,
            after=given,
        )
        db.session.add(
            StaffInvite(
                token_hash=token_hash(token),
                account_id=account.id if account else None,
                role=given,
                made_at=now,
                expires_at=now + VALID,
            )
        )
    return token, given


def read_invite(*, token: str, now: datetime) -> Invitation:
    """Raises InviteOver."""
    found = queries.invite_of(token_hash(token))
    if found is None:
        raise _over("没有这个邀请地址，可能没有复制完整。请对照服务器上打印的那一行再试。")
    if found.used_at is not None:
        raise _over(
            f"它在 {clock_text(found.used_at)} 已经用过，一个地址只能用一次。"
            "用过它的人可以用自己设好的密码登录；如果不是你用的，请马上查看审计日志。"
        )
    if found.expires_at <= now:
        raise _over(f"它在 {clock_text(found.expires_at)} 已经过期。")
    account = queries.account_by_id(found.account_id) if found.account_id else None
    return Invitation(found.id, found.role, account)


def accept_invite(*, token: str, nickname: str, now: datetime) -> Account:
    """The account that is to be signed in, made where there was none. Of several who come with
    the same address one is let in. Raises InviteOver, and BadInput for a name that is none."""
    invitation = read_invite(token=token, now=now)
    called = clean_nickname(nickname)
    if invitation.account is None and not called:
        raise BadInput("请填一个昵称，1 到 20 个字。")
    with transaction():
        taken = db.session.execute(
            update(StaffInvite)
            .where(StaffInvite.id == invitation.id, StaffInvite.used_at.is_(None))
            .values(used_at=now)
            .returning(StaffInvite.id)
        ).first()
        if taken is None:
            raise _over("它刚刚被用过，一个地址只能用一次。")
        account = invitation.account or _new_account(called, now)
        if not account.may_sign_in():
            raise _over("它所属的账号已被停用。")
        before, account.role = account.role, invitation.role
        audit.record(
            audit.Actor(account.id, account.role),
            "accept invitation",
            f"account {account.id}",
            before=before,
            after=account.role,
        )
    return account


def sweep_invites(*, now: datetime) -> None:
    with transaction():
        db.session.execute(delete(StaffInvite).where(StaffInvite.expires_at < now - KEPT))


def _new_account(nickname: str, now: datetime) -> Account:
    account = Account(nickname=nickname, notice=NOTICE, agreed_at=now, created_at=now)
    db.session.add(account)
    db.session.flush()
    return account


def _over(message: str) -> InviteOver:
    return InviteOver(f"{message}要一个新的，请在服务器上运行 {COMMAND}。")
