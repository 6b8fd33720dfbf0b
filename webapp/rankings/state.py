"""The states of a run of the rankings, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

TRANSITIONS: Final[Transitions] = {
    NEW: frozenset({"running"}),
    # A run whose worker went away is taken over, which begins it anew.
    "running": frozenset({"running", "done", "failed"}),
    "failed": frozenset({"running"}),
    "done": frozenset(),
}
STATE_LABELS: Final = {"running": "进行中", "done": "完成", "failed": "有失败"}
