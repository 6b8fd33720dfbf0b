"""Reads of people: who a session or an identity belongs to, devices, avatars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple

from flask import current_app
from sqlalchemy import bindparam, func, select

from webapp.accounts.models import (
    Account,
    Avatar,
    DataExport,
    Identity,
    LoginSession,
    RealName,
    RealNameTry,
    StaffCode,
    StaffInvite,
    StaffKey,
)
from webapp.extensions import db
from webapp.notices.reach import Reach


class SignedIn(NamedTuple):
    account: Account
    session: LoginSession


# Built once: it is asked in every request of somebody signed in.
_SIGNED_IN: Final = (
    select(Account, LoginSession)
    .join(LoginSession, LoginSession.account_id == Account.id)
    .where(LoginSession.token_hash == bindparam("token_hash"))
)


def signed_in(token_hash: str) -> SignedIn | None:
    """The account and the session of a token's SHA-256, expired or not."""
    row = db.session.execute(_SIGNED_IN, {"token_hash": token_hash}).first()
    return None if row is None else SignedIn(*row)


def account_by_id(account_id: int) -> Account | None:
    return db.session.get(Account, account_id)


def reach(account_id: int) -> Reach:
    """Where else than here this person can be told something."""
    account = account_by_id(account_id)
    is_open = account is not None and account.may_sign_in()
    openid = db.session.scalar(
        select(Identity.openid)
        .filter_by(
            account_id=account_id,
            provider="wechat",
            app_id=current_app.config["WECHAT_MP_APP_ID"],
        )
        .order_by(Identity.id.desc())
        .limit(1)
    )
    return Reach(is_open, openid)


def identity_of(provider: str, app_id: str, openid: str) -> Identity | None:
    return db.session.scalar(
        select(Identity).filter_by(provider=provider, app_id=app_id, openid=openid)
    )


def openid_of(account_id: int, provider: str, app_id: str) -> str | None:
    """Who somebody is in one application of a provider; None where they never logged in there."""
    return db.session.scalar(
        select(Identity.openid)
        .filter_by(account_id=account_id, provider=provider, app_id=app_id)
        .order_by(Identity.id)
        .limit(1)
    )


def has_identity(account_id: int) -> bool:
    return (
        db.session.scalar(select(Identity.id).filter_by(account_id=account_id).limit(1)) is not None
    )


def account_of_union(provider: str, unionid: str) -> int | None:
    """The account that any application of the provider's operator knows by this unionid."""
    return db.session.scalar(
        select(Identity.account_id)
        .filter_by(provider=provider, unionid=unionid)
        .order_by(Identity.id)
        .limit(1)
    )


def sessions_of(account_id: int, now: datetime) -> Sequence[LoginSession]:
    """Live sessions, the one used last first."""
    return db.session.scalars(
        select(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.expires_at > now)
        .order_by(LoginSession.seen_at.desc())
    ).all()


def avatar_of(account_id: int) -> Avatar | None:
    return db.session.get(Avatar, account_id)


def avatar_digest(account_id: int) -> str | None:
    return db.session.scalar(select(Avatar.digest).filter_by(account_id=account_id))


def real_name_of(account_id: int) -> RealName | None:
    return db.session.get(RealName, account_id)


def real_name_tries(account_id: int) -> Sequence[RealNameTry]:
    """The oldest first."""
    return db.session.scalars(
        select(RealNameTry).filter_by(account_id=account_id).order_by(RealNameTry.id)
    ).all()


def newest_export(account_id: int) -> DataExport | None:
    return db.session.scalar(
        select(DataExport).filter_by(account_id=account_id).order_by(DataExport.id.desc()).limit(1)
    )


def invite_of(token_hash: str) -> StaffInvite | None:
    """The invitation of a token's SHA-256, used and expired or not."""
    return db.session.scalar(select(StaffInvite).filter_by(token_hash=token_hash))


def staff_key_of(account_id: int) -> StaffKey | None:
    return db.session.get(StaffKey, account_id)


def staff_key_named(name: str) -> StaffKey | None:
    return db.session.scalar(select(StaffKey).filter_by(name=name))


def recovery_codes_left(account_id: int) -> int:
    asked = select(func.count()).where(StaffCode.account_id == account_id)
    return db.session.scalar(asked) or 0
