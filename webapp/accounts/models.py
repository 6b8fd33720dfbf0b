"""Tables of people: accounts, the identities they log in with, their sessions."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from webapp.accounts.state import ACCOUNT, REAL_NAME
from webapp.columns import UtcDateTime, one_of, utc_now
from webapp.extensions import Model

STATES: Final = ("active", "suspended", "leaving")
"""leaving: asked to be deleted, and may take that back until `leaves_at`."""
ROLES: Final = ("editor", "moderator", "operator", "admin")
PROVIDERS: Final = ("wechat", "qq")
REAL_NAME_STATES: Final = ("unknown", "verified", "mismatch", "review")
"""unknown: no vendor could tell yet. review: the source has no record of the number."""


class Account(Model):
    """账号. `role` is set for staff only."""

    __tablename__ = "account"
    __table_args__ = (one_of("state", STATES), one_of("role", ROLES))
    __transitions__ = ACCOUNT
    id: Mapped[int] = mapped_column(primary_key=True)
    nickname: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(9), default="active")
    leaves_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    role: Mapped[str | None] = mapped_column(String(9))
    notice: Mapped[str] = mapped_column(String(10))
    """The version of the privacy notice that was agreed to."""
    agreed_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)
    personalised: Mapped[bool] = mapped_column(default=True)
    keeps_history: Mapped[bool] = mapped_column(default=True)
    basket: Mapped[str] = mapped_column(String(100), default="")
    """Ids of the trims in the comparison, spaces between."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    identities: Mapped[list[Identity]] = relationship(
        back_populates="account", order_by="Identity.id", cascade="all, delete-orphan"
    )

    @property
    def is_staff(self) -> bool:
        return self.role is not None

    def may_sign_in(self) -> bool:
        return self.state != "suspended"

    def may_be_merged(self) -> bool:
        """Whether it may end in another account: no suspension and no role is lost that way."""
        return self.state == "active" and not self.is_staff


class Avatar(Model):
    """头像, re-encoded by us: a WebP of at most 192 pixels square."""

    __tablename__ = "avatar"
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    webp: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(16))


class Identity(Model):
    """A way to log in: one person (`openid`) in one application of a provider.

    `unionid` names the same person across all applications of one operator. Provider tokens
    are needed once, for the profile, and never kept.
    """

    __tablename__ = "identity"
    __table_args__ = (
        UniqueConstraint("provider", "app_id", "openid"),
        one_of("provider", PROVIDERS),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    provider: Mapped[str] = mapped_column(String(6))
    app_id: Mapped[str] = mapped_column(String(40))
    openid: Mapped[str] = mapped_column(String(80))
    unionid: Mapped[str | None] = mapped_column(String(80), index=True)
    nickname: Mapped[str] = mapped_column(String(40), default="")
    linked_at: Mapped[datetime] = mapped_column(UtcDateTime, default=utc_now)

    account: Mapped[Account] = relationship(back_populates="identities")


class LoginSession(Model):
    """One signed-in browser. Its cookie holds a random token, this row the token's SHA-256."""

    __tablename__ = "login_session"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    device: Mapped[str] = mapped_column(String(60))
    """What it looks like to its owner: Chrome · Windows."""
    address: Mapped[str] = mapped_column(String(45))
    """The network it came from, last part left out."""
    provider: Mapped[str] = mapped_column(String(6))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fresh_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the person last proved who they are."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class StaffInvite(Model):
    """A one-time address that makes a staff account, or signs one in. The row holds the SHA-256
    of its token."""

    __tablename__ = "staff_invite"
    __table_args__ = (one_of("role", ROLES),)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    """Who is signed in; None until the account is made."""
    role: Mapped[str] = mapped_column(String(9))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class StaffKey(Model):
    """How a member of staff signs in without a provider: a name, a password, a code by the
    clock."""

    __tablename__ = "staff_key"
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(30), unique=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    sealed_secret: Mapped[bytes] = mapped_column(LargeBinary)
    """The key of the codes (RFC 6238), sealed with a key that is not in the database."""
    last_step: Mapped[int] = mapped_column(BigInteger)
    """The step of time whose code was used last: none is taken twice."""
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffCode(Model):
    """A recovery code, in the place of a code by the clock, once. Only its SHA-256 is kept."""

    __tablename__ = "staff_code"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("staff_key.account_id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[str] = mapped_column(String(64))


class StaffTry(Model):
    """An attempt to sign in by name, whoever has that name or nobody; gone once one succeeds."""

    __tablename__ = "staff_try"
    id: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(String(64), index=True)
    """A keyed hash of the name that was typed, which may be a password in the wrong field."""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class DataExport(Model):
    """A ZIP of everything we keep about a person, made by the worker and kept for a day."""

    __tablename__ = "data_export"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


class Erasure(Model):
    """That an account was deleted, and when; nothing about whose it was."""

    __tablename__ = "erasure"
    id: Mapped[int] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    erased_at: Mapped[datetime] = mapped_column(UtcDateTime)
    parts: Mapped[str] = mapped_column(String(300))
    """Names of the kinds of data that were erased, spaces between."""


class RealName(Model):
    """Whether this person's name and identity number belong together, as far as we know.

    Neither is kept: only what their owner recognises them by, and an HMAC of the number. The
    key of the HMAC is not in the database.
    """

    __tablename__ = "real_name"
    __table_args__ = (one_of("state", REAL_NAME_STATES),)
    __transitions__ = REAL_NAME
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    state: Mapped[str] = mapped_column(String(8))
    name_mask: Mapped[str] = mapped_column(String(30))
    number_mask: Mapped[str] = mapped_column(String(18))
    verified_number: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The HMAC, once verified: a number belongs to one account at most."""
    vendor: Mapped[str] = mapped_column(String(10), default="")
    code: Mapped[str] = mapped_column(String(10), default="")
    trace: Mapped[str] = mapped_column(String(64), default="")
    consent: Mapped[str] = mapped_column(String(10))
    """The version of the text that was agreed to."""
    consented_at: Mapped[datetime] = mapped_column(UtcDateTime)
    checked_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RealNameTry(Model):
    """One question put to a vendor, so that nothing is asked twice and not too often."""

    __tablename__ = "real_name_try"
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    pair: Mapped[str] = mapped_column(String(64), index=True)
    """HMAC of name and number together."""
    state: Mapped[str] = mapped_column(String(8))


class RealNameSecret(Model):
    """What a later retry needs, encrypted, for a day at most."""

    __tablename__ = "real_name_secret"
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
