"""The words of a sentence that mean nothing to the rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from webapp.search.understanding.clauses import Tokens
from webapp.search.understanding.normalise import Normal
from webapp.search.understanding.result import UnreadWord
from webapp.search.understanding.vocabulary import Vocabulary


def unread_words(
    tokens: Tokens, used: Collection[int], normal: Normal, original: str, known: Vocabulary
) -> tuple[UnreadWord, ...]:
    """Unknown words and numbers that became no condition, as they were typed. A filler that was
    not cut out as a word, 车 in 一辆车, is none."""
    found = []
    for start, end in _stretches(tokens, used):
        word = known.all_words.get(normal.text[start:end])
        if word is not None and "stop" in word.roles:
            continue
        begin, stop = normal.original(start, end)
        found.append(UnreadWord(original[begin:stop], begin, stop))
    return tuple(found)


def _stretches(tokens: Tokens, used: Collection[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring unknown characters as one word."""
    start = end = -1
    for index, token in enumerate(tokens):
        unknown = token.kind == "unknown"
        if index in used or not (unknown or token.amount):
            continue
        if unknown and token.start == end:
            end = token.end
            continue
        if end > start:
            yield start, end
        start, end = token.start, token.end
    if end > start:
        yield start, end
