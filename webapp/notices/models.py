"""Tables of notices: what a person is told, what they chose, and what goes out by which channel."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from webapp.columns import UtcDateTime, one_of
from webapp.extensions import Model
from webapp.notices import hours
from webapp.notices.state import DELIVERY

STATES: Final = tuple(state for state in DELIVERY if state)
PURPOSES: Final = ("notice", "digest", "confirm")
_OPEN: Final = "state IN ('waiting', 'held') AND notice_id IS NOT NULL"


class Notice(Model):
    """消息: one row a person, kind and subject, which later events of the same bring up to date.

    A `title` that begins with `{who}` begins with the names of its actors. A number is never used
    again: a link in a mail must not lead to another one.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("account_id", "kind", "subject"),
        Index(None, "account_id", "told_at"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    subject: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(String(300))
    address: Mapped[str] = mapped_column(String(300))
    times: Mapped[int]
    """Events since it was last read."""
    told_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class NoticeActor(Model):
    """Who took part in the events since the notice was last read, by the name they had."""

    __tablename__ = "notice_actor"
    notice_id: Mapped[int] = mapped_column(
        ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    name: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoticeEvent(Model):
    """That an event was told of, so that it is told once however often it is reported."""

    __tablename__ = "notice_event"
    notice_id: Mapped[int] = mapped_column(
        ForeignKey("notice.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class NoticePerson(Model):
    """A person's settings. Times of the day are minutes in China's time.

    An address is used once it was confirmed; a new one stands in `mail_asked` until then.
    """

    __tablename__ = "notice_person"
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    mail: Mapped[str | None] = mapped_column(String(254))
    mail_asked: Mapped[str | None] = mapped_column(String(254))
    mails: Mapped[bool] = mapped_column(default=True)
    """Off: no mail of any kind, as whoever unsubscribed from all of them wants it."""
    quiet_from: Mapped[int] = mapped_column(default=hours.QUIET_FROM)
    quiet_to: Mapped[int] = mapped_column(default=hours.QUIET_TO)
    """The same as `quiet_from`: no quiet hours."""
    most_a_day: Mapped[int] = mapped_column(default=hours.MOST_A_DAY)
    digest_at: Mapped[int | None]
    """When mails of the day are sent as one; None: each at once."""
    digest_on: Mapped[date | None]
    """The day of the last digest."""
    counted_on: Mapped[date | None]
    counted: Mapped[int] = mapped_column(default=0)
    """Messages sent on the day `counted_on`."""


class NoticeChoice(Model):
    """What a person chose for one kind."""

    __tablename__ = "notice_choice"
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(String(30), primary_key=True)
    muted: Mapped[bool]
    mail: Mapped[bool]
    wechat: Mapped[bool]


class NoticeDelivery(Model):
    """One message by one channel; at most one that is still to go out a notice and channel.

    While `sending`, whoever sends holds it until `lease_until`. `held` ones wait for a digest,
    a delivery of its own without a notice, which they then name. `reason` is a word for the
    console, never an address or what a server said.
    """

    __tablename__ = "notice_delivery"
    __table_args__ = (
        one_of("state", STATES),
        one_of("purpose", PURPOSES),
        one_of("channel", ("mail", "wechat")),
        Index(
            "uq_notice_delivery_open",
            "notice_id",
            "channel",
            unique=True,
            sqlite_where=text(_OPEN),
            postgresql_where=text(_OPEN),
        ),
        UniqueConstraint("account_id", "digest_on"),
        Index(None, "state", "due_at"),
        {"sqlite_autoincrement": True},
    )
    __transitions__ = DELIVERY
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    notice_id: Mapped[int | None] = mapped_column(
        ForeignKey("notice.id", ondelete="CASCADE"), index=True
    )
    digest_id: Mapped[int | None] = mapped_column(
        ForeignKey("notice_delivery.id", ondelete="SET NULL"), index=True
    )
    digest_on: Mapped[date | None]
    purpose: Mapped[str] = mapped_column(String(7))
    channel: Mapped[str] = mapped_column(String(6))
    state: Mapped[str] = mapped_column(String(8))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(40), default="")
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
