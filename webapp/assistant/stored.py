"""Answers as JSON, to be kept and shown again."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from webapp.assistant.events import (
    Answer,
    Asks,
    Block,
    Bullets,
    Cards,
    Cell,
    Citation,
    Figures,
    Links,
    Note,
    Number,
    PageContext,
    Paragraph,
    Row,
    Sentence,
    Table,
    Withheld,
)

Json = dict[str, Any]


def dump(answer: Answer) -> str:
    """An answer as JSON; each block says which it is."""
    blocks = [{"block": type(block).__name__, **asdict(block)} for block in answer.blocks]
    data = asdict(answer) | {"blocks": blocks}
    del data["situation"]  # has a column of its own
    return json.dumps(data, ensure_ascii=False)


def citation(item: Json) -> Citation:
    documents = tuple((number, address) for number, address in item.get("documents", ()))
    return Citation(**item | {"documents": documents})


def load(text: str) -> Answer:
    """What `dump` wrote."""
    data: Json = json.loads(text)
    return Answer(
        intent=data["intent"],
        blocks=tuple(_BLOCKS[block.pop("block")](block) for block in data["blocks"]),
        citations=tuple(citation(item) for item in data["citations"]),
        numbers=tuple(Number(**item) for item in data["numbers"]),
        conditions=tuple(data["conditions"]),
        sort=data["sort"],
        trims=tuple(data["trims"]),
        refused=data["refused"],
        # Answers kept before the writer was noted were all labelled as a model's.
        writer=data.get("writer", "model"),
        withheld=tuple(Withheld(**item) for item in data.get("withheld", ())),
    )


def dump_page(page: PageContext | None) -> str | None:
    return None if page is None else json.dumps(asdict(page), ensure_ascii=False)


def load_page(text: str | None) -> PageContext | None:
    if text is None:
        return None
    data: Json = json.loads(text)
    return PageContext(**(data | {"compare": tuple(data.get("compare", ()))}))


def _sentence(data: Json) -> Sentence:
    return Sentence(data["text"], tuple(data["citations"]))


def _row(data: Json) -> Row:
    cells = (Cell(c["text"], tuple(c["citations"]), c["best"]) for c in data["cells"])
    return Row(data["label"], tuple(cells))


def _table(data: Json) -> Table:
    rows = tuple(_row(row) for row in data["rows"])
    return Table(data["caption"], tuple(data["head"]), rows, data["address"])


def cards(data: Json) -> Cards:
    """Cards from their `asdict`."""
    tuples = {name: tuple(data[name]) for name in ("trim_ids", "conditions", "unread")}
    return Cards(**(data | tuples))


_BLOCKS: Final[dict[str, Callable[[Json], Block]]] = {
    "Paragraph": lambda data: Paragraph(tuple(map(_sentence, data["sentences"]))),
    "Bullets": lambda data: Bullets(tuple(map(_sentence, data["items"])), data["ordered"]),
    "Table": _table,
    "Cards": cards,
    "Note": lambda data: Note(**data),
    "Links": lambda data: Links(tuple((label, address) for label, address in data["items"])),
    "Figures": lambda data: Figures(tuple((name, value) for name, value in data["items"])),
    "Asks": lambda data: Asks(tuple(data["items"]), data.get("question", "")),
}
