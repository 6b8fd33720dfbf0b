"""Text that knows where each of its numerals and statements comes from.

An answer is written with `say`: fixed words in the template, everything else as parts. Fixed
words may hold no numeral, so a figure without a source cannot be written down at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from string import Formatter
from typing import Final

from webapp.assistant.answering.numerals import numerals
from webapp.assistant.events import Asks, Cards, Citation, Figures, Links, Number

Ref = Citation
"""A citation that has no number yet (0); the ledger numbers those that are shown."""


class Unbound(ValueError):
    """A numeral was written without saying where it comes from."""


@dataclass(frozen=True)
class Part:
    """`numbers` are the numerals of `text` in order, each with its source; `refs` what the
    text rests on."""

    text: str
    numbers: tuple[Number, ...] = ()
    refs: tuple[Ref, ...] = ()


def bound(text: str, source: str, *refs: Ref) -> Part:
    """Text all numerals of which come from one source."""
    return Part(text, tuple(Number(n.text, source) for n in numerals(text)), refs)


def words(text: str) -> Part:
    """Text without numerals. Raises Unbound otherwise."""
    if found := numerals(text):
        raise Unbound(f"{found[0].text!r} in {text!r} has no source")
    return Part(text)


def say(template: str, /, **parts: Part | str) -> Part:
    """The template with its `{names}` replaced. Raises Unbound where fixed words or a plain
    string hold a numeral."""
    pieces: list[Part] = []
    for literal, name, _, _ in Formatter().parse(template):
        if literal:
            pieces.append(words(literal))
        if name:
            given = parts[name]
            pieces.append(words(given) if isinstance(given, str) else given)
    return join(_seams_closed(pieces))


def _seams_closed(pieces: list[Part]) -> list[Part]:
    """A space beside a part is for figures; between Chinese characters it falls."""
    closed: list[Part] = []
    for at, piece in enumerate(pieces):
        text = piece.text
        following = pieces[at + 1].text.lstrip(" ") if at + 1 < len(pieces) else ""
        before = closed[-1].text[-1:] if closed else ""
        if text.startswith(" ") and _wide(before) and _wide(text.strip(" ")[:1] or following[:1]):
            text = text.lstrip(" ")
        if text.endswith(" ") and _wide(text.rstrip(" ")[-1:]) and _wide(following[:1]):
            text = text.rstrip(" ")
        if text or piece.refs:
            closed.append(replace(piece, text=text))
    return closed


def _wide(char: str) -> bool:
    return bool(char) and ("\u3000" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef")


def join(pieces: Iterable[Part], between: str = "") -> Part:
    """The pieces one after the other, their refs once each."""
    pieces = list(pieces)
    return Part(
        between.join(piece.text for piece in pieces),
        tuple(number for piece in pieces for number in piece.numbers),
        tuple(dict.fromkeys(ref for piece in pieces for ref in piece.refs)),
    )


COUNT: Final = "count"
QUESTION: Final = "question"


def count(number: int) -> Part:
    """How many rows there are, as counted."""
    return bound(str(number), COUNT)


# --- an answer before its citations are numbered ------------------------------------------


@dataclass(frozen=True)
class Sentences:
    """A paragraph."""

    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Points:
    items: tuple[Part, ...]
    ordered: bool = False


@dataclass(frozen=True)
class GridCell:
    part: Part
    best: bool = False


@dataclass(frozen=True)
class GridRow:
    label: Part
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class Grid:
    caption: Part
    head: tuple[Part, ...]
    rows: tuple[GridRow, ...]
    address: str | None = None


@dataclass(frozen=True)
class Remark:
    part: Part
    weak: bool = False


DraftBlock = Sentences | Points | Grid | Remark | Cards | Links | Asks | Figures


def paragraph(*parts: Part) -> Sentences:
    return Sentences(tuple(parts))


def all_parts(blocks: Sequence[DraftBlock]) -> list[Part]:
    """Every part that is read, in order."""
    found: list[Part] = []
    for block in blocks:
        match block:
            case Sentences(parts) | Points(parts):
                found += parts
            case Grid(caption, head, rows):
                found += [caption, *head]
                found += [
                    part for row in rows for part in (row.label, *(c.part for c in row.cells))
                ]
            case Remark(part):
                found.append(part)
            case _:
                continue
    return found
