"""The states of an upload and of a video, and which may follow which."""

from __future__ import annotations

from typing import Final

from webapp.transitions import NEW, Transitions

UPLOAD: Final[Transitions] = {
    NEW: frozenset({"receiving"}),
    "receiving": frozenset({"finished", "cancelled", "failed"}),
    # Back where the merge found a piece gone or damaged: its owner sends that one again.
    "finished": frozenset({"done", "receiving", "failed"}),
    "done": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}
VIDEO: Final[Transitions] = {
    NEW: frozenset({"uploading"}),
    "uploading": frozenset({"uploaded"}),
    "uploaded": frozenset({"merging"}),
    "merging": frozenset({"processing", "uploading", "failed"}),
    "processing": frozenset({"playable", "ready", "failed", "hidden"}),
    "playable": frozenset({"ready", "failed", "hidden"}),
    "ready": frozenset({"hidden"}),
    # Staff try again: from the whole file where it is there, else from the pieces.
    "failed": frozenset({"uploaded", "processing", "hidden"}),
    "hidden": frozenset({"processing", "playable", "ready", "failed"}),
}
