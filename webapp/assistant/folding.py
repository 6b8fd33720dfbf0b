"""What of a long answer is folded: what comes after about one screen of a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from webapp.assistant.events import Block, Bullets, Cards, Paragraph, Table

SCREEN: Final = 24
"""Lines of text that a phone shows above the field."""
LEAST: Final = 6
"""Lines that are worth a fold."""
_LINE: Final = 20
"""Characters of a line on a phone."""
_ROW: Final = 2
"""Lines a row of a table takes."""


class Piece(NamedTuple):
    """Blocks that follow each other; folded under `label`, where it has one."""

    blocks: tuple[Block, ...]
    label: str = ""


def pieces(blocks: Sequence[Block]) -> list[Piece]:
    """The blocks in their order. Text and tables past the first screen are folded where there are
    more than a few lines of them; cards, links and questions never are."""
    found: list[Piece] = []
    above, first = 0, True
    for before, block in zip((None, *blocks), blocks, strict=False):
        # A list behind cards says the same once more and has a fold of its own.
        lines = 0 if isinstance(before, Cards) and isinstance(block, Bullets) else _lines(block)
        folds = bool(lines) and not first and above + lines > SCREEN
        above += lines
        first = first and not lines
        if folds and found and found[-1].label:
            found[-1] = Piece((*found[-1].blocks, block), _label((*found[-1].blocks, block)))
        elif folds:
            found.append(Piece((block,), _label((block,))))
        else:
            found.append(Piece((block,)))
    return [p if sum(map(_lines, p.blocks)) >= LEAST else Piece(p.blocks) for p in found]


def _label(blocks: tuple[Block, ...]) -> str:
    return "展开参数对比" if any(isinstance(one, Table) for one in blocks) else "展开其余内容"


def _lines(block: Block) -> int:
    match block:
        case Paragraph(sentences):
            return 1 + sum(len(sentence.text) for sentence in sentences) // _LINE
        case Bullets(items):
            return sum(1 + len(item.text) // _LINE for item in items)
        case Table(_, _, rows):
            return 2 + _ROW * len(rows)
        case _:
            return 0
