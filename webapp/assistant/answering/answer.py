"""One answer from question to `Done`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from webapp.assistant.answering import guard
from webapp.assistant.answering.classmates import compose_class
from webapp.assistant.answering.comparing import compose_compare
from webapp.assistant.answering.consulting import (
    compose_consult,
    is_advice,
    is_known,
    is_near,
    is_told_of,
)
from webapp.assistant.answering.costs import compose_costs
from webapp.assistant.answering.counting import count_withheld
from webapp.assistant.answering.dangers import compose_danger
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.lacking import compose_lacking
from webapp.assistant.answering.ledger import Ledger
from webapp.assistant.answering.looking_up import compose_lookup
from webapp.assistant.answering.other import (
    compose_other,
    refuse,
    refuse_promise,
    says_itself,
)
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Points,
    Remark,
    Sentences,
    all_parts,
    words,
)
from webapp.assistant.answering.preparing import with_preparation
from webapp.assistant.answering.ranking import compose_ranking
from webapp.assistant.answering.reasons import compose_reasons
from webapp.assistant.answering.recommending import compose_recommendation, tells_use
from webapp.assistant.answering.reputation import is_of_repute
from webapp.assistant.answering.searching import compose_search
from webapp.assistant.answering.selling import compose_sales
from webapp.assistant.answering.steps import compose_steps
from webapp.assistant.answering.sums import compose_sum
from webapp.assistant.answering.task import STRONG_OR_WEAK, Task
from webapp.assistant.answering.used import compose_used
from webapp.assistant.answering.writing import Written, write
from webapp.assistant.dialogue import holding, model
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
)
from webapp.backends import llm
from webapp.extensions import db
from webapp.search.understanding.result import Intent

_COMPOSERS: Final[dict[Intent, Callable[[Task], Draft]]] = {
    "search": compose_search,
    "compare": compose_compare,
    "lookup": compose_lookup,
    "consult": compose_consult,
    "other": compose_other,
}
_BEFORE: Final[tuple[Callable[[Task], Draft | None], ...]] = (
    compose_used,
    compose_sum,
    compose_costs,
    compose_sales,
    compose_lacking,
    compose_recommendation,
)
"""Asked in turn before the composer of the intent: the first that has something to say, says it."""
_DOING: Final[dict[Intent, str]] = {
    "search": "正在按条件找车",
    "compare": "正在对比参数",
    "lookup": "正在查参数",
    "consult": "正在查资料",
    "other": "正在回答",
}
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
    yield Status("正在理解问题")
    refusal = _refusal(question)
    if refusal is not None:
        yield from _told([(question.text, question.text, refusal)], None, stop)
        return
    turn = holding.turn_of(question)
    if model.plans():
        yield Status("正在想怎么查")
        turn = turn if (plan := model.planned(turn.said)) is None else turn.planned(plan)
    tasks = turn.tasks
    if turn.plan.rule != model.RULE and _is_advice(tasks[0], question):
        tasks = (replace(tasks[0], intent="consult"), *tasks[1:])
    yield Status(_DOING[tasks[0].intent])
    drafts = [with_preparation(_composed(task)) for task in tasks]
    situation = holding.after(turn, zip(tasks, drafts, strict=True)).dump()
    composed = [(task.text, task.said, draft) for task, draft in zip(tasks, drafts, strict=True)]
    yield from _told(composed, situation, stop)


def _told(
    composed: Sequence[tuple[str, str, Draft]], situation: str | None, stop: Callable[[], bool]
) -> Iterator[Event]:
    """The answer in events; of each part the question, everything the visitor said, and what was
    composed. What a follow-up starts from is the last list, else the first part."""
    # Nothing of the session is needed any more, and the answer may take a while.
    db.session.remove()
    teller = _Teller()
    drafts = [draft for _, _, draft in composed]
    for text, said, draft in composed:
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
            situation=situation,
        )
    )


def _is_advice(task: Task, question: Question) -> bool:
    """The knowledge base answers what the rules read as something else."""
    if task.ranking or task.steps:
        return False
    if task.intent in ("search", "lookup") and is_of_repute(task):
        return True
    match task.intent:
        case "other":
            if task.missing:
                return False
            return is_known(task.text) or (not says_itself(task.text) and is_near(task.text))
        case "search":
            if _is_no_search(task) and not tells_use(task.text) and is_known(task.text):
                return True
            if _is_no_search(task) and not (tells_use(task.text) or question.history):
                return is_near(task.text, mostly=True) or is_advice(task)
            return not question.history and is_advice(task)
        case "lookup":
            return is_told_of(task)
        case "compare":
            return STRONG_OR_WEAK.search(task.text) is not None and not task.unread
        case _:
            return False


def _is_no_search(task: Task) -> bool:
    """Nothing to look for was read: 落地价包含哪些钱, 没指标能买啥车."""
    return not (task.conditions or task.sort or task.changes or task.seen)


def _composed(task: Task) -> Draft:
    if (danger := compose_danger(task)) is not None:
        return danger
    if (steps := compose_steps(task)) is not None:
        return steps
    if task.why:
        return compose_reasons(task)
    if task.among_class and (draft := compose_class(task)) is not None:
        return draft
    if task.ranking and (draft := compose_ranking(task, task.ranking)) is not None:
        return draft
    for compose in _BEFORE:
        if (draft := compose(task)) is not None:
            return draft
    return _COMPOSERS[task.intent](task)


def _refusal(question: Question) -> Draft | None:
    """What is refused before anything is looked up."""
    if guard.wants_instructions(question.text):
        return refuse("这类要求我不执行，也不展示内部说明。")
    if guard.wants_promise(question.text):
        return refuse_promise(holding.turn_of(question).task)
    return None


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
