"""One person, many identities: login, first login, link, unlink, merge."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from webapp import basket
from webapp.accounts import queries
from webapp.accounts.models import (
    Account,
    Avatar,
    Identity,
    LoginSession,
    RealName,
    RealNameTry,
)
from webapp.accounts.providers.base import Profile
from webapp.errors import Conflict, NotFound
from webapp.extensions import db
from webapp.queue import enqueue
from webapp.registry import registry
from webapp.transactions import transaction

NICKNAME_LENGTH: Final = 20
_JOINER: Final = "\u200d"
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn")
_LOOSE_JOINER: Final = re.compile("(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d+")
"""A joiner belongs between emoji; elsewhere it makes two names that look like one."""
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0e\uffa0\U000e0100-\U000e01ef]"
)
"""Letters and marks without a shape."""
_MARKS: Final = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff]{2})"
    "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff]+"
)
"""More accents on one letter than any language has."""
NOTICE: Final = "2026-12"
"""The version of the privacy notice shown at a first login."""


@dataclass(frozen=True)
class Welcome:
    """Nobody yet: an account is made once the person has agreed to the notice."""

    profile: Profile


@dataclass(frozen=True)
class Collision:
    """The identity already belongs to another account."""

    account_id: int
    nickname: str


@dataclass(frozen=True)
class WayIn:
    """One person at one provider, by the applications of its operator: at least one."""

    identities: tuple[Identity, ...]

    @property
    def provider(self) -> str:
        return self.identities[0].provider

    @property
    def nickname(self) -> str:
        """The one told last."""
        return next((i.nickname for i in reversed(self.identities) if i.nickname), "")


def sign_in(*, profile: Profile) -> Account | Welcome:
    """The account of this person, by unionid first, then by openid.

    A unionid that turns up late joins the two accounts it shows to be one person's, unless one
    of them is suspended, about to be deleted, or the one that would go is staff.
    """
    known = queries.identity_of(profile.provider, profile.app_id, profile.openid)
    by_union = profile.unionid and queries.account_of_union(profile.provider, profile.unionid)
    if known is None and not by_union:
        return Welcome(profile)
    account_id = int(by_union or (known.account_id if known else 0))
    with transaction():
        if known is None:
            _add_identity(account_id, profile)
        else:
            known.nickname = clean_nickname(profile.nickname)
            if known.account_id != account_id and not _may_join(known.account_id, account_id):
                account_id = known.account_id  # without the unionid, which leads to the other one
            else:
                known.unionid = profile.unionid or known.unionid
                if known.account_id != account_id:
                    _move(known.account_id, account_id)
    account = queries.account_by_id(account_id)
    assert account is not None
    return account


def _may_join(loser: int, winner: int) -> bool:
    going, staying = queries.account_by_id(loser), queries.account_by_id(winner)
    assert going is not None
    assert staying is not None
    return going.may_be_merged() and staying.state == "active"


def create_account(*, profile: Profile, now: datetime) -> Account:
    """The account of a new person who has agreed to the notice; safe to repeat.

    Somebody who agreed in another browser meanwhile, by another application of the operator
    maybe, has one already.
    """
    known = sign_in(profile=profile)
    if isinstance(known, Account):
        return known
    account = Account(
        nickname=clean_nickname(profile.nickname) or f"车友{secrets.randbelow(9000) + 1000}",
        notice=NOTICE,
        agreed_at=now,
        created_at=now,
    )
    try:
        with transaction():
            db.session.add(account)
            db.session.flush()
            _add_identity(account.id, profile)
            if profile.avatar_url:
                enqueue("tasks.accounts.fetch_avatar", account.id, profile.avatar_url)
    except IntegrityError:  # a second click was quicker: the account is there
        found = sign_in(profile=profile)
        assert isinstance(found, Account)
        return found
    return account


def link_identity(*, account_id: int, profile: Profile) -> Collision | None:
    """Let this account log in with this identity too; the other account where it has one.

    An identity it has already is brought up to date as at login: a unionid that turns up late is
    kept, or shows another account to be the same person's.
    """
    known = queries.identity_of(profile.provider, profile.app_id, profile.openid)
    by_union = profile.unionid and queries.account_of_union(profile.provider, profile.unionid)
    if known is not None and known.account_id != account_id:
        return _collision(known.account_id)
    another = bool(by_union) and by_union != account_id
    if by_union and another and (known is None or _may_join(by_union, account_id)):
        return _collision(by_union)
    with transaction():
        if known is None:
            _add_identity(account_id, profile)
        else:
            known.nickname = clean_nickname(profile.nickname)
            if not another:
                known.unionid = profile.unionid or known.unionid
    return None


def _collision(account_id: int) -> Collision:
    other = queries.account_by_id(account_id)
    return Collision(account_id, other.nickname if other else "")


def unlink_identity(*, account_id: int, identity_id: int, keep_session: int) -> None:
    """Take away a way in with all its identities, and end the sessions that came by it but the
    one in use.

    Raises NotFound, and Conflict for the last way in.
    """
    with transaction():
        account = queries.account_by_id(account_id)
        if account is not None:
            db.session.refresh(account, with_for_update=True)
        ways = ways_in(account) if account else []
        way = next((w for w in ways if identity_id in [i.id for i in w.identities]), None)
        if account is None or way is None:
            raise NotFound("没有找到这个登录方式，它可能已经解除了。")
        gone = [identity.id for identity in way.identities]
        db.session.execute(delete(Identity).where(Identity.id.in_(gone)))
        # Asked again after the write: SQLite locks no row that is only read.
        if not queries.has_identity(account_id):
            raise Conflict(
                "这是最后一个登录方式，解除后就再也进不来了。请先绑定另一个，再解除它。",
                title="不能解除最后一个登录方式",
            )
        db.session.execute(
            delete(LoginSession).where(
                LoginSession.account_id == account_id,
                LoginSession.provider == way.provider,
                LoginSession.id != keep_session,
            )
        )


def ways_in(account: Account) -> list[WayIn]:
    """In the order in which they were linked."""
    found: dict[tuple[str, str], list[Identity]] = {}
    for identity in account.identities:
        found.setdefault(_person(identity), []).append(identity)
    return [WayIn(tuple(identities)) for identities in found.values()]


def merge_accounts(*, loser: int, winner: int) -> None:
    """Move everything of one account to another of the same person."""
    if loser == winner:
        return
    with transaction():
        _move(loser, winner)


def _move(loser: int, winner: int) -> None:
    for data in registry().personal.values():
        data.merge(loser, winner)
    db.session.execute(
        update(Identity).where(Identity.account_id == loser).values(account_id=winner)
    )
    if queries.avatar_digest(winner) is None:
        _hand_over(Avatar, loser, winner)
    if queries.real_name_of(winner) is None:
        _hand_over(RealName, loser, winner)
        _hand_over(RealNameTry, loser, winner)
    _join_baskets(loser, winner)
    db.session.flush()
    db.session.expire_all()
    # Sessions of the loser go with it: their browsers log in again, as the one account.
    db.session.execute(delete(Account).where(Account.id == loser))


def _hand_over(table: type[Avatar | RealName | RealNameTry], loser: int, winner: int) -> None:
    owned = table.account_id == loser
    db.session.execute(update(table).where(owned).values(account_id=winner))


def _join_baskets(loser: int, winner: int) -> None:
    own, other = queries.account_by_id(winner), queries.account_by_id(loser)
    assert own is not None
    assert other is not None
    together = basket.union(
        [int(item) for item in own.basket.split()], [int(item) for item in other.basket.split()]
    )
    own.basket = " ".join(map(str, together))


def _add_identity(account_id: int, profile: Profile) -> None:
    db.session.add(
        Identity(
            account_id=account_id,
            provider=profile.provider,
            app_id=profile.app_id,
            openid=profile.openid,
            unionid=profile.unionid,
            nickname=clean_nickname(profile.nickname),
        )
    )
    db.session.flush()


def _person(identity: Identity) -> tuple[str, str]:
    """Website and in-app identities of one unionid are one way in to their owner."""
    return identity.provider, identity.unionid or f"{identity.app_id} {identity.openid}"


def clean_nickname(text: str) -> str:
    """Without what cannot be seen or turns text around, at most 20 characters.

    A cut never leaves half of a joined emoji behind.
    """
    kept = "".join(c for c in text if unicodedata.category(c) not in _UNSEEN or c == _JOINER)
    kept = _INVISIBLE.sub("", _MARKS.sub(r"\1", _LOOSE_JOINER.sub("", kept)))
    kept = " ".join(kept.split())[:NICKNAME_LENGTH]
    return kept.rstrip(f"{_JOINER}\ufe0f ")
