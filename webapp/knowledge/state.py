"""The states of a change to the knowledge base, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

TRANSITIONS: Final[Transitions] = {
    NEW: frozenset({"checking", "applying"}),  # a file to take in; something to take out
    "checking": frozenset({"checked", "stopped", "failed"}),
    "checked": frozenset({"applying"}),
    "applying": frozenset({"applied", "stopped", "failed"}),
    "stopped": frozenset({"checking", "applying"}),
    "failed": frozenset({"checking", "applying"}),
    "applied": frozenset(),
}
