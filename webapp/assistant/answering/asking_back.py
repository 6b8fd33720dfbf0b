"""What an answer asks back, with answers to tap: once for each, never two in a row, and always
beside something of use."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from webapp.assistant import once
from webapp.assistant.answering.draft import Draft
from webapp.assistant.dialogue.situation import Situation
from webapp.assistant.events import Asks, Cards

MANY: Final = 12
"""Cars from which on a list is worth narrowing."""
CHARGES: Final = frozenset({"BEV", "PHEV", "EREV"})


class _Back(NamedTuple):
    about: str
    question: str
    answers: tuple[str, ...]


_BUDGET: Final = _Back(
    "budget",
    "还没有说预算，大概多少？",
    ("10 万以内", "10 到 15 万", "15 到 25 万", "25 万以上"),
)
_CHARGING: Final = _Back(
    "charging",
    "家里或单位能固定充电吗？",
    ("家里能装充电桩", "没有充电桩"),
)


def with_question(known: Situation, draft: Draft) -> tuple[Draft, Situation]:
    """The draft with what it asks back at its end, and the situation `known` after it, which
    remembers that it was asked."""
    back = _worth_asking(known, draft)
    if back is None:
        return draft, known
    kept = tuple(block for block in draft.tail if not isinstance(block, Asks))
    asked = replace(draft, tail=(*kept, Asks(back.answers, back.question)))
    return asked, replace(known, asked_back=(*known.asked_back, (back.about, known.turn)))


def _worth_asking(known: Situation, draft: Draft) -> _Back | None:
    cards = next((block for block in (*draft.lead, *draft.tail) if isinstance(block, Cards)), None)
    before = dict(known.asked_back)
    if cards is None or (cards.total or 0) < MANY or known.turn - 1 in before.values():
        return None
    fields = {str(one["field"]) for one in draft.conditions}
    if "price_wan" not in fields and "brand" not in fields and _BUDGET.about not in before:
        return _BUDGET
    energies = {trim.energy for trim in once.trims_by_id(draft.trims)}
    weighs = bool(energies & CHARGES) and bool(energies - CHARGES)
    told = known.fact("place.home_charging") is not None
    if "energy" in fields or told or not weighs or _CHARGING.about in before:
        return None
    return _CHARGING
