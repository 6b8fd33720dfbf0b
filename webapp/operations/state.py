"""The states of a run of a task, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

TRANSITIONS: Final[Transitions] = {
    NEW: frozenset({"running"}),
    "running": frozenset({"waiting", "done", "failed", "lost"}),
    "waiting": frozenset({"running"}),
    # A worker that was taken for dead may still end, and the broker may deliver once more.
    "lost": frozenset({"running", "waiting", "done", "failed"}),
    "failed": frozenset({"running"}),
    "done": frozenset({"running"}),
}
STATES: Final = tuple(state for state in TRANSITIONS if state is not NEW)
