"""Which of the calls that rules make is the one: the first whose kind the sentence may be of.

Where a sentence is surely of another kind than all of them, the call is made of its kind.
"""

from __future__ import annotations

from typing import Final

from webapp.assistant.answering.smalltalk import talk_of
from webapp.assistant.calls import (
    ON,
    Call,
    Cars,
    FindCars,
    ListVersions,
    LookUp,
    Quote,
    Rank,
    Reply,
)
from webapp.assistant.dialogue.kinds import Kinds, State, kinds_of
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.situation import Told
from webapp.assistant.dialogue.updates import implied
from webapp.assistant.dialogue.wishes import merged, wants_of

SURE: Final = 0.7
"""From this probability on a sentence is of its kind."""
GOES_ON: Final = 0.35
"""From this probability on its subject stands in the sentence before."""


def kinds_said(said: Said) -> Kinds:
    return kinds_of(said.heard, state_of(said))


def state_of(said: Said) -> State:
    last = said.last
    if last is None:
        return "alone"
    if last.sum:
        return "sum"
    if last.intent == "search":
        return "list"
    return "topic" if last.intent == "consult" and not last.trims else "cars"


def allows(said: Said, kinds: Kinds, call: Call) -> bool:
    """Whether a sentence of these kinds may mean this call."""
    match call:
        case FindCars() | Rank(average=False):
            return _asks(said, kinds) < SURE
        case Reply("missing" | "unclear" | "talk") | Quote() if _tells_more(said, kinds):
            return False
        case Reply("missing" | "unclear" | "talk" as kind):
            readable = _on_topic(said, kinds) or (kind == "talk" and not _small_talk(said))
            return not (readable and _asks(said, kinds) >= SURE)
        case LookUp(unknown=(_, *_)) if said.cue("compares") and not said.task.absent:
            return kinds.of["advise"] < SURE  # AT和CVT哪个耐用
        case LookUp(unknown=(_, *_)):  # the car there is, in a sentence that looks for another
            return kinds.of["find"] < SURE or not said.searching.conditions
        case LookUp(field=None | "price_wan") if not said.pointed.trims:
            return True
        case Quote() | LookUp(field=None | "price_wan"):
            return kinds.of["versions"] < SURE or _versions(said) is None
        case _:
            return True


def instead(said: Said, kinds: Kinds) -> Call:
    """The call of what a sentence surely is."""
    versions = _versions(said) if kinds.of["versions"] >= SURE else None
    listed = (
        _list(said, kinds)
        if kinds.best in ("find", "tell") and not _on_topic(said, kinds)
        else None
    )
    return versions or listed or _advice(said, kinds)


def _small_talk(said: Said) -> bool:
    return talk_of(said.text, with_model=False) is not None


def _tells_more(said: Said, kinds: Kinds) -> bool:
    """Of the visitor, after a list."""
    return state_of(said) == "list" and kinds.of["tell"] >= SURE


def _asks(said: Said, kinds: Kinds) -> float:
    """The probability that it asks for advice or a sum; what is told in a topic belongs to it."""
    asks = kinds.of["advise"] + kinds.of["sum"]
    return asks + kinds.of["tell"] if state_of(said) in ("topic", "sum") else asks


def joined(said: Said, kinds: Kinds, call: Call) -> Call:
    """The call with the topic before a question that has no subject of its own."""
    if isinstance(call, Quote) and call.question == said.text and _on_topic(said, kinds):
        return _advice(said, kinds)
    return call


def _on_topic(said: Said, kinds: Kinds) -> bool:
    last = said.last
    of_no_car = last is not None and not last.trims and state_of(said) in ("topic", "sum")
    goes_on = kinds.goes_on >= GOES_ON or kinds.best == "tell"
    return of_no_car and not said.named and goes_on


def root_of(told: Told) -> str:
    """What a topic began with, of a question that went on with it."""
    return told.question.partition(ON)[0]


def _advice(said: Said, kinds: Kinds) -> Quote:
    cars = Cars(said.pointed.trims, said.pointed.series or said.own_series)
    if said.last is not None and _on_topic(said, kinds):
        return Quote(f"{root_of(said.last)}{ON}{said.text}", cars)
    if cars or said.last is None or said.named or kinds.goes_on < GOES_ON:
        return Quote(said.text, cars)
    return Quote(said.text, Cars(said.spoken[:1]))


def _list(said: Said, kinds: Kinds) -> Call | None:
    """A list of what the sentence wishes, with what is known of the visitor; the list before with
    that as well where it only tells."""
    wants, sort = wants_of(said.searching.conditions), said.searching.sort
    if kinds.best == "tell":
        wants, sort = merged(said.base_wants, wants), sort or said.base_sort
    return FindCars((*wants, *implied(said.known, wants)), sort) if wants else None


def _versions(said: Said) -> Call | None:
    other = () if said.task.unread or said.task.absent else said.names_of(said.spoken)
    names = said.own_series or said.pointed.series or other
    return ListVersions(names[0], said.qualifiers, "all") if len(names) == 1 else None
