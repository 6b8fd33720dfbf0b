"""What an answer is made of, between those who compose it and those who carry it to the visitor.

Composing (`assistant.answering`) knows nothing of sockets, carrying knows nothing of intents:
they meet in `Answerer`, a question in and a stream of events out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from webapp.search.understanding.result import Intent

Writer = Literal["model", "rules"]
"""A model wrote at least a sentence of it; or code put all of it together."""
ConditionDict = dict[str, Any]
"""`{"field", "operator", "value"}` and `"inferred": True` where only hinted at, as
`ReadCondition.as_dict` gives it."""


# --- the question ---------------------------------------------------------------------------


@dataclass(frozen=True)
class PageContext:
    """The page the visitor asks from. Ids are as the page sent them and may not exist."""

    trim_id: int | None = None
    series_id: int | None = None
    address: str | None = None
    """Address of a list with its conditions: `/cars/?energy=BEV`."""
    compare: tuple[int, ...] = ()
    """Trims side by side."""


@dataclass(frozen=True)
class PastTurn:
    """An earlier turn of the conversation: what a follow-up needs to be understood.

    `trims` are the cars the answer named, in the order in which they were shown; `answer` is
    its plain text, of a stopped turn as far as it was shown; `page` is where it was asked.
    `situation` is what was known after it (`dialogue.situation`), of turns that have one.
    """

    question: str
    intent: Intent
    conditions: tuple[ConditionDict, ...] = ()
    sort: str | None = None
    trims: tuple[int, ...] = ()
    answer: str = ""
    page: PageContext | None = None
    situation: str | None = None

    @classmethod
    def of(cls, question: str, answer: Answer, page: PageContext | None = None) -> PastTurn:
        """A question with the answer it got."""
        return cls(
            question,
            answer.intent,
            answer.conditions,
            answer.sort,
            answer.trims,
            answer.text,
            page,
            situation=answer.situation,
        )


@dataclass(frozen=True)
class Question:
    """`text` is not empty, printable, at most 2000 characters; `history` oldest first."""

    text: str
    history: tuple[PastTurn, ...] = ()
    page: PageContext | None = None


# --- the answer as it is kept ---------------------------------------------------------------


@dataclass(frozen=True)
class Citation:
    """Where a statement comes from: a passage of the knowledge base, or a row of a trim.

    `number` counts from 1 within one answer. Either `passage_id` or `trim_id` is set; `field`
    is a field of the vocabulary or a parameter's key. `label` is what a reader sees first
    (the document's title, or the car and the parameter), `source` who says it, `month`
    "2025-11" where known. `documents` are number and address of the rules behind it.
    """

    number: int
    label: str
    source: str
    month: str | None = None
    passage_id: int | None = None
    trim_id: int | None = None
    field: str | None = None
    documents: tuple[tuple[str, str | None], ...] = ()


@dataclass(frozen=True)
class Number:
    """A numeral as it stands in the answer and its `source`: `trim:<id>:<field>`,
    `passage:<id>`, `rule:<code>`, `question`, `count` or `computed:<how>`."""

    text: str
    source: str


@dataclass(frozen=True)
class Sentence:
    """Plain text with the numbers of its citations; never markup."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass(frozen=True)
class Paragraph:
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class Bullets:
    """A list; `ordered` where the order means something."""

    items: tuple[Sentence, ...]
    ordered: bool = False


@dataclass(frozen=True)
class Cell:
    """`best`: the better value of its row, computed."""

    text: str
    citations: tuple[int, ...] = ()
    best: bool = False


@dataclass(frozen=True)
class Row:
    label: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A comparison: `head` names the columns after the first, as many as each row has cells.

    `caption` says what is compared; `address` opens the whole of it (`/cars/compare?ids=..`).
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]
    address: str | None = None


@dataclass(frozen=True)
class Cards:
    """Where the cars of the `Cars` event stand among the blocks; shown as rows of the list.

    `total` of all that match; `address` is the list with these conditions; `unread` are words
    of the question that were not understood.
    """

    trim_ids: tuple[int, ...]
    conditions: tuple[ConditionDict, ...] = ()
    sort: str | None = None
    address: str | None = None
    total: int | None = None
    unread: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """A quiet line beside the answer itself: weak evidence, the model being away."""

    text: str
    kind: Literal["weak", "plain"] = "plain"


@dataclass(frozen=True)
class Links:
    """Where to go on: (label, address of this site)."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asks:
    """Questions to go on with, or answers to the `question` that is asked back; each is sent as
    it stands."""

    items: tuple[str, ...]
    question: str = ""


@dataclass(frozen=True)
class Figures:
    """The figures a sum was worked out with, by name (`figures.FIGURES`), as a form that works it
    out anew; an empty value is one that nobody said."""

    items: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Withheld:
    """A sentence of a model that was not shown, as it was written, and why."""

    text: str
    reason: str


Block = Paragraph | Bullets | Table | Cards | Note | Links | Asks | Figures


@dataclass(frozen=True)
class Answer:
    """The whole answer: enough to show it again years later without composing it anew.

    `conditions`, `sort` and `trims` are what the next follow-up starts from.
    """

    intent: Intent
    blocks: tuple[Block, ...]
    citations: tuple[Citation, ...] = ()
    numbers: tuple[Number, ...] = ()
    conditions: tuple[ConditionDict, ...] = ()
    sort: str | None = None
    trims: tuple[int, ...] = ()
    refused: bool = False
    writer: Writer = "rules"
    withheld: tuple[Withheld, ...] = ()
    """For who looks after the assistant; never shown to the visitor."""
    situation: str | None = None
    """What is known of the visitor after this answer, `Situation.dump`; kept beside the answer,
    not in it."""

    @property
    def text(self) -> str:
        """The answer without markup: what is copied, printed by the command line and given to
        the next turn."""
        return "\n\n".join(part for block in self.blocks if (part := _plain(block)))


def _plain(block: Block) -> str:
    match block:
        case Paragraph(sentences):
            return "".join(sentence.text for sentence in sentences)
        case Bullets(items, ordered):
            marks = (f"{n}. " if ordered else "- " for n in range(1, len(items) + 1))
            return "\n".join(mark + item.text for mark, item in zip(marks, items, strict=True))
        case Table(caption, head, rows):
            lines = [" | ".join((row.label, *(cell.text for cell in row.cells))) for row in rows]
            return "\n".join([caption, " | ".join(("", *head)), *lines])
        case Note(text) | Asks(_, text):
            return text
        case _:
            return ""


# --- the answer as it comes about -----------------------------------------------------------


@dataclass(frozen=True)
class Status:
    """What is being done, for the visitor: "正在比较 3 款车"."""

    text: str


@dataclass(frozen=True)
class Text:
    """A piece of the answer, shown at once: only what is already checked. A blank line
    ("\\n\\n") begins a new paragraph."""

    text: str
    writer: Writer = "rules"


@dataclass(frozen=True)
class Cars:
    """Cards to show at once."""

    cards: Cards


@dataclass(frozen=True)
class Citations:
    """Citations known by now, further ones only: numbers go on from the last event."""

    items: tuple[Citation, ...]


@dataclass(frozen=True)
class Numbers:
    """The sources of numerals in the text so far, further ones only."""

    items: tuple[Number, ...]


@dataclass(frozen=True)
class Done:
    """The last event of every answer."""

    answer: Answer


Event = Status | Text | Cars | Citations | Numbers | Done


class Answerer(Protocol):
    """Composes one answer; `assistant.answering.answer` is the product's.

    It runs inside an application context, in a greenlet of its own, and yields its first event
    (a `Status`) before it does anything slow. It ends with exactly one `Done`, or raises: then
    the visitor is told that the answer failed and may ask again.

    When the visitor stops, `stop()` becomes true and the iterator is closed. Where it waits
    for something just then, gevent.GreenletExit is raised at that place: everything open
    (the model's request first of all) is closed in `finally` or `with`, never by catching
    `Exception`. It must not use the database session across a `yield`: what is read is read
    into values.
    """

    def __call__(self, question: Question, stop: Callable[[], bool]) -> Iterator[Event]: ...
