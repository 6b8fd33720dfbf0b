"""What is done with deposits. Every function is safe to repeat."""

from webapp.deposits.service.asking import (
    ask_refund,
    decline,
    mark_done,
    mark_sold,
    mark_visited,
    note_refund,
    refund_by_hand,
    retry_refund,
)
from webapp.deposits.service.bills import compare_due
from webapp.deposits.service.incidents import resolve_incident
from webapp.deposits.service.keeping import tend
from webapp.deposits.service.opening import cancel, open_deposit
from webapp.deposits.service.paying import ask_channel, start_payment
from webapp.deposits.service.refunding import send_refund
from webapp.deposits.service.settling import settle

__all__ = [
    "ask_channel",
    "ask_refund",
    "cancel",
    "compare_due",
    "decline",
    "mark_done",
    "mark_sold",
    "mark_visited",
    "note_refund",
    "open_deposit",
    "refund_by_hand",
    "resolve_incident",
    "retry_refund",
    "send_refund",
    "settle",
    "start_payment",
    "tend",
]
