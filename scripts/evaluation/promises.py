"""What reading must never do: turn a wish round, lose one, or take another maker's car.

Three files, each of one kind: `negation` lines have `conditions` as they should be read, `wishes`
the words that must be `shown` (in a condition, unread, or as unsupported), `makers` a car that is
`absent` from the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from scripts.evaluation.figures import Figure

if TYPE_CHECKING:
    from webapp.search.understanding.result import Understanding

KINDS = ("negation", "wishes", "makers")
PART = "promises"

Line = dict[str, Any]
_POSITIVE = ("==", "in")
_NEGATIVE = ("!=", "not in")


def measure(asked: dict[str, list[Line]]) -> tuple[list[Figure], list[str]]:
    """Read every sentence with the catalogue of the current application: how often each promise
    was broken, and where."""
    from webapp.search.service import read_sentence

    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    check = {"negation": turned_round, "wishes": vanished, "makers": wrong_maker}
    for kind in KINDS:
        for gold in asked[kind]:
            broken = check[kind](gold, read_sentence(gold["q"]))
            if broken:
                found[kind].append(f"{gold.get('id', '')} {gold['q']}; {broken}")
    names = {"negation": "reversals", "wishes": "vanished wishes", "makers": "wrong makers"}
    figures = [
        Figure(PART, names[kind], len(found[kind]), 0, at_most=True, note=f"of {len(asked[kind])}")
        for kind in KINDS
        if asked[kind]
    ]
    return figures, [line for kind in KINDS for line in found[kind]]


def turned_round(gold: Line, read: Understanding) -> str:
    """A value that is wanted where it should be refused, or the other way round."""
    wanted, found = _sides(gold["conditions"]), _sides(read.as_dict()["conditions"])
    turned = [key for key, side in found.items() if wanted.get(key, side) is not side]
    return (
        "turned round: " + "、".join(f"{field} {value}" for field, value in turned)
        if turned
        else ""
    )


def vanished(gold: Line, read: Understanding) -> str:
    """Words that left no trace."""
    text = gold["q"]
    spans = [text[a:b] for one in read.conditions for a, b in one.spans]
    shown = [word.text for word in read.unread] + [one.text for one in read.unsupported]
    trace = _folded("".join([*spans, *shown]))
    lost = [word for word in gold["shown"] if _folded(word) not in trace]
    return f"without a trace: {'、'.join(lost)}" if lost else ""


def wrong_maker(gold: Line, read: Understanding) -> str:
    """A series of another maker, or nothing said of the car that is not there."""
    if read.entities or any(one.condition.field == "series" for one in read.conditions):
        return f"taken for {'、'.join(read.entities)}"
    said = (*read.absent, *(word.text for word in read.unread))
    if not any(_folded(gold["absent"]) in _folded(word) for word in said):
        return "nothing said"
    return ""


def _sides(conditions: Iterable[Line]) -> dict[tuple[str, str], bool]:
    """Each value said and whether it is wanted."""
    found = {}
    for one in conditions:
        if one.get("inferred") or one["operator"] not in (*_POSITIVE, *_NEGATIVE):
            continue
        values = one["value"] if isinstance(one["value"], list) else [one["value"]]
        for value in values:
            found[(one["field"], str(value))] = one["operator"] in _POSITIVE
    return found


def _folded(text: str) -> str:
    return "".join(text.lower().split())
