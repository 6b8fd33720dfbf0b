"""What a composer hands over: what code says itself, and the material a model may write from."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from webapp.assistant.answering.parts import DraftBlock, Part
from webapp.assistant.calls import Reckoned
from webapp.assistant.events import ConditionDict
from webapp.search.understanding.result import Intent

Kind = Literal["row", "computed", "passage"]


@dataclass(frozen=True)
class Item:
    """One piece of material, known to a model as `key`.

    A row: `about` names car and field, `part` is the value. Something computed: `part` is the
    whole sentence. A passage: `part` is its text, `about` its title.
    """

    key: str
    kind: Kind
    about: str
    part: Part
    about_source: str = ""
    """Source of the numerals in `about`: the car's name, or the passage."""
    car: str = ""
    """Name of the series a row is about."""


@dataclass(frozen=True)
class Draft:
    """`lead` is shown whatever happens, `prose` unless a model writes it from `material`,
    `tail` comes after. `trims`, `conditions` and `sort` are what a follow-up starts from."""

    intent: Intent
    lead: tuple[DraftBlock, ...] = ()
    prose: tuple[DraftBlock, ...] = ()
    tail: tuple[DraftBlock, ...] = ()
    material: tuple[Item, ...] = ()
    trims: tuple[int, ...] = ()
    conditions: tuple[ConditionDict, ...] = ()
    sort: str | None = None
    refused: bool = False
    sum: Reckoned | None = None
    absent: tuple[tuple[str, int], ...] = ()
    """Cars asked about that the catalogue does not have, each with the trim that comes nearest to
    it, 0 where none does."""
    goes_on: bool = False
    """Remembered as advice, though the site says it itself: a follow-up is about the same."""


@dataclass
class Material:
    """Collects items under running keys: r1, r2 ... for rows, c1 ..., p1 ..."""

    items: list[Item] = field(default_factory=list)

    def row(self, trim_id: int, about: str, value: Part, car: str = "") -> None:
        self._add("row", about, value, f"trim:{trim_id}:name", car)

    def computed(self, sentence: Part) -> None:
        self._add("computed", "", sentence, "")

    def passage(self, title: str, text: Part) -> None:
        source = text.numbers[0].source if text.numbers else ""
        self._add("passage", title, text, source)

    def _add(self, kind: Kind, about: str, part: Part, about_source: str, car: str = "") -> None:
        letter = {"row": "r", "computed": "c", "passage": "p"}[kind]
        place = 1 + sum(item.kind == kind for item in self.items)
        self.items.append(Item(f"{letter}{place}", kind, about, part, about_source, car))
