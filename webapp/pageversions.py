"""What cached pages follow: numbers that rise with changes, and what changed at which.

A version without `changes` is part of the key of every page under its paths. Of one with them a
page keeps the number it was made at, and holds until something that it shows changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from webapp.registry import EVERYTHING, PageVersion

ALL_CHANGES: Final = -1
"""A number below every one there is."""


class Made(Protocol):
    """What a kept page says of itself: the numbers it was made at, and the subjects that it shows;
    None where it follows every change."""

    @property
    def numbers(self) -> Mapping[str, int]: ...
    @property
    def shows(self) -> tuple[str, ...] | None: ...


@dataclass(frozen=True)
class State:
    """The versions as a process read them last.

    `keyed` are numbers with the beginnings of the paths that follow them, none for every path;
    `numbers` those of versions that say what changed, and `changes`, by the same names, the
    number at which each subject changed last.
    """

    keyed: tuple[tuple[int, tuple[str, ...]], ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    changes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def key(self, path: str) -> str:
        return ".".join(
            str(number) for number, paths in self.keyed if not paths or path.startswith(paths)
        )

    def holds(self, made: Made) -> bool:
        """Whether nothing that the page shows has changed since."""
        return all(
            made.numbers.get(name, ALL_CHANGES) >= number
            or not self._is_changed(self.changes[name], made, made.numbers.get(name, ALL_CHANGES))
            for name, number in self.numbers.items()
        )

    @staticmethod
    def _is_changed(changes: Mapping[str, int], made: Made, since: int) -> bool:
        if made.shows is None or changes.get(EVERYTHING, ALL_CHANGES) > since:
            return True
        return any(changes.get(subject, ALL_CHANGES) > since for subject in made.shows)


class Versions:
    """Reads the versions; `read` does I/O and raises what they raise."""

    def __init__(self, followed: Iterable[PageVersion]) -> None:
        self._followed = tuple(followed)
        self._state = State()

    def read(self) -> State:
        """The same object as before where nothing has changed."""
        keyed = tuple((one.read(), one.paths) for one in self._followed if one.changes is None)
        numbers = {one.name: one.read() for one in self._followed if one.changes is not None}
        if (keyed, numbers) != (self._state.keyed, self._state.numbers):
            changes = {one.name: self._changes(one, numbers) for one in self._followed}
            self._state = State(keyed, numbers, changes)
        return self._state

    def _changes(self, one: PageVersion, numbers: Mapping[str, int]) -> Mapping[str, int]:
        if one.changes is None:
            return {}
        number, known = numbers[one.name], self._state.numbers.get(one.name, ALL_CHANGES)
        before = self._state.changes.get(one.name, {})
        if number == known:
            return before
        if number < known:  # another database than before, such as a restored one
            before, known = {}, ALL_CHANGES
        found = {**before, **one.changes(known)}
        if number > max(found.values(), default=0):
            found[EVERYTHING] = number  # nobody told what that change was of
        return found
