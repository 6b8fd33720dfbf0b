"""Sessions: opened at login with a new random token, looked up by its hash, ended at will."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from sqlalchemy import ColumnElement, delete
from sqlalchemy.exc import OperationalError

from webapp.accounts import queries
from webapp.accounts.models import Account, LoginSession
from webapp.extensions import db
from webapp.transactions import transaction

IDLE: Final = timedelta(days=14)
ABSOLUTE: Final = timedelta(days=60)
FRESH: Final = timedelta(minutes=15)
"""How long after a login the sensitive pages open without another one."""
NOTED: Final = timedelta(minutes=5)
"""A session's last use is written at most so often."""

_BROWSERS: Final = (
    ("MicroMessenger", "微信"),
    ("QQ/", "QQ"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("HarmonyOS", "鸿蒙"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def open_session(
    *, account_id: int, provider: str, user_agent: str, address: str, now: datetime
) -> str:
    """A new session; its token is returned and kept nowhere."""
    token = secrets.token_urlsafe(32)
    account = queries.account_by_id(account_id)
    opened = LoginSession(
        account_id=account_id,
        token_hash=token_hash(token),
        device=device_name(user_agent),
        address=network_of(address),
        provider=provider,
        created_at=now,
        seen_at=now,
        fresh_at=now,
        expires_at=_end_of(account, created_at=now, now=now),
    )
    with transaction():
        db.session.add(opened)
    return token


def use_session(*, token: str, now: datetime) -> queries.SignedIn | None:
    """Whose session this is; None where it ended, expired, or its account may not sign in."""
    found = queries.signed_in(token_hash(token))
    if found is None or not found.account.may_sign_in():
        return None
    # Who became staff meanwhile is bound by what holds for staff.
    until = _end_of(found.account, created_at=found.session.created_at, now=now)
    if min(until, found.session.expires_at) <= now:
        return None
    if now - found.session.seen_at >= NOTED:
        # Locked, or the disk is full: reading goes on.
        with suppress(OperationalError), transaction():
            found.session.seen_at = now
            found.session.expires_at = until
    return found


def _end_of(account: Account | None, *, created_at: datetime, now: datetime) -> datetime:
    """When a session that is used now ends: unused after a while, and in any case one day."""
    longest = ABSOLUTE
    if account is not None and account.is_staff:
        longest = timedelta(hours=current_app.config["STAFF_SESSION_HOURS"])
    return min(now + IDLE, created_at + longest)


def close_session(*, account_id: int, session_id: int) -> bool:
    """End one session of this account; False where it has no such session."""
    return _end(LoginSession.id == session_id, LoginSession.account_id == account_id) == 1


def close_all_sessions(*, account_id: int, but: int | None = None) -> int:
    """End every session of an account but one; the number ended."""
    return _end(LoginSession.account_id == account_id, LoginSession.id != (but or 0))


def sweep_sessions(*, now: datetime) -> int:
    return _end(LoginSession.expires_at <= now)


def _end(*which: ColumnElement[bool]) -> int:
    ended = delete(LoginSession).where(*which).returning(LoginSession.id)
    with transaction():
        return len(db.session.scalars(ended).all())


def device_name(user_agent: str) -> str:
    """What the owner knows a browser by: Chrome · Windows."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "浏览器")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return f"{browser} · {system}" if system else browser


def network_of(address: str) -> str:
    """203.0.113.*: enough to tell places apart, too little to be a place."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if found.version == 4:
        return re.sub(r"\d+$", "*", str(found))
    return f"{ipaddress.ip_network((found, 48), strict=False).network_address}*"
