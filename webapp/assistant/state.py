"""The states of a turn, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

TRANSITIONS: Final[Transitions] = {
    NEW: frozenset({"running"}),
    "running": frozenset({"done", "stopped", "failed"}),
    "done": frozenset(),
    "stopped": frozenset(),
    "failed": frozenset(),
}
