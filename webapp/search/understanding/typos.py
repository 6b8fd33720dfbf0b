"""Names and words with one slip: a character that sounds alike, a wrong one, swapped letters,
or typed in pinyin. Careful, since a guess becomes a condition: see `_harmless`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple, TypeVar

import rjieba

from webapp.search.understanding.lexicon import Lexicon, Names
from webapp.search.understanding.sounds import sound_alike
from webapp.search.understanding.tables import rows, words_of
from webapp.search.understanding.trie import Slip, Trie
from webapp.search.understanding.vocabulary import Word

Payload = TypeVar("Payload")

_LONGEST: Final = 8
_SHORTEST_EDIT: Final = 5
_SHORTEST_PINYIN: Final = 4
_SHORTEST_UNLIKE: Final = 4


@dataclass(frozen=True)
class Spelling:
    """Text nobody knows from `at`: a run of Latin letters up to `end`, or Chinese."""

    text: str
    at: int
    end: int
    borders: frozenset[int]


class Meant(NamedTuple):
    """`alike`: whether the wrong character sounds like the right one."""

    end: int
    meant: Names | Word
    alike: bool = True


def misspelled(spelling: Spelling, lexicon: Lexicon) -> Meant | None:
    """What was probably meant at this place, or None."""
    if spelling.end > spelling.at:
        return _letters(spelling, lexicon)
    text, at = spelling.text, spelling.at
    found: list[Meant] = []
    for word in _one_off(text, at, lexicon.vocabulary.heard, by_sound=True):
        if text[at : word.end] not in _ordinary() and not _is_function(
            text[word.wrong], word.length
        ):
            found.append(Meant(word.end, word.payload))
    for name in _one_off(text, at, lexicon.names, by_sound=False):
        alike = sound_alike(text[name.wrong], name.meant)
        # 比亚迪宋 is a 比亚迪 of another name, not one misspelled.
        other = not alike and lexicon.names.get(text[at : name.wrong]) is not None
        if not other and _harmless(spelling, name):
            found.append(Meant(name.end, name.payload, alike))
    return max(found, key=lambda meant: (meant.end, meant.alike), default=None)


def _letters(spelling: Spelling, lexicon: Lexicon) -> Meant | None:
    """A run of letters: pinyin, initials, or a Latin form with one slip."""
    run = spelling.text[spelling.at : spelling.end]
    word = lexicon.heard_letters.get(run)
    if word:
        return Meant(spelling.end, word)
    names = lexicon.letters.get(run)
    if names:
        return Meant(spelling.end, names)
    if first := _first_of_several(run, lexicon):
        return Meant(spelling.at + first.end, first.meant)
    near = next((form for form in lexicon.latin_forms if _one_slip(run, form)), None)
    found = lexicon.names.get(near) if near else None
    return Meant(spelling.end, found) if found else None


def _first_of_several(run: str, lexicon: Lexicon) -> Meant | None:
    """The pinyin a run starts with, if something known follows: chundiansuv, xuhang500."""
    for end in range(len(run) - 1, _SHORTEST_PINYIN - 1, -1):
        meant = lexicon.heard_letters.get(run[:end]) or lexicon.letters.get(run[:end])
        if meant and (run[end].isdigit() or _starts_known(run[end:], lexicon)):
            return Meant(end, meant)
    return None


def _starts_known(rest: str, lexicon: Lexicon) -> bool:
    tries = (lexicon.vocabulary.words, lexicon.names)
    if any(match.end == len(rest) for trie in tries for match in trie.matches(rest, 0)):
        return True
    ends = range(_SHORTEST_PINYIN, len(rest) + 1)
    return any(
        rest[:end] in lexicon.heard_letters or rest[:end] in lexicon.letters for end in ends
    ) or any(
        rest[match.end].isdigit()
        for trie in tries
        for match in trie.matches(rest, 0)
        if match.end < len(rest)
    )


def _one_slip(typed: str, form: str) -> bool:
    """Two letters swapped, or in longer words one letter wrong, missing or too many."""
    if typed.isdigit() or abs(len(typed) - len(form)) > 1 or typed[0] != form[0]:
        return False
    if any(a != b for a, b in zip(_digits(typed), _digits(form), strict=False)):
        return False
    same = next((i for i, (a, b) in enumerate(zip(typed, form, strict=False)) if a != b), -1)
    if same < 0:
        return False
    if len(typed) == len(form):
        swapped = typed[same : same + 2] == form[same : same + 2][::-1]
        if swapped and typed[same + 2 :] == form[same + 2 :]:
            return True
        return len(form) >= _SHORTEST_EDIT and typed[same + 1 :] == form[same + 1 :]
    longer, shorter = (typed, form) if len(typed) > len(form) else (form, typed)
    return len(form) >= _SHORTEST_EDIT and longer[same + 1 :] == shorter[same:]


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _one_off(text: str, at: int, trie: Trie[Payload], *, by_sound: bool) -> list[Slip[Payload]]:
    """Words with one character off; `by_sound` where it must sound like the right one."""
    return [
        slip
        for slip in trie.slips(text, at)
        if slip.length <= _LONGEST
        and (not (by_sound or slip.han < 3) or sound_alike(text[slip.wrong], slip.meant))
    ]


def _harmless(spelling: Spelling, slip: Slip[Names]) -> bool:
    """Whether taking the slip for the name does not take an ordinary word away.

    Two characters of which one is wrong: only by sound, and no dictionary word may touch them.
    From three on a slip by sound, from four on any: a dictionary may not know the whole, nor
    of the latter a word with the wrong one in it.
    """
    text, start = spelling.text, spelling.at
    written = text[start : slip.end]
    alike = sound_alike(text[slip.wrong], slip.meant)
    if _is_function(text[slip.wrong], slip.length if alike else 0):
        return False
    if slip.end < len(text) and written[-1].isascii() and written[-1].isalnum():
        following = text[slip.end]
        if following.isascii() and following.isalnum():
            return False
    if rjieba.has_word(written) or written in _ordinary():
        return False
    if slip.length >= 3 and alike:
        return True
    if not alike and slip.length < _SHORTEST_UNLIKE:
        return False
    own = {slip.wrong, slip.wrong + 1} if slip.length > 2 else {*range(start, slip.end + 1)}
    return own <= spelling.borders


def _is_function(char: str, length: int) -> bool:
    """Whether a character is too frequent to be the slip in a word of that length."""
    if length > 3:
        return False
    return char in (_particles() if length < 3 else _endings())


@cache
def _endings() -> frozenset[str]:
    """The most frequent of all, which end or join what is said."""
    return _listed("endings")


@cache
def _particles() -> frozenset[str]:
    """Characters too frequent to be a slip of another."""
    return _listed("particles")


@cache
def _ordinary() -> frozenset[str]:
    """Ordinary words that a name or a word of the tables sounds like."""
    return _listed("words")


def _listed(kind: str) -> frozenset[str]:
    found = (row for row in rows("not_typos.csv") if row["kind"] == kind)
    return frozenset(word for row in found for word in words_of(row))
