"""What a payment channel is asked and answers. Money is whole fen; times are aware datetimes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, Protocol

Channel = Literal["wechatpay", "alipay"]
Scene = Literal["desktop", "phone", "wechat"]
"""Where the payer is: before a desktop, in a phone's browser, or inside WeChat."""

CONNECT_SECONDS: Final = 3.0
READ_SECONDS: Final = 10.0


@dataclass(frozen=True)
class Order:
    """One attempt to pay. `number` is ours (6 to 32 letters and digits, never used twice);
    `expires_at` lies at least a minute ahead; `payer` is the openid that WeChat asks for inside
    WeChat; `address` where the payer comes from, `back` where the browser returns to."""

    number: str
    fen: int
    subject: str
    expires_at: datetime
    notify_url: str
    back: str = ""
    address: str = ""
    payer: str = ""


@dataclass(frozen=True)
class Action:
    """What the payer's browser has to do: show `value` as a QR code, go to `value`, or hand
    `parameters` to WeChat's own script."""

    kind: Literal["qr", "redirect", "bridge"]
    value: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)


PaymentState = Literal["absent", "waiting", "paid", "closed"]
"""absent: the channel does not know it, or the payer has not begun. A payment of which money was
returned is still "paid"."""


@dataclass(frozen=True)
class Payment:
    """What the channel says of an order. Everything but the state may be missing where it is not
    paid. `returned_fen` is all that was returned so far, None where the channel does not say."""

    state: PaymentState
    number: str
    trade: str = ""
    fen: int | None = None
    paid_at: datetime | None = None
    returned_fen: int | None = None


RefundState = Literal["absent", "processing", "done", "closed", "stuck"]
"""closed: it ended without effect, a new number may be used. stuck: the payer's account cannot
take it, somebody has to act."""


@dataclass(frozen=True)
class Refund:
    """What the channel says of a refund. `number` is ours."""

    state: RefundState
    number: str
    fen: int | None = None
    done_at: datetime | None = None


@dataclass(frozen=True)
class Notice:
    """What a channel told us unasked, with a good signature. `event` is the channel's name of it,
    the same each time it is sent. Without a payment and a refund it says nothing that counts.

    `foreign` says what of it is not ours: another merchant, application or currency.
    """

    channel: Channel
    event: str
    kind: str
    payment: Payment | None = None
    refund: Refund | None = None
    foreign: str = ""


@dataclass(frozen=True)
class BillLine:
    """One movement of a day's bill; what was returned to the payer is negative."""

    number: str
    trade: str
    fen: int
    refund: str = ""


class ChannelError(Exception):
    """The text holds no secret and nothing personal."""

    def __init__(self, channel: Channel, reason: str) -> None:
        super().__init__(f"{channel}: {reason}")
        self.channel = channel
        self.reason = reason


class Unknown(ChannelError):
    """No certain answer: away, too slow, or not signed as it must be. Ask again with the same
    number before anything else."""


Cause = Literal["settings", "bug", "limits", "paid", "closed", "used", "balance", "refused"]
"""settings: the operator's to mend. bug: our request was wrong. limits: too many calls.
paid, closed, used: the order's state does not allow it. balance: the merchant's is short."""


class Refused(ChannelError):
    """The channel said no for certain; `code` is its own word for it."""

    def __init__(self, channel: Channel, code: str, cause: Cause) -> None:
        super().__init__(channel, code)
        self.code = code
        self.cause = cause


class BadNotice(ChannelError):
    """A notice that is not the channel's own, is too old, or cannot be read."""


class PaymentChannel(Protocol):
    """Making one connects to nothing. Every call raises Unknown or Refused; calls with the same
    numbers are safe to repeat."""

    @property
    def name(self) -> Channel: ...

    def create(self, order: Order, scene: Scene) -> Action: ...

    def query(self, number: str) -> Payment: ...

    def close(self, number: str) -> Payment:
        """End an order that was not paid. What it returns may be "paid" all the same."""
        ...

    def refund(self, number: str, refund: str, fen: int, total: int, reason: str) -> Refund:
        """Return `fen` of a payment of `total`, under our refund number."""
        ...

    def query_refund(self, number: str, refund: str) -> Refund: ...

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> Notice:
        """Raises BadNotice; asks nobody."""
        ...

    def bill(self, day: str) -> Iterable[BillLine]:
        """All of a day ("2026-11-30", in China), which the channel has ready the next noon."""
        ...
