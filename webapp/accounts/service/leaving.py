"""Taking one's data along, and leaving for good."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from webapp.accounts import queries
from webapp.accounts.models import Account, Avatar, DataExport, Erasure
from webapp.accounts.service import news
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.registry import registry
from webapp.transactions import transaction
from webapp.transitions import step

REFLECTION: Final = timedelta(days=7)
"""In which a deletion can be taken back."""
EXPORT_KEPT: Final = timedelta(days=1)
EXPORT_AGAIN: Final = timedelta(minutes=10)
"""An export still being made is asked for again only after so long."""


def ask_export(*, account_id: int, now: datetime) -> DataExport:
    """The export that is ready or being made, else a new one handed to the worker."""
    newest = queries.newest_export(account_id)
    if newest and now - newest.asked_at < (EXPORT_KEPT if newest.ready_at else EXPORT_AGAIN):
        return newest
    asked = DataExport(account_id=account_id, asked_at=now)
    with transaction():
        db.session.execute(delete(DataExport).where(DataExport.account_id == account_id))
        db.session.add(asked)
        db.session.flush()
        enqueue("tasks.accounts.build_export", asked.id)
    return asked


def build_export(*, export_id: int, now: datetime) -> None:
    """Put the ZIP together; safe to repeat."""
    asked = db.session.get(DataExport, export_id)
    if asked is None or asked.ready_at is not None:
        return
    account = queries.account_by_id(asked.account_id)
    assert account is not None  # the row goes with its account
    content = _zip(_own_data(account, now), queries.avatar_of(account.id))
    with transaction():
        asked.content, asked.ready_at = content, now
        news.export_ready(account.id, export_id, now)


def build_waiting_exports(*, now: datetime) -> None:
    """Make what was asked for while the broker was away."""
    waiting = select(DataExport.id).where(
        DataExport.ready_at.is_(None), DataExport.asked_at <= now - EXPORT_AGAIN
    )
    for export_id in db.session.scalars(waiting).all():
        build_export(export_id=export_id, now=now)


def _own_data(account: Account, now: datetime) -> dict[str, Any]:
    found: dict[str, Any] = {
        "account": {
            "number": account.id,
            "nickname": account.nickname,
            "role": account.role,
            "state": account.state,
            "leaves_at": account.leaves_at and account.leaves_at.isoformat(),
            "created_at": account.created_at.isoformat(),
            "privacy_notice": account.notice,
            "agreed_at": account.agreed_at.isoformat(),
            "personalised": account.personalised,
            "keeps_history": account.keeps_history,
            "comparison": [int(item) for item in account.basket.split()],
        },
        "identities": [
            {
                "provider": identity.provider,
                "app_id": identity.app_id,
                "openid": identity.openid,
                "unionid": identity.unionid,
                "nickname": identity.nickname,
                "linked_at": identity.linked_at.isoformat(),
            }
            for identity in account.identities
        ],
        "sessions": [
            {
                "device": one.device,
                "network": one.address,
                "provider": one.provider,
                "created_at": one.created_at.isoformat(),
                "seen_at": one.seen_at.isoformat(),
                "proved_at": one.fresh_at.isoformat(),
                "expires_at": one.expires_at.isoformat(),
            }
            for one in queries.sessions_of(account.id, now)
        ],
    }
    row = queries.real_name_of(account.id)
    found["real_name"] = row and {
        "state": row.state,
        "name": row.name_mask,
        "number": row.number_mask,
        "vendor": row.vendor,
        "code": row.code,
        "trace": row.trace,
        "consent": row.consent,
        "consented_at": row.consented_at.isoformat(),
        "checked_at": row.checked_at.isoformat(),
    }
    found["real_name_tries"] = [
        {"at": attempt.at.isoformat(), "state": attempt.state}
        for attempt in queries.real_name_tries(account.id)
    ]
    key = queries.staff_key_of(account.id)
    found["staff_login"] = key and {"name": key.name, "set_up_at": key.made_at.isoformat()}
    for data in registry().personal.values():
        found[data.name] = data.export(account.id)
    return found


def _zip(parts: dict[str, Any], avatar: Avatar | None) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(f"{name}.json", json.dumps(part, ensure_ascii=False, indent=2))
        if avatar is not None:
            archive.writestr("avatar.webp", avatar.webp, zipfile.ZIP_STORED)
    return written.getvalue()


def ask_to_leave(*, account: Account, now: datetime) -> None:
    """Start the days of reflection; safe to repeat, the first day counts."""
    with transaction():
        step(Account, account.id, "active", "leaving", leaves_at=now + REFLECTION)


def stay(*, account: Account) -> None:
    with transaction():
        step(Account, account.id, "leaving", "active", leaves_at=None)


def erase_due(*, now: datetime) -> int:
    """Erase every account whose days of reflection are over, suspended or not, one transaction
    each, and exports that were kept long enough. The number of accounts."""
    with transaction():
        db.session.execute(delete(DataExport).where(DataExport.asked_at <= now - EXPORT_KEPT))
    due = db.session.scalars(select(Account.id).where(Account.leaves_at <= now)).all()
    for account_id in due:
        with transaction():
            _erase(account_id, now)
    return len(due)


def _erase(account_id: int, now: datetime) -> None:
    is_due = Account.leaves_at <= now
    if not any(step(Account, account_id, s, s, is_due) for s in ("leaving", "suspended")):
        return  # taken back meanwhile
    account = queries.account_by_id(account_id)
    assert account is not None
    assert account.leaves_at is not None
    names = ["account", "identities", "sessions", "real_name"]
    for data in registry().personal.values():
        data.erase(account_id)
        names.append(data.name)
    asked_at = account.leaves_at - REFLECTION
    db.session.delete(account)
    db.session.add(Erasure(asked_at=asked_at, erased_at=now, parts=" ".join(names)))
