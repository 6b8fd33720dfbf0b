"""Text taken to pieces, the same way for every engine.

The index holds each Chinese text as single characters and as pairs of neighbours, each Latin
word whole and by its parts, and each short text also as one piece without gaps: plain, so that
it is found when typed without gaps, and marked, so that a name typed in full can be told from
a part of a longer one. So whatever a visitor copies out of a name is found, known to a
dictionary or not, and a new name never makes an index stale. rjieba only says where a typed
run of Chinese may be split, so that 纯电轿车 finds 纯电 in one field and 轿车 in another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

RULES: Final = 1
"""Raise it with any change here that an existing index must follow."""

WHOLE_LENGTH: Final = 24
"""Longer texts are sentences, which nobody types without gaps."""

MARK: Final = "="
"""Begins the token of a whole text; no other token has it."""

_HAN: Final = "\u3400-\u9fff"
_RUN: Final = re.compile(f"[{_HAN}]+|[a-z0-9]+(?:[-+.][a-z0-9]+)*")
_JOINT: Final = re.compile("[-+.]")


def index_tokens(texts: Iterable[str]) -> list[str]:
    """The distinct tokens of a document's field, in order of appearance."""
    found: dict[str, None] = {}
    for text in texts:
        runs = _runs(text)
        for run in runs:
            found.update(dict.fromkeys(_pieces(run)))
        for one, next_ in pairwise(runs):  # PLUS DM-i, typed plusdmi
            if not _is_han(one) and not _is_han(next_):
                found[_joined([one, next_])] = None
        whole = _joined(runs)
        if 0 < len(whole) <= WHOLE_LENGTH:
            found[whole] = found[MARK + whole] = None
    found.pop("", None)
    return list(found)


def query_words(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Each word of a query as visitors read it, with the tokens that must stand together.

    Text without any letter or digit yields itself, which no document holds.
    """
    words: dict[str, tuple[str, ...]] = {}
    for run in _runs(text):
        for word in _split(run) if _is_han(run) else [run]:
            words[word] = _required(word)
    if not words and text.strip():
        return [(text.strip(), (text.strip().casefold(),))]
    return list(words.items())


def whole_names(text: str) -> list[str]:
    """What stands between blanks, and all of it, each as one piece: a name typed in full."""
    parts = [_joined(_runs(part)) for part in [*text.split(), text]]
    return [part for part in dict.fromkeys(parts) if 0 < len(part) <= WHOLE_LENGTH]


def whole_token(name: str) -> str:
    """The token of a text that is this name and nothing else; see `whole_names`."""
    return MARK + name


def _runs(text: str) -> list[str]:
    return _RUN.findall(unicodedata.normalize("NFKC", text).casefold())


def _is_han(run: str) -> bool:
    return run[0] >= "\u3400"


def _joined(runs: list[str]) -> str:
    return _JOINT.sub("", "".join(runs))


def _pairs(run: str) -> Iterator[str]:
    return (run[place : place + 2] for place in range(len(run) - 1))


def _pieces(run: str) -> Iterable[str]:
    if _is_han(run):
        return [*run, *_pairs(run)]
    return [_JOINT.sub("", run), *_JOINT.split(run)]


def _required(word: str) -> tuple[str, ...]:
    if not _is_han(word):
        return (_JOINT.sub("", word),)
    return tuple(dict.fromkeys(_pairs(word))) or (word,)


def _split(run: str) -> Iterator[str]:
    """Words of a Chinese run. A lone character goes with its neighbour: alone it would match
    nearly everything."""
    import rjieba  # 30 MB of dictionary, which only those who search by text should carry

    place = 0
    for word in rjieba.cut(run):
        if len(word) == 1 and len(run) > 1:
            start = max(0, place - 1)
            yield run[start : start + 2]
        else:
            yield word
        place += len(word)
