"""The states of a delivery, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

STATE_LABELS: Final = {
    "waiting": "等着发",
    "sending": "正在发",
    "held": "等汇总",
    "given_up": "没有发成",
}
"""Of those that are not over well, for staff."""
DELIVERY: Final[Transitions] = {
    NEW: frozenset({"waiting", "held"}),
    "waiting": frozenset({"sending"}),
    # Too much for one day: into the next digest.
    "sending": frozenset({"sent", "waiting", "held", "given_up", "skipped"}),
    # Until the next digest, which is a delivery of its own.
    "held": frozenset({"sent", "skipped", "given_up"}),
    # Staff try again; with a digest go those that it gathers.
    "given_up": frozenset({"waiting", "sent"}),
    "sent": frozenset(),
    "skipped": frozenset(),
}
