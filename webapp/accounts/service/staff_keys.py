"""How staff sign in without a provider: name, password and a code by the clock (RFC 6238)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Final

import pyotp
import segno
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from werkzeug.security import check_password_hash, generate_password_hash

from webapp import audit
from webapp.accounts import queries, sealing
from webapp.accounts.models import Account, StaffCode, StaffKey, StaffTry
from webapp.backends.threads import beside_the_hub
from webapp.errors import BadInput
from webapp.extensions import db
from webapp.transactions import transaction

ISSUER: Final = "车知"
STEP_SECONDS: Final = 30
SHORTEST: Final = 12
LONGEST: Final = 200
"""Characters of a password."""
CODES: Final = 10
TRIES: Final = 10
WINDOW: Final = timedelta(minutes=15)
"""So many attempts for one name in so long; then its owner waits too, or asks for an invitation."""
_NAME: Final = re.compile(r"[\w.-]{2,30}")
_NO_CODES: Final = "0O1I8B"


class Slip(BadInput):
    """Something that was typed cannot be taken; `field` says where."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class NotLetIn(BadInput):
    """Name, password and code do not belong together; which of them is wrong is not said."""

    status = 403
    message = "名字、密码和验证码对不上。请核对后再试；验证码每 30 秒换一次，用过的不能再用。"


class TooOften(BadInput):
    """This name was tried too often."""

    status = 429
    message = (
        "这个名字试得太多了，请 15 分钟后再试。急用时，"
        "可以在服务器上运行 scripts/manage accounts invite 要一个邀请地址。"
    )
    retry_after = int(WINDOW.total_seconds())


@dataclass(frozen=True)
class Offer:
    """A key that is not in use before its first code was given back: as text, as a picture for a
    phone's camera, and sealed for the form that carries it."""

    secret: str
    picture: str
    sealed: str


def offer_key(account: Account, sealed: str = "") -> Offer:
    """A new key, or the one that the form brought back."""
    secret = _opened(sealed, account) or pyotp.random_base32()
    address = pyotp.TOTP(secret).provisioning_uri(name=account.nickname, issuer_name=ISSUER)
    picture = segno.make(address, micro=False, error="m").svg_data_uri(scale=5, light="white")
    packed = base64.urlsafe_b64encode(sealing.seal_secret(secret, account.id)).decode()
    return Offer(secret, picture, packed)


def set_up_key(
    *, account: Account, name: str, password: str, sealed: str, code: str, now: datetime
) -> list[str]:
    """Let this account sign in by name from now on, instead of how it did by name before; the
    recovery codes, kept nowhere. Raises Slip."""
    called = _folded(name)
    if not _NAME.fullmatch(called):
        raise Slip("name", "登录名要 2 到 30 个字，可以用字母、数字、汉字和 . _ -，不能有空格。")
    _check_password(password, called)
    secret = _opened(sealed, account)
    step = secret and _step_of(secret, code, now)
    if not secret or not step:
        raise Slip(
            "code",
            "验证码不对。请用手机上的验证器扫上面的码，填它现在显示的 6 位数字；手机的时间要准。",
        )
    hashed = beside_the_hub(generate_password_hash, password)
    codes = [_new_code() for _ in range(CODES)]
    try:
        with transaction():
            db.session.execute(delete(StaffCode).where(StaffCode.account_id == account.id))
            db.session.merge(
                StaffKey(
                    account_id=account.id,
                    name=called,
                    password_hash=hashed,
                    sealed_secret=sealing.seal_secret(secret, account.id),
                    last_step=step,
                    made_at=now,
                )
            )
            db.session.flush()
            db.session.add_all(
                StaffCode(account_id=account.id, code_hash=_code_hash(one)) for one in codes
            )
            actor = audit.Actor(account.id, account.role or "")
            audit.record(actor, "set up staff login", f"account {account.id}")
    except IntegrityError:
        raise Slip("name", "这个登录名已经有人用了，请换一个。") from None
    return codes


def sign_in_staff(*, name: str, password: str, code: str, now: datetime) -> Account:
    """The account of this name, password and code. Raises NotLetIn and TooOften.

    Nothing tells a name that nobody has from a wrong password, neither words nor time.
    """
    called = _folded(name)
    mark = sealing.login_mark(called)
    _count(mark, now)
    key = queries.staff_key_named(called)
    hashed = key.password_hash if key else _nobodys_hash()
    right = beside_the_hub(check_password_hash, hashed, password[:LONGEST])
    account = queries.account_by_id(key.account_id) if key else None
    if key is None or account is None or not right:
        raise NotLetIn
    if not account.is_staff or not account.may_sign_in():
        raise NotLetIn
    with transaction():
        if not _use_code(key, code, now):
            raise NotLetIn
        db.session.execute(delete(StaffTry).where(StaffTry.mark == mark))
    return account


def drop_key(account_id: int) -> None:
    """Inside a transaction: this account signs in by name no more."""
    db.session.execute(delete(StaffCode).where(StaffCode.account_id == account_id))
    db.session.execute(delete(StaffKey).where(StaffKey.account_id == account_id))


def sweep_tries(*, now: datetime) -> None:
    with transaction():
        db.session.execute(delete(StaffTry).where(StaffTry.at < now - WINDOW))


def _count(mark: str, now: datetime) -> None:
    """Note an attempt before it is looked at, so that many at once are no way around."""
    with transaction():
        db.session.add(StaffTry(mark=mark, at=now))
        db.session.flush()
        made = db.session.scalar(
            select(func.count()).where(StaffTry.mark == mark, StaffTry.at > now - WINDOW)
        )
        if (made or 0) > TRIES:
            raise TooOften


def _use_code(key: StaffKey, code: str, now: datetime) -> bool:
    """Take a code by the clock or a recovery code; each is taken once, whoever else comes too."""
    try:
        secret = sealing.unseal_secret(key.sealed_secret, key.account_id)
    except sealing.Unsealable:  # SECRET_KEY is another one: the recovery codes still open
        secret = None
    step = _step_of(secret, code, now) if secret else None
    if step is not None:
        used = update(StaffKey).where(
            StaffKey.account_id == key.account_id, StaffKey.last_step < step
        )
        return bool(db.session.scalars(used.values(last_step=step).returning(StaffKey.name)).all())
    gone = (
        delete(StaffCode)
        .where(StaffCode.account_id == key.account_id, StaffCode.code_hash == _code_hash(code))
        .returning(StaffCode.id)
    )
    if not db.session.scalars(gone).all():
        return False
    account = queries.account_by_id(key.account_id)
    actor = audit.Actor(key.account_id, (account.role if account else None) or "")
    left = db.session.scalar(select(func.count()).where(StaffCode.account_id == key.account_id))
    audit.record(actor, "use recovery code", f"account {key.account_id}", after=left)
    return True


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of time whose code this is: now, one before or one after, as clocks differ."""
    typed = "".join(code.split())
    if not re.fullmatch(r"[0-9]{6}", typed, re.ASCII):
        return None
    present, totp = int(now.timestamp()) // STEP_SECONDS, pyotp.TOTP(secret)
    steps = [present, present - 1, present + 1]
    fits = [hmac.compare_digest(totp.generate_otp(step), typed) for step in steps]
    return next((step for step, fit in zip(steps, fits, strict=True) if fit), None)


def _check_password(password: str, name: str) -> None:
    """Raises Slip."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Slip("password", f"密码要 {SHORTEST} 到 {LONGEST} 个字符，可以是几个不相干的词。")
    if len(set(password)) < 5 or name in password.casefold():
        raise Slip("password", "这个密码太好猜：不要重复几个字符，也不要带登录名。")


def _opened(sealed: str, account: Account) -> str | None:
    try:
        return sealing.unseal_secret(base64.urlsafe_b64decode(sealed), account.id)
    except (sealing.Unsealable, ValueError):
        return None


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()[:LONGEST]


def _new_code() -> str:
    """Ten letters and digits that are not mistaken for each other: 49 bits."""
    letters = "".join(sorted(set("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") - set(_NO_CODES)))
    code = "".join(secrets.choice(letters) for _ in range(10))
    return f"{code[:5]}-{code[5:]}"


def _code_hash(code: str) -> str:
    plain = re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", code).upper())
    return hashlib.sha256(plain.encode()).hexdigest()


@cache
def _nobodys_hash() -> str:
    """Compared where nobody has the name, so that this takes as long."""
    return generate_password_hash(secrets.token_hex(16))
