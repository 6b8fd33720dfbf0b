"""A sentence tried on the assistant: how it is read, planned and answered, step by step."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from flask import current_app

from webapp.assistant.answering.answer import followed
from webapp.assistant.answering.composing import Composed
from webapp.assistant.answering.draft import Item
from webapp.assistant.calls import dump
from webapp.assistant.dialogue import choice, situation
from webapp.assistant.dialogue.kinds import Kind
from webapp.assistant.events import Answer, Done, PastTurn, Question
from webapp.catalogue.filters.words import phrase

REASONS: Final = {
    "no_source": "没有标出处",
    "unknown_source": "出处不存在",
    "number": "数字没有出处",
    "name": "提到素材里没有的车",
    "claim": "素材里没有这样说",
    "comparison": "素材里没有这样比",
    "promise": "作了承诺",
    "leak": "说到自己的指令",
    "form": "格式不对",
}
"""Why a model's sentence was withheld, for staff."""
KINDS: Final[dict[Kind, str]] = {
    "find": "找车",
    "refine": "改条件",
    "figure": "问参数",
    "versions": "问版本",
    "compare": "对比",
    "rank": "排名",
    "sales": "问销量",
    "sum": "算账",
    "advise": "问建议",
    "judge": "问评价",
    "tell": "说自己的情况",
    "talk": "闲聊",
}
KINDS_SHOWN: Final = 3
EARLIER: Final = 3
"""Questions asked before it that a try may begin with."""


@dataclass(frozen=True)
class Step:
    """One question of the message. What was refused unread has neither parse nor plan; JSON is
    given as text."""

    text: str
    intent: str
    conditions: tuple[tuple[str, str, bool], ...] = ()
    """In words, the words they come from, and whether only hinted at."""
    unread: tuple[str, ...] = ()
    unsupported: tuple[tuple[str, str], ...] = ()
    """Wishes no list can be filtered by, and why."""
    cues: tuple[tuple[str, str], ...] = ()
    asked: str = ""
    before: str = ""
    after: str = ""
    rule: str = ""
    kinds: tuple[tuple[str, float], ...] = ()
    """What the sentence is most like, with the probability."""
    calls: tuple[str, ...] = ()
    material: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Tried:
    steps: tuple[Step, ...]
    answer: Answer


def tried(question: str, earlier: Iterable[str] = ()) -> Tried:
    """Answer a question as a visitor would get it, after others; nothing of it is kept."""
    # Answering gives the session back half-way: one of its own leaves that of the request alone.
    with current_app.app_context():
        history: tuple[PastTurn, ...] = ()
        for text in list(earlier)[:EARLIER]:
            history = (*history, PastTurn.of(text, _answered(Question(text, history))[1]))
        found, done = _answered(Question(question, history))
        known = situation.before(history)
        steps = []
        for one in found:
            steps.append(_step(one, known))
            known = one.after or known
        return Tried(tuple(steps), done)


def _answered(question: Question) -> tuple[list[Composed], Answer]:
    found: list[Composed] = []
    for event in followed(question, lambda: False, found):
        if isinstance(event, Done):
            return found, event.answer
    raise RuntimeError("an answer ends with Done")


def _step(one: Composed, known: situation.Situation) -> Step:
    intent, before = one.drafts[0].intent, _json(asdict(known))
    if one.turn is None:
        return Step(one.text, intent, before=before, after=before)
    said, plan = one.turn.said, one.turn.plan
    read = said.reading
    return Step(
        text=one.text,
        intent=intent,
        conditions=tuple((phrase(c.condition), c.words, c.inferred) for c in read.conditions),
        unread=tuple(word.text for word in read.unread),
        unsupported=tuple((each.text, each.why) for each in read.unsupported),
        cues=tuple(
            (cue.text, "、".join(dict.fromkeys(f"{m.cue} {m.of}".strip() for m in cue.meanings)))
            for cue in said.heard.cues
        ),
        asked="、".join(filter(None, (read.field, *(word for row in read.asked for word in row)))),
        before=before,
        after=_json(asdict(one.after)) if one.after else before,
        rule=plan.rule,
        kinds=tuple((KINDS[k], p) for k, p in choice.kinds_said(said).first(KINDS_SHOWN)),
        calls=tuple(_json(dump(call)) for call in plan.calls),
        material=tuple(item for draft in one.drafts for item in draft.material),
    )


def _json(data: dict[str, Any]) -> str:
    """To be read by people: empty entries are left out."""
    kept = {name: value for name, value in data.items() if value not in ((), [], None, "")}
    return json.dumps(kept, ensure_ascii=False, indent=2)
