"""One answer from question to `Done`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.composing import Composed, composed
from webapp.assistant.answering.counting import count_withheld
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.ledger import Ledger
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    Remark,
    Sentences,
    all_parts,
    words,
)
from webapp.assistant.answering.writing import Written, write
from webapp.assistant.events import (
    Answer,
    Asks,
    Block,
    Bullets,
    Cards,
    Cars,
    Citations,
    Done,
    Event,
    Note,
    Numbers,
    Paragraph,
    Question,
    Sentence,
    Status,
    Text,
    Withheld,
)
from webapp.backends import llm
from webapp.extensions import db

_TROUBLE: Final[dict[str, str]] = {
    "unreachable": "语言模型暂时连不上，这个回答由网站按资料整理。",
    "slow": "语言模型没有及时回应，这个回答由网站按资料整理。",
    "quota": "语言模型的用量已满，这个回答由网站按资料整理。",
    "cut": "语言模型的回答中途断了，以下由网站按资料整理。",
    "broken": "语言模型的回答不可用，这个回答由网站按资料整理。",
    "withheld": "语言模型写的内容没有通过出处核对，没有显示；这个回答由网站按资料整理。",
}


def answer(question: Question, stop: Callable[[], bool]) -> Iterator[Event]:
    """Compose one answer; see `events.Answerer` for what callers may rely on."""
    yield from followed(question, stop, [])


def followed(
    question: Question, stop: Callable[[], bool], found: list[Composed]
) -> Iterator[Event]:
    """The same; `found` is given what was composed, before any of it is told."""
    yield Status("正在理解问题")
    once.begin()
    for event in composed(question):
        if isinstance(event, Status):
            yield event
        else:
            found.append(event)
    situation = next((one.after.dump() for one in reversed(found) if one.after), None)
    yield from _told([part for one in found for part in one.parts], situation, stop)


def _told(
    parts: Sequence[tuple[str, str, Draft]], situation: str | None, stop: Callable[[], bool]
) -> Iterator[Event]:
    """The answer in events; of each part the question, everything the visitor said, and what was
    composed. What a follow-up starts from is the last list, else the first part."""
    # Nothing of the session is needed any more, and the answer may take a while.
    db.session.remove()
    teller = _Teller()
    drafts = [draft for _, _, draft in parts]
    for text, said, draft in parts:
        yield from teller.tell(draft.lead)
        yield from _prose(draft, teller, text, said, stop)
        if not stop():
            yield from teller.tell(
                block for block in draft.tail if draft is drafts[-1] or not isinstance(block, Asks)
            )
    lists = [draft for draft in drafts if draft.intent == "search"]
    base = lists[-1] if lists else drafts[0]
    yield Done(
        Answer(
            intent=drafts[0].intent,
            blocks=tuple(teller.blocks),
            citations=tuple(teller.ledger.citations),
            numbers=tuple(teller.ledger.numbers),
            conditions=base.conditions,
            sort=base.sort,
            trims=tuple(dict.fromkeys(trim for draft in drafts for trim in draft.trims)),
            refused=all(draft.refused for draft in drafts),
            writer="model" if teller.written else "rules",
            withheld=tuple(teller.withheld),
            situation=situation,
        )
    )


def _prose(
    draft: Draft, teller: _Teller, text: str, said: str, stop: Callable[[], bool]
) -> Iterator[Event]:
    """Sentences of the model where there is one and they hold; else those of the rules."""
    if not draft.prose or not draft.material or not llm.is_configured():
        yield from teller.tell(draft.prose)
        return
    yield Status("正在组织语言")
    told = " ".join(part.text for part in all_parts(draft.lead))
    written = Written()
    parts: list[Part] = []
    for part in write(text, told, draft.material, written, stop, said):
        parts.append(part)
        yield from teller.sentence(part, first=len(parts) == 1)
    if parts:
        teller.blocks.append(Paragraph(tuple(teller.written[-len(parts) :])))
    count_withheld(written.withheld)
    teller.withheld += [Withheld(text, reason) for text, reason in written.kept_back]
    if stop():
        return
    if not written.holds:
        if not written.gave_up:
            reason = written.trouble or "withheld"
            yield from teller.tell((Remark(words(_TROUBLE[reason])),))
        yield from teller.tell(_unsaid(draft.prose, {part.text for part in parts}))


def _unsaid(blocks: Iterable[DraftBlock], said: set[str]) -> Iterator[DraftBlock]:
    """The blocks without sentences that are shown already."""
    for block in blocks:
        if isinstance(block, Sentences | Points):
            told = block.parts if isinstance(block, Sentences) else block.items
            if left := tuple(part for part in told if part.text not in said):
                yield (
                    Sentences(left) if isinstance(block, Sentences) else replace(block, items=left)
                )
        else:
            yield block


class _Teller:
    """Turns blocks into events and keeps them for the whole answer."""

    def __init__(self) -> None:
        self.ledger = Ledger()
        self.blocks: list[Block] = []
        self.written: list[Sentence] = []
        self.withheld: list[Withheld] = []
        self._spoken = False

    def tell(self, drafts: Iterable[DraftBlock]) -> Iterator[Event]:
        for draft in drafts:
            block = self.ledger.block(draft)
            beside_cards = bool(self.blocks) and isinstance(self.blocks[-1], Cards)
            self.blocks.append(block)
            yield from self._sources()
            match block:
                case Paragraph(sentences):
                    yield self._text("".join(s.text for s in sentences))
                case Bullets() if beside_cards:
                    continue  # the cards say the same; words are for who copies or cites them
                case Bullets(items, ordered):
                    marks = (f"{n}. " if ordered else "- " for n in range(1, len(items) + 1))
                    lines = (m + i.text for m, i in zip(marks, items, strict=True))
                    yield self._text("\n".join(lines))
                case Note(text):
                    yield self._text(text)
                case Cards():
                    yield Cars(block)
                case _:
                    continue

    def sentence(self, part: Part, *, first: bool) -> Iterator[Event]:
        sentence = self.ledger.sentence(part)
        self.written.append(sentence)
        yield from self._sources()
        text = self._text(sentence.text) if first else Text(sentence.text)
        yield replace(text, writer="model")

    def _sources(self) -> Iterator[Event]:
        if citations := self.ledger.new_citations():
            yield Citations(citations)
        if numbers := self.ledger.new_numbers():
            yield Numbers(numbers)

    def _text(self, text: str) -> Text:
        """A new paragraph of its own, after a blank line but for the first."""
        break_, self._spoken = ("\n\n" if self._spoken else ""), True
        return Text(break_ + text)
