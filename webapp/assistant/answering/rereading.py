"""An earlier question read again, with a car in front where it names none."""

from __future__ import annotations

import re

from webapp.assistant.answering.pointing import without_pointing
from webapp.assistant.events import PastTurn
from webapp.catalogue.filters import Condition
from webapp.search.names import all_names
from webapp.search.service import read_sentence


def field_asked(turn: PastTurn) -> str | None:
    """What an earlier lookup asked for, read again with a car in front."""
    name = any_series()
    return (
        read_sentence(turn.question).field
        or read_sentence(f"{name}{without_pointing(turn.question)}").field
    )


def wanted_before(turn: PastTurn) -> tuple[Condition, ...]:
    field = field_asked(turn)
    return values_named(without_pointing(turn.question), field) if field else ()


def values_named(text: str, field: str) -> tuple[Condition, ...]:
    """What a yes-no question names of a field: “有四驱吗” names 四驱."""
    said = re.sub("[吗么嘛?？。！!]+$", "", text)
    return tuple(r.condition for r in read_sentence(said).conditions if r.condition.field == field)


def any_series() -> str:
    return next((n.text for n in all_names() if n.kind == "series"), "")


def without_name(text: str, series: str) -> str:
    """The text in lower case without the names of the series, its brand in front or not."""
    folded = text.lower()
    own = next((n for n in all_names() if n.kind == "series" and n.text == series), None)
    if own is None:
        return folded
    for form in sorted(own.forms, key=len, reverse=True):
        spaced = "[ -]*".join(map(re.escape, form))
        folded = re.sub(spaced, " ", folded)
    return folded
