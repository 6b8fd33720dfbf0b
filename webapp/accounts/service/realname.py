"""Real-name check: local rules first, then vendor A, then B where A has no answer.

A second vendor is never asked for a second opinion. The name and the number live in memory
while they are checked; what a later retry needs is sealed for a day.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, cast

from flask import current_app
from redis import RedisError
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from structlog import get_logger

from webapp import clock
from webapp.accounts import queries, sealing
from webapp.accounts.models import RealName, RealNameSecret, RealNameTry
from webapp.accounts.service import news
from webapp.backends import identity
from webapp.backends.cache import cache_client
from webapp.backends.identity import Outcome, Person, VendorAway, Verdict
from webapp.errors import BadInput, Conflict, Unavailable
from webapp.extensions import db
from webapp.transactions import transaction
from webapp.transitions import step

log = get_logger(__name__)

CONSENT: Final = "2026-11"
TRIES_A_DAY: Final = 5
SECRET_KEPT: Final = timedelta(hours=24)
PAUSE_SECONDS: Final = 600
"""For which a vendor that refuses us (quota, arrears) is left alone."""
ASKED_AGAIN: Final = ("unknown", "mismatch", "review")


def available() -> bool:
    return bool(identity.vendors(current_app.config))


def submit_real_name(
    *, account_id: int, name: str, number: str, agreed: bool, now: datetime
) -> RealName:
    """Check and keep the result. Raises InvalidPerson, BadInput without consent, Conflict where
    there were too many tries, Unavailable where no vendor is configured."""
    if not available():
        raise Unavailable("本站还没有开通实名核验。")
    known = queries.real_name_of(account_id)
    if known is not None and known.state == "verified":
        return known
    person = identity.read_person(
        name,
        number,
        today=clock.day_in_china(now),
        made_up=current_app.config["APP_ENV"] != "production",
    )
    if not agreed:
        raise BadInput("要先勾选“我同意用姓名和身份证号做一次核验”，我们才能提交。")
    answered = _answered(person)
    # Before anybody is asked: a process that dies meanwhile leaves something to go on with.
    sealed = sealing.seal(person, account_id)
    secret = RealNameSecret(account_id=account_id, sealed=sealed, expires_at=now + SECRET_KEPT)
    columns: dict[str, Any] = {
        "name_mask": person.masked_name,
        "number_mask": person.masked_number,
        "consent": CONSENT,
        "consented_at": now,
        "checked_at": now,
    }
    with transaction():
        if known is None:
            db.session.add(RealName(account_id=account_id, state="unknown", **columns))
        elif not step(RealName, account_id, ASKED_AGAIN, "unknown", **columns):
            return known  # verified meanwhile, by another tab
        if answered is None:
            _count_try(account_id, person, now)
        db.session.merge(secret)
    return _settle(account_id, person, answered or _ask(person), now)


def retry_real_names(*, now: datetime) -> int:
    """Ask again where no vendor could tell, and erase what was kept for a day. Answered ones."""
    with transaction():
        db.session.execute(delete(RealNameSecret).where(RealNameSecret.expires_at <= now))
    settled = 0
    for kept in db.session.scalars(select(RealNameSecret)).all():
        account_id = kept.account_id
        try:
            person = sealing.unseal(kept.sealed, account_id)
        except sealing.Unsealable:
            log.error("sealed identity cannot be opened; was IDENTITY_KEY changed?")
            with transaction():
                db.session.delete(kept)
            continue
        verdict = _ask(person)
        settled += verdict is not None and verdict.outcome != "unknown"
        _settle(account_id, person, verdict, now, tell=True)
    return settled


def _answered(person: Person) -> Verdict | None:
    """What a vendor has said of this very pair before."""
    said = db.session.scalar(
        select(RealNameTry.state)
        .where(RealNameTry.pair == sealing.pair_mark(person), RealNameTry.state != "unknown")
        .order_by(RealNameTry.id.desc())
        .limit(1)
    )
    return Verdict(cast(Outcome, said), "", "repeated") if said else None


def _count_try(account_id: int, person: Person, now: datetime) -> None:
    midnight = clock.midnight_in_china(now)
    tries = db.session.scalar(
        select(func.count())
        .select_from(RealNameTry)
        .where(RealNameTry.account_id == account_id, RealNameTry.at >= midnight)
    )
    if (tries or 0) >= TRIES_A_DAY:
        raise Conflict(
            f"今天已经核验了 {TRIES_A_DAY} 次，请明天再试；先核对姓名和号码有没有写错。",
            title="今天的次数用完了",
        )
    mark = sealing.pair_mark(person)
    db.session.add(RealNameTry(account_id=account_id, at=now, pair=mark, state="unknown"))


def _ask(person: Person) -> Verdict | None:
    """The first vendor's verdict that is one; None where none could tell."""
    for vendor in identity.vendors(current_app.config):
        if _paused(vendor.name):
            continue
        try:
            verdict = vendor.check(person)
        except VendorAway as error:
            if error.alert:
                log.error("identity vendor refuses us", vendor=error.vendor, reason=str(error))
                _pause(vendor.name)
            else:
                log.warning("identity vendor away", vendor=error.vendor, reason=str(error))
            continue
        if verdict.outcome != "unknown":
            return verdict
        log.warning("identity vendor cannot tell", vendor=vendor.name, code=verdict.code)
    return None


def _settle(
    account_id: int, person: Person, verdict: Verdict | None, now: datetime, *, tell: bool = False
) -> RealName:
    """Keep the verdict, and erase the secret once there is one; `tell` the person, who is not
    here to see it."""
    row = queries.real_name_of(account_id)
    assert row is not None
    if verdict is None or verdict.outcome == "unknown":
        return row
    state = "review" if verdict.outcome == "input" else verdict.outcome
    columns: dict[str, Any] = {
        "vendor": verdict.vendor,
        "code": verdict.code,
        "trace": verdict.trace,
        "checked_at": now,
    }
    if state == "verified":
        columns["verified_number"] = sealing.number_mark(person)
    own = {"account_id": account_id, "pair": sealing.pair_mark(person)}
    try:
        with transaction():
            if step(RealName, account_id, "unknown", state, **columns) and tell:
                news.real_name_answered(account_id, state, now)
            db.session.execute(update(RealNameTry).filter_by(**own).values(state=state))
            _forget_secret(account_id)
    except IntegrityError:
        # The number is another account's: this one learns nothing but that it did not pass.
        log.warning("identity number belongs to another account", account=account_id)
        with transaction():
            if step(RealName, account_id, "unknown", "review") and tell:
                news.real_name_answered(account_id, "review", now)
            _forget_secret(account_id)
    return row


def _forget_secret(account_id: int) -> None:
    db.session.execute(delete(RealNameSecret).where(RealNameSecret.account_id == account_id))


def _paused(vendor: str) -> bool:
    try:
        return bool(cache_client(current_app.config["REDIS_URL"]).exists(_pause_key(vendor)))
    except RedisError:
        return False


def _pause(vendor: str) -> None:
    try:
        client = cache_client(current_app.config["REDIS_URL"])
        client.set(_pause_key(vendor), b"1", ex=PAUSE_SECONDS)
    except RedisError:
        log.warning("pause of an identity vendor not kept", vendor=vendor)


def _pause_key(vendor: str) -> str:
    return f"identity:paused:{vendor}"
