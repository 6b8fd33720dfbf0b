"""The states of a delivery, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

DELIVERY: Final[Transitions] = {
    NEW: frozenset({"waiting", "held"}),
    "waiting": frozenset({"sending", "held", "skipped"}),
    "sending": frozenset({"sent", "waiting", "given_up", "skipped"}),
    # Until the next digest, which is a delivery of its own.
    "held": frozenset({"sent", "skipped", "given_up"}),
    # Staff try again.
    "given_up": frozenset({"waiting"}),
    "sent": frozenset(),
    "skipped": frozenset(),
}
