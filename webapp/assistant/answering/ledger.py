"""Numbers the citations of one answer in the order in which they are shown."""

from __future__ import annotations

from dataclasses import replace

from webapp.assistant.answering.parts import (
    DraftBlock,
    Grid,
    Part,
    Points,
    Ref,
    Remark,
    Sentences,
)
from webapp.assistant.events import (
    Block,
    Bullets,
    Cell,
    Citation,
    Note,
    Number,
    Paragraph,
    Row,
    Sentence,
    Table,
)


class Ledger:
    """What has been cited and counted so far; `new_citations` and `new_numbers` hand out what
    came since they were last asked."""

    def __init__(self) -> None:
        self.citations: list[Citation] = []
        self.numbers: list[Number] = []
        self._places: dict[Ref, int] = {}
        self._told = [0, 0]

    def sentence(self, part: Part) -> Sentence:
        return Sentence(part.text, self._enter(part))

    def block(self, draft: DraftBlock) -> Block:
        match draft:
            case Sentences(parts):
                return Paragraph(tuple(self.sentence(part) for part in parts))
            case Points(items, ordered):
                return Bullets(tuple(self.sentence(item) for item in items), ordered)
            case Grid():
                return self._table(draft)
            case Remark(part, weak):
                self._enter(part)
                return Note(part.text, "weak" if weak else "plain")
            case _:
                return draft

    def new_citations(self) -> tuple[Citation, ...]:
        told, self._told[0] = self._told[0], len(self.citations)
        return tuple(self.citations[told:])

    def new_numbers(self) -> tuple[Number, ...]:
        told, self._told[1] = self._told[1], len(self.numbers)
        return tuple(self.numbers[told:])

    def _table(self, grid: Grid) -> Table:
        self._enter(grid.caption)
        rows = []
        for row in grid.rows:
            self._enter(row.label)
            cells = []
            for name, cell in zip(grid.head, row.cells, strict=True):
                self._enter(name)  # the plain text names the car before each of its values
                cells.append(Cell(cell.part.text, self._enter(cell.part), cell.best))
            rows.append(Row(row.label.text, tuple(cells)))
        head = tuple(part.text for part in grid.head)
        return Table(grid.caption.text, head, tuple(rows), grid.address)

    def _enter(self, part: Part) -> tuple[int, ...]:
        self.numbers += part.numbers
        return tuple(dict.fromkeys(self._cite(ref) for ref in part.refs))

    def _cite(self, ref: Ref) -> int:
        if ref not in self._places:
            self._places[ref] = len(self.citations) + 1
            self.citations.append(replace(ref, number=self._places[ref]))
        return self._places[ref]
