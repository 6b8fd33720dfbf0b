"""What can stand in the way of a deposit, as its owner reads it."""

from __future__ import annotations

from webapp.errors import Conflict, Unavailable


class OfferEnded(Conflict):
    title = "这项预约已经结束"
    message = "商家已经停止接受这项订金，你没有付任何钱。可以看看其他车。"


class OfferChanged(Conflict):
    title = "条款刚刚变了"
    message = "商家在你阅读时改了条款或金额，你没有付任何钱。请重新阅读后再确认。"


class CarTaken(Conflict):
    """A single car that somebody else holds; `places` are left in its queue."""

    title = "这台车刚被别人预约了"

    def __init__(self, places: int) -> None:
        said = (
            f"可以排队，还有 {places} 个位置。" if places else "排队的位置也满了，可以看看其他车。"
        )
        super().__init__(f"你没有付任何钱。前面的人放弃后，车会给排在最前面的人。{said}")
        self.places = places


class TooMany(Conflict):
    title = "未付款的预约太多"
    message = "请先付款或取消已有的预约，再预约新的。"


class NotPayable(Conflict):
    """Paid already, given up, or out of time."""

    title = "现在不能付款"


class NotRefundable(Conflict):
    title = "现在不能申请退款"


class ChannelAway(Unavailable):
    title = "支付渠道暂时没有回应"
    message = "你没有被扣款。请过一会儿再试，或换一种支付方式。"
