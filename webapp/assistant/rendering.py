"""Turns and answers as they are shown: over the socket, on the page, after years alike."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import render_template

from webapp.assistant import figures, folding, forms, frames, pages, queries, stored
from webapp.assistant.events import Answer, Cards, Citation, ConditionDict, Table, Writer
from webapp.assistant.labels import LABELS, Label
from webapp.assistant.models import Turn, TurnFeedback
from webapp.cars.pages.listing import ListRow, rows_of
from webapp.catalogue.filters import Condition, Selection
from webapp.catalogue.filters.words import phrase
from webapp.catalogue.queries import Spec, TrimRow, specs_of


class Chip(NamedTuple):
    text: str
    condition: dict[str, Any]
    inferred: bool


@dataclass(frozen=True)
class ShownCards:
    """Cards with their rows, read when they are shown."""

    cards: Cards
    rows: list[ListRow]
    chips: list[Chip]


class OtherVersion(NamedTuple):
    """Another version of a question, and how many questions follow on it."""

    turn_id: int
    following: int


@dataclass(frozen=True)
class ShownTurn:
    """What the template of a turn needs.

    Of a running turn `text`, by `writing`, and `status` are what was shown up to frame `seq`.
    """

    version: queries.Version
    state: str
    answer: Answer | None
    feedback: TurnFeedback | None
    text: str = ""
    status: str = ""
    writing: Writer = "rules"
    seq: int = 0

    @property
    def came_to(self) -> pages.About | None:
        """The page it was asked from, where the question before it was asked elsewhere."""
        return pages.about(stored.load_page(self.turn.page)) if self.version.moved else None

    @property
    def page(self) -> dict[str, str]:
        """The page it was asked from, as fields of a form."""
        return forms.fields_of(stored.load_page(self.turn.page))

    @property
    def label(self) -> Label:
        return LABELS[self.answer.writer if self.answer else self.writing]

    @property
    def turn(self) -> Turn:
        return self.version.turn

    @property
    def place(self) -> int:
        return self.version.siblings.index(self.turn.id)

    @property
    def before(self) -> OtherVersion | None:
        """The version of this question before this one."""
        return self._other(self.place - 1)

    @property
    def after(self) -> OtherVersion | None:
        return self._other(self.place + 1)

    def _other(self, place: int) -> OtherVersion | None:
        version = self.version
        if not 0 <= place < len(version.siblings):
            return None
        return OtherVersion(version.siblings[place], version.following[place])

    @property
    def citations(self) -> dict[int, Citation]:
        return {item.number: item for item in self.answer.citations} if self.answer else {}

    @property
    def pieces(self) -> list[folding.Piece]:
        """The blocks of the answer, what is long folded."""
        return folding.pieces(self.answer.blocks) if self.answer else []

    @property
    def opened(self) -> frozenset[str]:
        """Addresses that cards and tables lead to themselves."""
        blocks = self.answer.blocks if self.answer else ()
        found = (block.address for block in blocks if isinstance(block, Cards | Table))
        return frozenset(address for address in found if address)

    @property
    def copied(self) -> str:
        """The answer for the clipboard, labelled."""
        return f"{self.answer.text}\n\n{self.label.copied}" if self.answer else ""


def cards(shown: Cards) -> str:
    """The cards as they first appear, while the answer is still being written."""
    return render_template("assistant/_cards.html", shown=shown_cards(shown))


def finished_turn(turn_id: int, *, state: str, answer: str | None) -> str:
    """A turn as it will be found on the page, just before it is stored as ended."""
    turn = queries.turn_by_id(turn_id)
    if turn is None:
        return ""  # its conversation was deleted; storing the frame will say so
    shown = ShownTurn(queries.version_of(turn), state, _loaded(answer), None)
    return render_template("assistant/_turn.html", **context(), shown=shown)


def shown_turns(path: Sequence[queries.Version]) -> list[ShownTurn]:
    """The turns of one branch, first question first."""
    feedback = queries.feedback_on([version.turn.id for version in path])
    return [_shown(version, feedback.get(version.turn.id)) for version in path]


def context() -> dict[str, Any]:
    """What the templates of turns use beside the turn itself."""
    return {
        "shown_cards": shown_cards,
        "reasons": forms.REASONS,
        "generated": LABELS["model"],
        "figures": figures.FIGURES,
    }


def shown_cards(shown: Cards) -> ShownCards:
    conditions = tuple(_condition(item) for item in shown.conditions)
    chips = [
        Chip(phrase(condition), condition.as_dict(), bool(item.get("inferred")))
        for condition, item in zip(conditions, shown.conditions, strict=True)
    ]
    rows = rows_of(shown.trim_ids, Selection(conditions=conditions, sort=shown.sort))
    return ShownCards(shown, rows, chips)


def cited_rows(answer: Answer, citation: Citation, trim: TrimRow) -> list[Spec]:
    """The rows of a trim behind a citation: the one it names, else all whose figures stand in
    the answer."""
    if citation.field is not None:
        fields = {citation.field}
    else:
        prefix = f"trim:{trim.id}:"
        sources = [number.source for number in answer.numbers]
        fields = {s.removeprefix(prefix) for s in sources if s.startswith(prefix)}
    if "range_km" in fields and trim.range_cycle:
        fields.add(f"range_{trim.range_cycle.lower()}_km")
    return [spec for spec in specs_of([trim.id]) if spec.key in fields]


def as_markdown(title: str, turns: Sequence[ShownTurn]) -> str:
    """A conversation to take along: each answer with its label, their marks in the head."""
    head = f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n"
    labels = dict.fromkeys(shown.label for shown in turns if shown.answer is not None)
    head += "".join(f"{label.name}: {label.mark}\n" for label in labels) + "---\n"
    parts = [head, f"# {title}"]
    for shown in turns:
        parts.append(f"## {shown.turn.question}")
        if shown.answer is not None:
            parts.append(f"{shown.answer.text}\n\n> {shown.label.seen}")
            sources = [_source(item) for item in shown.answer.citations]
            parts.append("\n".join(sources))
    return "\n\n".join(part for part in parts if part) + "\n"


def _shown(version: queries.Version, feedback: TurnFeedback | None) -> ShownTurn:
    turn = version.turn
    if not turn.running:
        return ShownTurn(version, turn.state, _loaded(turn.answer), feedback)
    rows = queries.frames_after(turn.id, 0)
    if rows and frames.type_of(rows[-1][1]) in frames.ENDS:
        rows.pop()  # it has ended since its state was read; who resumes must hear of it
    said = [json.loads(body) for _, body in rows]
    status = [frame["text"] for frame in said if frame["type"] == "status"]
    return ShownTurn(
        version,
        turn.state,
        None,
        feedback,
        text="".join(frame["text"] for frame in said if frame["type"] == "text"),
        status=status[-1] if status else "",
        writing=frames.writer_of(said),
        seq=rows[-1][0] if rows else 0,
    )


def _loaded(answer: str | None) -> Answer | None:
    return stored.load(answer) if answer else None


def _condition(data: ConditionDict) -> Condition:
    value = data["value"]
    return Condition(
        data["field"], data["operator"], tuple(value) if isinstance(value, list) else value
    )


def _source(item: Citation) -> str:
    month = f"，{item.month}" if item.month else ""
    behind = "".join(f"，{number}" for number, _ in item.documents)
    return f"[{item.number}] {item.label}（{item.source}{month}{behind}）"
