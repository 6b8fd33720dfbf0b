"""What a reasoning model writes down before it answers is not shown."""

from __future__ import annotations

from typing import Final

_THINKS: Final = "<think>"
_THOUGHT: Final = "</think>"


class Thoughts:
    """Takes out what a model thinks aloud between <think> and </think>, however it is cut."""

    def __init__(self) -> None:
        self._inside = False
        self._held = ""

    def without(self, piece: str) -> str:
        """What of the text so far may be shown now; the start of a mark is held back."""
        text, shown = self._held + piece, ""
        while True:
            mark = _THOUGHT if self._inside else _THINKS
            before, found, after = text.partition(mark)
            if not found:
                break
            shown += "" if self._inside else before
            text, self._inside = after, not self._inside
        held = next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)
        self._held = text[len(text) - held :]
        return shown if self._inside else shown + text[: len(text) - held]
