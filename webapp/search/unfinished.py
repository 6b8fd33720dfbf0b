"""What the search box says of a sentence that is still being typed: how it reads so far, and
how its last word could go on."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from webapp.catalogue import addresses
from webapp.catalogue.filters import Selection
from webapp.catalogue.filters.words import sentence as in_words
from webapp.search.completions import completions
from webapp.search.explicit import explicit
from webapp.search.service import read_sentence

MIN_READ: Final = 2
"""Conditions from which on a text is a sentence rather than one word that is offered anyway."""
CONTINUED: Final = 4
_TAIL: Final = re.compile(r"(.*[\s，,、。；;的])([^\s，,、。；;的]{1,12})", re.S)


class Reading(NamedTuple):
    """A sentence so far: its conditions in words, and the list that has them."""

    text: str
    url: str


def reading_of(typed: str) -> Reading | None:
    """How a sentence reads so far; None while it is no more than a word."""
    understood = read_sentence(typed)
    if understood.intent != "search" or len(understood.conditions) < MIN_READ:
        return None
    selection = explicit(typed, understood, Selection())
    return Reading(in_words(selection), selection.url())


def continued(typed: str) -> list[Reading]:
    """The sentence with its last word completed to a condition, as sentences to be read."""
    match = _TAIL.fullmatch(typed)
    if match is None:
        return []
    head, tail = match.groups()
    found = completions(tail.casefold(), limit=CONTINUED)
    return [
        Reading(head + one.text, addresses.listing(q=head + one.text))
        for one in found
        if one.text != tail
    ]
