"""A line under answers that the knowledge base might have made better, were it ready."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import COUNT, Part, Remark, bound, paragraph
from webapp.knowledge import service as knowledge

FROM_ROWS: Final = frozenset({"search", "compare", "lookup"})
"""Intents answered from the catalogue's rows; no passage would better what they found."""


def with_preparation(draft: Draft) -> Draft:
    """The draft, saying how far the knowledge base is where it is not ready: below what a
    refusal says first, before what else an answer ends with. Where nothing can be looked up yet
    that is no reason to refuse: the visitor is told to ask again."""
    if draft.intent in FROM_ROWS and not draft.refused:
        return draft
    state = knowledge.preparation()
    if state.complete or not (state.total or _has_nothing_to_say(draft)):
        return draft
    remark = Remark(bound(f"{state.line}。", COUNT))
    if knowledge.is_missing() and _has_nothing_to_say(draft):
        later = paragraph(Part("资料还在准备，过一会儿再问一次。"))
        return replace(draft, lead=(later, remark, *draft.lead[1:]))
    if draft.refused:
        return replace(draft, lead=(*draft.lead[:1], remark, *draft.lead[1:]))
    return replace(draft, tail=(remark, *draft.tail))


def _has_nothing_to_say(draft: Draft) -> bool:
    """It is refused for want of passages: an empty knowledge base is news to nobody else."""
    return draft.refused and draft.intent == "consult"
