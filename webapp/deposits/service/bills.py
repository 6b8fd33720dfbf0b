"""The channels' bills of each day, compared line by line with what we hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import delete, update
from structlog import get_logger

from webapp.backends.payments.port import BillLine as Told
from webapp.backends.payments.port import ChannelError, PaymentChannel
from webapp.clock import CHINA, day_in_china, midnight_in_china
from webapp.deposits import queries
from webapp.deposits.models import BillDay, BillLine, PaymentAttempt
from webapp.deposits.models.money import CHANNELS
from webapp.deposits.service import channels
from webapp.deposits.service.incidents import raise_incident
from webapp.extensions import db
from webapp.transactions import end_read, transaction

log = get_logger(__name__)

READY_HOUR: Final = 10
"""In China, the next day: the channels make their bills by then."""
DAYS: Final = 7
"""So many days are made up for."""
EDGE: Final = timedelta(minutes=10)
"""What is so near to midnight may stand in the bill of the day after."""


def compare_due(*, now: datetime) -> int:
    """Compare the days that are ready and were not compared yet, of every channel; how many."""
    today = day_in_china(now)
    newest = 1 if now.astimezone(CHINA).hour >= READY_HOUR else 2
    done = 0
    for channel in channels.known().values():
        for back in range(DAYS, newest - 1, -1):
            day = (today - timedelta(days=back)).isoformat()
            if db.session.get(BillDay, (channel.name, day)) is not None:
                continue
            try:
                compare(channel=channel, day=day, now=now)
                done += 1
            except ChannelError as error:
                log.warning("bill not read", channel=channel.name, day=day, reason=error.reason)
                _note_away(channel, day, now, late=back > newest)
    return done


def compare(*, channel: PaymentChannel, day: str, now: datetime) -> BillDay:
    """Read a day's bill ("2026-11-30") and keep what differs; instead of an older comparison.

    A payment that we do not hold as paid is asked for at once. Raises ChannelError.
    """
    end_read()
    told = list(channel.bill(day))
    with transaction():
        lines = [_judged(channel.name, day, line) for line in told]
        lines += _missing(channel.name, day, {(line.number, line.refund) for line in lines})
        of_day = BillLine.channel == channel.name, BillLine.day == day
        db.session.execute(delete(BillLine).where(*of_day))
        db.session.add_all(line for line, _ in _with_own(lines))
        odd = [line for line in lines if line.verdict != "same"]
        made = BillDay(
            channel=channel.name,
            day=day,
            compared_at=now,
            lines=len(told),
            bill_fen=sum(line.fen for line in told),
            own_fen=sum(own for _, own in _with_own(lines)),
            differences=len(odd),
        )
        db.session.merge(made)
        _ask_for([line.number for line in odd if line.verdict == "unpaid"], now)
        if odd:
            said = (
                f"{CHANNELS[channel.name]} {day} 的账单有 {len(odd)} 行与本站记录不一致，"
                "请在“对账”里逐行核对。"
            )
            raise_incident("bill", f"{channel.name}:{day}", said, at=now)
        return made


def _with_own(lines: Iterable[BillLine]) -> list[tuple[BillLine, int]]:
    """Each line with what we hold of it, in fen."""
    return [(line, _own_fen(line)) for line in lines]


def _own_fen(line: BillLine) -> int:
    match line.verdict:
        case "same" | "missing":
            return line.fen
        case "amount" if line.refund:
            refund = queries.refund_by_number(line.channel, line.refund)
            return -refund.amount_fen if refund else 0
        case "amount":
            attempt = queries.attempt_by_number(line.channel, line.number)
            return attempt.paid_fen if attempt else 0
        case _:
            return 0


def _judged(channel: str, day: str, told: Told) -> BillLine:
    return BillLine(
        channel=channel,
        day=day,
        number=told.number[:64],
        refund=told.refund[:64],
        trade=told.trade[:64],
        fen=told.fen,
        verdict=_returned(channel, told) if told.refund else _paid(channel, told),
    )


def _paid(channel: str, told: Told) -> str:
    attempt = queries.attempt_by_number(channel, told.number)
    if attempt is None:
        return "unknown"
    if attempt.state != "settled":
        return "unpaid"
    return "same" if attempt.paid_fen == told.fen else "amount"


def _returned(channel: str, told: Told) -> str:
    refund = queries.refund_by_number(channel, told.refund)
    if refund is None:
        return "unknown"
    if refund.state != "done":
        return "unpaid"
    return "same" if refund.amount_fen == -told.fen else "amount"


def _missing(channel: str, day: str, told: set[tuple[str, str]]) -> list[BillLine]:
    """What we hold of this day that neither its bill has nor that of the day before."""
    midnight = midnight_in_china(datetime.fromisoformat(day).replace(hour=12, tzinfo=CHINA))
    span = midnight - EDGE, midnight + timedelta(days=1) - EDGE
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    known = told | set(queries.bill_numbers(channel, before))
    own = queries.own_movements(channel, *span)
    return [
        BillLine(
            channel=channel,
            day=day,
            number=number,
            refund=refund,
            trade=trade,
            fen=fen,
            verdict="missing",
        )
        for number, refund, trade, fen in own
        if (number, refund) not in known
    ]


def _ask_for(numbers: list[str], now: datetime) -> None:
    db.session.execute(
        update(PaymentAttempt)
        .where(PaymentAttempt.number.in_(numbers), PaymentAttempt.state != "settled")
        .values(next_query_at=now)
    )


def _note_away(channel: PaymentChannel, day: str, now: datetime, *, late: bool) -> None:
    if not late:
        return
    with transaction():
        said = f"{CHANNELS[channel.name]} {day} 的账单一直取不到，请检查渠道设置；取到后自动核对。"
        raise_incident("bill", f"{channel.name}:{day}:away", said, at=now)
