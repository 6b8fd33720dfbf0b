"""Longest match over many words, letting people put spaces and hyphens where they like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Generic, NamedTuple, TypeVar

Payload = TypeVar("Payload")

SEPARATORS: Final = frozenset(" -_·.‑–&/':")
_INSIDE_NAMES: Final = frozenset("-·")
"""Separators that stand between two Chinese characters of one name: 阿尔法·罗密欧."""


class Match(NamedTuple, Generic[Payload]):
    end: int
    payload: Payload


class _Node(Generic[Payload]):
    __slots__ = ("after", "payload")

    def __init__(self) -> None:
        self.after: dict[str, _Node[Payload]] = {}
        self.payload: Payload | None = None


class Trie(Generic[Payload]):
    """Words without separators to payloads."""

    def __init__(self) -> None:
        self._root: _Node[Payload] = _Node()

    def get(self, word: str) -> Payload | None:
        node: _Node[Payload] | None = self._root
        for char in word:
            node = node.after.get(char) if node else None
        return node.payload if node else None

    def put(self, word: str, payload: Payload) -> None:
        node = self._root
        for char in word:
            node = node.after.setdefault(char, _Node())
        node.payload = payload

    def matches(self, text: str, start: int) -> Iterator[Match[Payload]]:
        """All words that stand at `start`, shortest first."""
        node, at = self._root, start
        while at < len(text):
            following = node.after.get(text[at])
            if following is None:
                bridged = _bridge(text, at) if at > start else at
                if bridged == at:
                    return
                at = bridged
                continue
            node, at = following, at + 1
            if node.payload is not None:
                yield Match(at, node.payload)

    def slips(self, text: str, start: int) -> Iterator[Slip[Payload]]:
        """All words that stand at `start` but for one Chinese character."""
        ways = [_Way(self._root, start, -1, "", 0, 0)]
        while ways:
            way = ways.pop()
            if way.wrong >= 0 and way.node.payload is not None:
                yield Slip(way.at, way.node.payload, way.wrong, way.meant, way.length, way.han)
            at = _bridge(text, way.at) if way.at > start else start
            if at < len(text):
                ways += _onward(way, text, at)


class _Way(NamedTuple, Generic[Payload]):
    """A path through the trie so far; `wrong` is -1 while every character was right."""

    node: _Node[Payload]
    at: int
    wrong: int
    meant: str
    length: int
    han: int


def _onward(way: _Way[Payload], text: str, at: int) -> Iterator[_Way[Payload]]:
    char = text[at]
    right = way.node.after.get(char)
    length, han = way.length + 1, way.han + is_han(char)
    if right is not None:
        yield _Way(right, at + 1, way.wrong, way.meant, length, han)
    if way.wrong < 0 and is_han(char):
        following = text[at + 1] if at + 1 < len(text) else ""
        for meant, node in way.node.after.items():
            # Only ways that end here or go on: most of the hundreds of children do not.
            if meant != char and is_han(meant) and (way.length or following in node.after):
                yield _Way(node, at + 1, at, meant, length, han)


class Slip(NamedTuple, Generic[Payload]):
    """A word found with one wrong Chinese character: text[wrong] where `meant` should be.

    `length` and `han` count the word's characters and its Chinese ones.
    """

    end: int
    payload: Payload
    wrong: int
    meant: str
    length: int
    han: int


def _bridge(text: str, at: int) -> int:
    """Where a word may go on behind separators at `at`: `cx-5`, `宝马 x3`; no space between two
    Chinese characters (纯电 动力 is not 纯电动), nothing between two digits."""
    end = at
    while end < len(text) and end - at < 3 and text[end] in SEPARATORS:
        end += 1
    if end == at or end == len(text):
        return at
    before, after = text[at - 1], text[end]
    if before.isdigit() and after.isdigit():
        return at
    joined = _is_latin(before) or _is_latin(after) or _INSIDE_NAMES.issuperset(text[at:end])
    return end if joined else at


def is_han(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()
