"""The cars in talk, read from the catalogue once for a sentence."""

from __future__ import annotations

from collections.abc import Iterable

from webapp.assistant import once
from webapp.assistant.dialogue.situation import Situation
from webapp.catalogue.queries import TrimRow


class Cast:
    """Rows of the trims a situation knows; read when the first is asked for, all at once."""

    def __init__(self, known: Situation) -> None:
        self._unread = {i for one in known.told for i in (*one.trims, *dict(one.absent).values())}
        self._rows: dict[int, TrimRow] = {}
        self._sought: set[int] = set()

    def rows(self, ids: Iterable[int]) -> list[TrimRow]:
        """In the order of the ids; those that are gone are left out."""
        wanted = tuple(ids)
        if set(wanted) - self._sought:
            unknown = (set(wanted) | self._unread) - self._sought
            self._rows |= {trim.id: trim for trim in once.trims_by_id(sorted(unknown))}
            self._sought |= unknown
        return [self._rows[trim_id] for trim_id in wanted if trim_id in self._rows]

    def names(self, ids: Iterable[int]) -> tuple[str, ...]:
        """The series of these trims, each once, in their order."""
        return tuple(dict.fromkeys(trim.series for trim in self.rows(ids)))
