"""The states of a batch, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

TRANSITIONS: Final[Transitions] = {
    NEW: frozenset({"checking", "imported"}),  # an uploaded file; a value set by hand
    "checking": frozenset({"checked", "failed"}),
    "checked": frozenset({"importing", "checking"}),
    "importing": frozenset({"imported", "failed"}),
    "failed": frozenset({"importing", "checking"}),
    "imported": frozenset({"undoing"}),
    "undoing": frozenset({"undone"}),
    "undone": frozenset(),
}
