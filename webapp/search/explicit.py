"""From what was read of a sentence to an explicit selection, which has an address of its own."""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import MultiDict

from webapp.catalogue.filters import (
    MAX_TEXT,
    TABLE,
    Condition,
    Selection,
    UnreadableSelection,
    read_selection,
)
from webapp.search.names import all_names
from webapp.search.pinyin import is_han
from webapp.search.understanding.result import Understanding

LONGEST: Final = MAX_TEXT
"""Characters of a sentence that are read and kept in the address."""
KEYWORDS: Final = 40
"""Characters up to which a text of which nothing was read is taken for words of a name."""


def tidy(typed: str) -> str:
    """A sentence in one line, without characters that show nothing: control characters,
    joiners of emoji, zero-width spaces."""
    spaced = " ".join(typed.split())
    return " ".join("".join(c for c in spaced if c.isprintable() and c != "\ufffd").split())


def explicit(sentence: str, understood: Understanding, base: Selection) -> Selection:
    """`base` with everything that was read, and the sentence in `asked`.

    A field the sentence speaks of replaces what `base` had on it. A named car that is asked
    about rather than searched for becomes a condition too, so that the list shows it. Where
    nothing at all was read, the words themselves are looked for.
    """
    read = [item.condition for item in understood.conditions]
    near = _near(understood) if not read else []
    wanted = [*read, *_named(understood, {condition.field for condition in read}), *near]
    fields = {condition.field for condition in wanted}
    selection = base.without(*(c for c in base.conditions if c.field in fields))
    for condition in wanted:
        selection = _grown(selection, condition)
    guessed = [item.condition for item in understood.conditions if item.inferred]
    hints = [h for c in (*guessed, *near) for h in TABLE.hints_of(c.field, c.values)]
    found = selection.asking(sentence, inferred=tuple(dict.fromkeys(hints)))
    found = found.sorted_by(understood.sort or base.sort)
    if wanted or understood.sort:
        return found
    return found.adding_text(_keywords(sentence, understood))


def honoured(condition: Condition) -> tuple[Condition, ...]:
    """The condition as an address says it; empty where no address can, such as a price of
    9,999 万."""
    read = _read(Selection(conditions=(condition,)))
    return read.conditions if read else ()


def entity_condition(names: tuple[str, ...]) -> Condition | None:
    """These canonical names as one condition: their series, or where there is none, brands."""
    kinds: dict[str, set[str]] = {"series": set(), "brand": set()}
    for name in all_names():
        if name.kind in kinds:
            kinds[name.kind].add(name.text)
    for field, known in kinds.items():
        values = tuple(name for name in names if name in known)
        if values:
            return (
                Condition(field, "in", values)
                if len(values) > 1
                else Condition(field, "==", values[0])
            )
    return None


def _keywords(sentence: str, understood: Understanding) -> str:
    """The words to look for: those not understood, of a text without Chinese all of it, since
    its pieces mean little; none of a long text."""
    if not understood.unread or len(sentence) > KEYWORDS:
        return ""
    if not any(is_han(char) for char in sentence):
        return sentence
    return " ".join(dict.fromkeys(word.text for word in understood.unread))


def _named(understood: Understanding, fields: set[str]) -> list[Condition]:
    if understood.intent == "search" or fields & {"series", "brand"}:
        return []
    condition = entity_condition(understood.entities)
    return [condition] if condition else []


def _near(understood: Understanding) -> list[Condition]:
    """Where only a car that is not there is named, those called most alike."""
    if understood.entities:
        return []
    names = tuple(name for one in understood.unsupported for name in one.near)
    condition = entity_condition(names)
    return [condition] if condition else []


def _grown(selection: Selection, condition: Condition) -> Selection:
    """With one condition more; as it was where no address can hold both."""
    grown = _read(selection.adding(condition))
    if grown is None or not set(selection.conditions) <= set(grown.conditions):
        return selection
    return grown


def _read(selection: Selection) -> Selection | None:
    try:
        return read_selection(MultiDict(selection.args()))
    except UnreadableSelection:
        return None
