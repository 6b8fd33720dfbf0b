"""Decisions and writes about notices; each function is one transaction, or joins the caller's."""

from webapp.notices.service.choosing import (
    ask_address,
    choose,
    confirm_address,
    forget_address,
    unsubscribe,
)
from webapp.notices.service.digests import begin_digests
from webapp.notices.service.keeping import sweep
from webapp.notices.service.sending import send, send_due, try_again
from webapp.notices.service.telling import Actor, notify, read, read_all

__all__ = [
    "Actor",
    "ask_address",
    "begin_digests",
    "choose",
    "confirm_address",
    "forget_address",
    "notify",
    "read",
    "read_all",
    "send",
    "send_due",
    "sweep",
    "try_again",
    "unsubscribe",
]
