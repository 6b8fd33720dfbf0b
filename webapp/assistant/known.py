"""What a conversation goes by, as a line of chips above the field; each can be taken away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from webapp.assistant.dialogue import situation
from webapp.assistant.dialogue.situation import Situation
from webapp.assistant.dialogue.updates import label_of
from webapp.assistant.models import Turn
from webapp.catalogue.filters.words import phrase


class KnownChip(NamedTuple):
    label: str
    key: str


def context(turns: Sequence[Turn]) -> dict[str, Any]:
    """The chips of the newest of these turns that has a situation, and its number."""
    for turn in reversed(turns):
        known = read(turn)
        if known is not None:
            return {"known": chips_of(known), "known_turn": turn.id}
    return {"known": [], "known_turn": None}


def read(turn: Turn) -> Situation | None:
    """None where nothing is kept, or only what an older version wrote."""
    try:
        return situation.load(turn.situation) if turn.situation else None
    except (ValueError, KeyError, TypeError):
        return None


def chips_of(known: Situation) -> list[KnownChip]:
    facts = [KnownChip(label_of(fact), fact.name) for fact in known.facts]
    wishes = [
        KnownChip(phrase(one.want.condition), situation.key_of(one.want)) for one in known.standing
    ]
    return facts + wishes
