"""Attempts to pay: opened one at a time, closed before another one, never trusted but settled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, cast

from flask import current_app
from sqlalchemy import update
from structlog import get_logger

from webapp.backends.payments.port import (
    Action,
    ChannelError,
    Order,
    Payment,
    PaymentChannel,
    Refused,
    Scene,
    Unknown,
)
from webapp.deposits import queries
from webapp.deposits.errors import ChannelAway, NotPayable
from webapp.deposits.models import Deposit, PaymentAttempt
from webapp.deposits.models.money import action_json
from webapp.deposits.service import channels
from webapp.deposits.service.incidents import raise_incident
from webapp.deposits.service.locking import lock
from webapp.deposits.service.numbers import attempt_number
from webapp.deposits.service.settling import end_attempt, settle
from webapp.deposits.state import LIVE_ATTEMPTS
from webapp.deposits.telling import tell
from webapp.extensions import db
from webapp.transactions import end_read, transaction
from webapp.transitions import step

log = get_logger(__name__)

LEAST_MINUTES: Final = 2
"""Left of the time to pay; the channels want more than one."""
FIRST_QUERY_SECONDS: Final = 60
ASK_SECONDS: Final = 5
"""A payer's page has the channel asked at most so often."""
OPENING_SECONDS: Final = 30
"""A call that opens a payment has ended by then, one way or the other."""


def start_payment(
    *,
    deposit_id: int,
    channel: str,
    scene: Scene,
    back: str,
    now: datetime,
    address: str = "",
    payer: str = "",
) -> PaymentAttempt:
    """The attempt that the payer is to go on with.

    The open one where channel and scene are the same, with a fresh action where that is for one
    use; else the open one is closed first. Its `action` is None while another request is opening
    it this very moment: show that, and look again in a second or two. `back` is the address the
    browser returns to (the same for one deposit), `address` where the payer comes from, `payer`
    the openid inside WeChat.

    Raises NotPayable, and ChannelAway where the channel does not answer or cannot close the other
    one now; then nothing new may be paid.
    """
    asked = channels.channel(channel)
    if asked is None:
        raise ChannelAway("这种支付方式没有开通，请换一种。")
    live = queries.live_attempt(deposit_id)
    same = live is None or (live.channel, live.scene) == (channel, scene)
    if live is not None and not (same and live.state != "closing"):
        _close_first(live, now)
    attempt, is_new = _committed(deposit_id, channel, scene, now)
    if not is_new and not _wants_asking(attempt, now):
        return attempt
    opened = _opened(asked, attempt, back=back, address=address, payer=payer, now=now)
    if opened is None:  # used up or closed at the channel: once more, under a new number
        _close_first(attempt, now)
        attempt, _ = _committed(deposit_id, channel, scene, now)
        opened = _opened(asked, attempt, back=back, address=address, payer=payer, now=now)
        if opened is None:
            raise ChannelAway
    return opened


def _wants_asking(attempt: PaymentAttempt, now: datetime) -> bool:
    """Whether the channel is to be asked for what the payer does: again where that is for one
    use, and where whoever asked has not come back."""
    if attempt.action is None:
        return now - attempt.created_at > timedelta(seconds=OPENING_SECONDS)
    return attempt.action.kind == "redirect"


def _committed(
    deposit_id: int, channel: str, scene: Scene, now: datetime
) -> tuple[PaymentAttempt, bool]:
    """The live attempt, or a new one whose number is committed before the channel hears of it;
    and whether it is new. Raises NotPayable."""
    with transaction():
        deposit = lock(deposit_id, now)
        _refuse_unpayable(deposit, now)
        live = queries.live_attempt(deposit_id)
        if live is not None and live.state != "closing":
            if (live.channel, live.scene) == (channel, scene):
                return live, False
            raise ChannelAway("另一个页面刚刚换了支付方式，请刷新后再试。")
        if live is not None:
            raise ChannelAway("上一次付款还在关闭，请过一会儿再试。")
        made = PaymentAttempt(
            deposit_id=deposit_id,
            number=attempt_number(now),
            channel=channel,
            scene=scene,
            amount_fen=deposit.amount_fen,
            created_at=now,
            expires_at=deposit.pay_until,
            next_query_at=now + timedelta(seconds=FIRST_QUERY_SECONDS),
        )
        db.session.add(made)
        tell(deposit, "paying", at=now, detail=made.channel_label)
        return made, True


def _refuse_unpayable(deposit: Deposit, now: datetime) -> None:
    if deposit.state == "queued":
        raise NotPayable("还没有轮到你。前面的人放弃后会通知你，现在不用付款。")
    if deposit.state in ("expired", "cancelled"):
        raise NotPayable("这次预约已经失效，你没有被扣款。请重新预约。")
    if deposit.state != "unpaid" or deposit.pay_until is None:
        raise NotPayable("这笔订金已经付过了，不用再付。", title="已经付款")
    if deposit.pay_until - now < timedelta(minutes=LEAST_MINUTES):
        raise NotPayable("付款时间快到了，来不及再打开付款。请重新预约，不会重复扣款。")


def _opened(
    asked: PaymentChannel,
    attempt: PaymentAttempt,
    *,
    back: str,
    address: str,
    payer: str,
    now: datetime,
) -> PaymentAttempt | None:
    """The attempt with what the channel wants done; None where its number is of no more use.
    Raises ChannelAway."""
    base = current_app.config["BASE_URL"].rstrip("/")
    order = Order(
        number=attempt.number,
        fen=attempt.amount_fen,
        subject=f"看车订金 {attempt.deposit.number}",
        expires_at=attempt.expires_at,
        notify_url=f"{base}/deposits/notices/{attempt.channel}",
        back=back,
        address=address,
        payer=payer,
    )
    attempt_id = attempt.id
    end_read()
    try:
        action = _created(asked, order, cast("Scene", attempt.scene))
    except Refused as refused:
        log.warning("payment refused", channel=refused.channel, code=refused.code)
        if refused.cause in ("used", "closed", "paid"):
            return None
        _failed(attempt_id, refused, now)
        raise ChannelAway("这种支付方式现在用不了，请换一种。") from refused
    except Unknown as unknown:
        log.warning("payment not opened", channel=unknown.channel, reason=unknown.reason)
        with transaction():
            step(PaymentAttempt, attempt_id, "new", "closing", next_query_at=now)
        raise ChannelAway from unknown
    with transaction():
        live = PaymentAttempt.state.in_(("new", "open"))
        db.session.execute(
            update(PaymentAttempt)
            .where(PaymentAttempt.id == attempt_id, live)
            .values(action_json=action_json(action))
        )
        step(PaymentAttempt, attempt_id, "new", "open")
    return db.session.get_one(PaymentAttempt, attempt_id, populate_existing=True)


def _created(asked: PaymentChannel, order: Order, scene: Scene) -> Action:
    """Once more with the same number where there was no certain answer."""
    try:
        return asked.create(order, scene)
    except Unknown:
        return asked.create(order, scene)


def _failed(attempt_id: int, refused: Refused, now: datetime) -> None:
    with transaction():
        step(PaymentAttempt, attempt_id, "new", "failed", next_query_at=None)
        if refused.cause == "settings":
            raise_incident(
                "settings",
                f"{refused.channel}:{refused.code}",
                f"{refused.channel} 拒绝开单：{refused.code}。请核对该渠道的设置。",
                at=now,
            )


def _close_first(attempt: PaymentAttempt, now: datetime) -> None:
    """Raises ChannelAway where it stays open, NotPayable where it turns out to be paid."""
    deposit_id, attempt_id = attempt.deposit_id, attempt.id
    if not close_attempt(attempt_id=attempt_id, now=now):
        raise ChannelAway("上一次付款暂时关不掉，所以没有打开新的。请过一会儿再试。")
    deposit = db.session.get_one(Deposit, deposit_id, populate_existing=True)
    if deposit.state != "unpaid":
        raise NotPayable("上一次付款刚刚成功了，不用再付。", title="已经付款")
    with transaction():
        tell(deposit, "switched", at=now)


def close_attempt(*, attempt_id: int, now: datetime) -> bool:
    """Query, settle if it is paid, else close; whether nothing of it is open any more.

    Safe to repeat, and to be killed anywhere.
    """
    attempt = db.session.get_one(PaymentAttempt, attempt_id, populate_existing=True)
    if attempt.state not in LIVE_ATTEMPTS:
        return True
    channel = channels.channel(attempt.channel)
    if channel is None:
        return False
    number, deposit_id = attempt.number, attempt.deposit_id
    with transaction():
        lock(deposit_id, now)
        step(PaymentAttempt, attempt_id, LIVE_ATTEMPTS, "closing")
    try:
        found = channel.query(number)
        if found.state in ("waiting", "absent"):
            found = channel.close(number)
    except ChannelError as error:
        log.warning("payment not closed", channel=error.channel, reason=error.reason)
        return False
    _closed(attempt_id, found, now)
    return True


def _closed(attempt_id: int, found: Payment, now: datetime) -> None:
    """Write down what closing has found: paid, closed, or not begun."""
    if found.state == "paid":
        settle(channel=queries.channel_of(attempt_id), payment=found, now=now)
        return
    with transaction():
        attempt = db.session.get_one(PaymentAttempt, attempt_id)
        lock(attempt.deposit_id, now)
        end_attempt(attempt, now)


def ask_channel(*, deposit_id: int, now: datetime) -> None:
    """Have the channel asked what became of the open payment, as when a browser comes back;
    settles it where it is paid. At most every few seconds, and an outage is no error."""
    attempt = queries.live_attempt(deposit_id)
    if attempt is None:
        return
    long_ago = now - timedelta(seconds=ASK_SECONDS)
    with transaction():
        mine = db.session.execute(
            update(PaymentAttempt)
            .where(
                PaymentAttempt.id == attempt.id,
                PaymentAttempt.asked_at.is_(None) | (PaymentAttempt.asked_at <= long_ago),
            )
            .values(asked_at=now)
            .returning(PaymentAttempt.id)
            .execution_options(synchronize_session=False)
        ).scalar()
    if mine is not None:
        query_attempt(attempt_id=attempt.id, now=now)


def query_attempt(*, attempt_id: int, now: datetime) -> Payment | None:
    """What the channel says of an attempt, settled where it is paid; None where it does not
    answer."""
    attempt = db.session.get_one(PaymentAttempt, attempt_id)
    channel, number = channels.channel(attempt.channel), attempt.number
    if channel is None:
        return None
    end_read()
    try:
        found = channel.query(number)
    except ChannelError as error:
        log.warning("payment not queried", channel=error.channel, reason=error.reason)
        return None
    if found.state == "paid":
        settle(channel=channel.name, payment=found, now=now)
    return found
