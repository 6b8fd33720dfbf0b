"""Finds names by what has been typed so far: characters, pinyin, initials, or a slip of them.

Every form of a name becomes keys: the form itself, its pinyin, its initials, and pinyin that
begins or ends in initials (byd海 is looked up as bydhai, and 比亚迪海豹 has the key bydhaibao).
One sorted array of keys answers what begins with the typed text; slips are looked for only
where that finds too little. A smaller cost is a better match; names of equal cost stand in
the order they were given.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from webapp.search.pinyin import Readings, is_han, pieces, sounds

EXACT: Final = 0
PREFIX: Final = 10
INITIALS: Final = 20
INITIALS_PREFIX: Final = 30
SOUND: Final = 40
"""Added where only the sound is the same: 雅格 for 雅阁."""
INSIDE: Final = 60
SLIP: Final = 70
SLIP_PREFIX: Final = 80
NOTHING: Final = 999

OWN, OTHER, QUALIFIED, GROUP = range(4)
"""How a form belongs to its name, added to the cost: its own; another one; one with the brand's
name in front (比亚迪 is the brand before its series); that of a group."""
_SHORTEST_INSIDE: Final = 2
_SHORTEST_NUMBER: Final = 3
"""Digits with which a name is looked for inside: 20 stands in a hundred of them."""
_SHORTEST_SLIP: Final = 3
_SHORTEST_SLIP_PREFIX: Final = 4
_LONGEST_CUT: Final = 24
"""Characters to which names are compared with what was typed so far."""
_LAST: Final = "\U0010ffff"


class Spelled(NamedTuple):
    """One form of the name at `place`; `nearness` is `OWN`, `OTHER`, `QUALIFIED` or `GROUP`."""

    place: int
    form: str
    nearness: int


class _Key(NamedTuple):
    """`whole` is what it costs to match all of it, `part` to match its beginning."""

    text: str
    whole: int
    part: int


class NameIndex:
    """Immutable after it was built, so that threads can share it."""

    def __init__(self, spelled: Iterable[Spelled], readings: Readings) -> None:
        self._readings = readings
        keys: dict[tuple[str, int], tuple[int, int]] = {}
        slips: dict[str, set[int]] = {}
        forms: dict[str, set[int]] = {}
        for one in spelled:
            for key in _keys(one, readings):
                old = keys.get((key.text, one.place), (NOTHING, NOTHING))
                keys[key.text, one.place] = min(old, (key.whole, key.part))
            slips.setdefault("".join(sounds(one.form, readings)), set()).add(one.place)
            if one.nearness != QUALIFIED:
                slips.setdefault(one.form, set()).add(one.place)
                forms.setdefault(one.form, set()).add(one.place)
        # Columns instead of objects: there are some sixty keys to a name.
        ordered = sorted(keys)
        self._texts = [text for text, _ in ordered]
        self._places = array("I", (place for _, place in ordered))
        self._wholes = array("H", (keys[key][0] for key in ordered))
        self._parts = array("H", (keys[key][1] for key in ordered))
        self._forms = [(form, tuple(places)) for form, places in forms.items()]
        self._slip_texts = list(slips)
        self._slip_places = [tuple(places) for places in slips.values()]
        self._cuts: dict[int, tuple[list[str], list[tuple[int, ...]]]] = {}

    def find(self, typed: str, *, enough: int) -> dict[int, int]:
        """Places of names to the cost of their match, for folded text.

        Slips are looked for where fewer than `enough` names begin with what was typed.
        """
        if not typed:
            return {}
        sound = "".join(sounds(typed, self._readings))
        found: dict[int, int] = {}
        _merge(found, self._beginning(typed))
        if sound != typed:
            _merge(found, self._sounding(typed, sound))
        begun = sum(cost < INSIDE for cost in found.values())
        if len(typed) >= (_SHORTEST_NUMBER if typed.isdigit() else _SHORTEST_INSIDE):
            inside = ((p, INSIDE) for form, places in self._forms if typed in form for p in places)
            _merge(found, inside)
        surely = min(found.values(), default=NOTHING) < PREFIX and len(typed) <= _SHORTEST_SLIP
        if begun < enough and not surely and not typed.isdigit():
            for text in {typed, sound}:
                _merge(found, self._slipped(text))
        return found

    def _beginning(self, typed: str) -> Iterator[tuple[int, int]]:
        low = bisect_left(self._texts, typed)
        high = bisect_left(self._texts, typed + _LAST, low)
        for at in range(low, high):
            costs = self._wholes if self._texts[at] == typed else self._parts
            yield self._places[at], costs[at]

    def _sounding(self, typed: str, sound: str) -> Iterator[tuple[int, int]]:
        """What sounds like the typed characters. Letters among them (byd海) may be initials;
        one character alone sounds like too much."""
        parts = pieces(typed)
        if len(parts) == 1:
            return
        mixed = not all(map(is_han, parts))
        for place, cost in self._beginning(sound):
            if mixed or cost < INITIALS or cost == INSIDE:
                yield place, cost + SOUND

    def _slipped(self, text: str) -> Iterator[tuple[int, int]]:
        """One letter or character wrong, missing, too many, or two of them swapped."""
        if len(text) >= _SHORTEST_SLIP:
            for at in _near(text, self._slip_texts):
                yield from ((place, SLIP) for place in self._slip_places[at])
        if len(text) >= _SHORTEST_SLIP_PREFIX:
            for length in (len(text), len(text) - 1, len(text) + 1):
                beginnings, places = self._cut_to(min(length, _LONGEST_CUT))
                for at in _near(text, beginnings):
                    yield from ((place, SLIP_PREFIX) for place in places[at])

    def _cut_to(self, length: int) -> tuple[list[str], list[tuple[int, ...]]]:
        """The beginnings of that length, each once, with the names that begin so."""
        found = self._cuts.get(length)
        if found is None:
            cut: dict[str, set[int]] = {}
            for text, places in zip(self._slip_texts, self._slip_places, strict=True):
                cut.setdefault(text[:length], set()).update(places)
            found = self._cuts[length] = list(cut), [tuple(sorted(p)) for p in cut.values()]
        return found


def _near(text: str, others: list[str]) -> Iterator[int]:
    """Where the texts stand that are one slip away."""
    near = process.extract(text, others, scorer=OSA.distance, score_cutoff=1, limit=None)
    return (at for _, _, at in near)


def _merge(found: dict[int, int], more: Iterable[tuple[int, int]]) -> None:
    for place, cost in more:
        if cost < found.get(place, NOTHING):
            found[place] = cost


def _keys(one: Spelled, readings: Readings) -> Iterator[_Key]:
    """The keys of one form; a key of letters also stands for the form's pinyin."""
    parts = pieces(one.form)
    spoken = sounds(one.form, readings)
    short = [sound[0] if is_han(part) else sound for part, sound in zip(parts, spoken, strict=True)]
    for text in (one.form, "".join(spoken)):
        yield _Key(text, EXACT + one.nearness, PREFIX + one.nearness)
    if short == spoken:
        return
    for text in _cuts(short, spoken):
        yield _Key(text, INITIALS + one.nearness, INITIALS_PREFIX + one.nearness)
    if one.nearness < QUALIFIED:
        for start in range(1, len(spoken)):
            yield _Key("".join(spoken[start:]), INSIDE, INSIDE)


def _cuts(short: Sequence[str], spoken: Sequence[str]) -> Iterator[str]:
    for at in range(1, len(spoken) + 1):
        yield "".join((*short[:at], *spoken[at:]))
        yield "".join((*spoken[: at - 1], *short[at - 1 :]))
