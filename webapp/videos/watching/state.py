"""The states of a moment somebody marked, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

POINT: Final[Transitions] = {
    NEW: frozenset({"waiting", "shown"}),
    "waiting": frozenset({"shown", "refused"}),
    "shown": frozenset({"refused"}),
    "refused": frozenset({"shown"}),
}
