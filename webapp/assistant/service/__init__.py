"""Decisions and writes about conversations."""

from webapp.assistant.service.asking import (
    Ask,
    Busy,
    Started,
    start_turn,
)
from webapp.assistant.service.keeping import (
    adopt_conversations,
    clean_up,
    delete_conversation,
    erase_conversations,
    forget,
    rate_turn,
)
from webapp.assistant.service.telling import (
    LEASE_SECONDS,
    NewFrame,
    TurnLost,
    ask_to_stop,
    end_dead_turn,
    finish_turn,
    renew_leases,
    store_frame,
    store_frames,
)

__all__ = [
    "LEASE_SECONDS",
    "Ask",
    "Busy",
    "NewFrame",
    "Started",
    "TurnLost",
    "adopt_conversations",
    "ask_to_stop",
    "clean_up",
    "delete_conversation",
    "end_dead_turn",
    "erase_conversations",
    "finish_turn",
    "forget",
    "rate_turn",
    "renew_leases",
    "start_turn",
    "store_frame",
    "store_frames",
]
