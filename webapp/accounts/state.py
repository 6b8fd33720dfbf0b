"""The states of an account and of a real-name check, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

ACCOUNT: Final[Transitions] = {
    NEW: frozenset({"active"}),
    "active": frozenset({"leaving", "suspended"}),
    "leaving": frozenset({"active", "suspended"}),
    "suspended": frozenset({"active", "leaving"}),
}
REAL_NAME: Final[Transitions] = {
    NEW: frozenset({"unknown"}),
    "unknown": frozenset({"verified", "mismatch", "review"}),
    "mismatch": frozenset({"unknown"}),
    "review": frozenset({"unknown"}),
    "verified": frozenset(),
}
