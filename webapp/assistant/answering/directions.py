"""Whether a comparison in a model's words holds: the rows decide, not the order of the words.

“比起天舟，北斗便宜一些” and “北斗比天舟便宜” claim the same: the guide price of 北斗 is the lower
one. A claim is looked up among the rows of the material; what they cannot tell is no claim held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.assistant.answering.draft import Item
from webapp.assistant.answering.numerals import value_of
from webapp.catalogue.measures import MEASURES

_MORE_WORDS: Final = (("range_km", "远", 1), ("fuel_l_100km", "省", -1), ("fuel_l_100km", "费", 1))
"""Words beside those of the measures: (key, word, sign)."""
_BEFORE_OTHER: Final = ("比起", "相较于", "相较", "相比", "比", "较")
"""Stand right before the car that is compared with; the longer ones first."""
_TURNED: Final = ("不如", "没有", "不及")
_AFTER_OTHER: Final = ("相比", "比起来", "比")
_SAME: Final = ("相同", "一样", "差不多", "持平")
NEARLY: Final = 0.05
"""Figures that differ by no more of the larger one are called about the same."""

Mention = tuple[int, int, str]
"""Where a car is named: start, end, name."""


@dataclass(frozen=True)
class Claim:
    """`subject` has more of `key` than `other` where `sign` is 1, less where -1, and about as
    much where 0; `other` None stands for all other cars of the rows."""

    key: str
    sign: int
    subject: str
    other: str | None


def holds(text: str, mentions: Sequence[Mention], items: Iterable[Item]) -> bool | None:
    """Whether every comparison of the sentence is what the rows say; None where one cannot be
    told from them. `mentions` are the cars it names, in order."""
    figures = _figures(items)
    claims = list(_claims(text, mentions, figures))
    told = [None if claim is None else _is_so(claim, figures) for claim in claims]
    if not told or None in told:
        return None
    return all(told)


def _figures(items: Iterable[Item]) -> dict[str, dict[str, float]]:
    """By key the figure of each car by name; a car with two versions in the material has none."""
    figures: dict[str, dict[str, float]] = {}
    doubled: set[tuple[str, str]] = set()
    for item in items:
        if item.kind != "row" or not item.part.numbers:
            continue
        number = item.part.numbers[0]
        value, key = value_of(number.text), number.source.rpartition(":")[2]
        if value is None or key not in MEASURES or not item.car:
            continue
        of_key = figures.setdefault(key, {})
        if of_key.setdefault(item.car, value) != value:
            doubled.add((key, item.car))
    for key, car in doubled:
        del figures[key][car]
    return figures


def _claims(
    text: str, mentions: Sequence[Mention], figures: dict[str, dict[str, float]]
) -> Iterator[Claim | None]:
    for at, word, signs in _words_that_compare(text):
        key = _key_meant(text, signs, figures)
        pair = _compared(text, at, mentions)
        if key is None or pair is None:
            yield None
            continue
        subject, other, turned = pair
        sign = signs[key] if word not in _SAME else 0
        yield Claim(key, -sign if turned else sign, subject, other)


def _words_that_compare(text: str) -> Iterator[tuple[int, str, dict[str, int]]]:
    """Each word that says more or less of something, where it stands, and the sign it has by
    key."""
    signs: dict[str, dict[str, int]] = {}
    for key, measure in MEASURES.items():
        signs.setdefault(measure.less, {})[key] = -1
        signs.setdefault(measure.more, {})[key] = 1
    for key, word, sign in _MORE_WORDS:
        signs.setdefault(word, {})[key] = sign
    for word in _SAME:
        signs[word] = dict.fromkeys(MEASURES, 0)
    at = 0
    while at < len(text):
        found = next(
            (w for w in sorted(signs, key=len, reverse=True) if text.startswith(w, at)), ""
        )
        if found and _is_compared(text, at, found):
            yield at, found, signs[found]
        at += max(len(found), 1)


def _is_compared(text: str, at: int, word: str) -> bool:
    """“车长” and “大约” say nothing of more; “更长”, “最长”, “比天舟长” and “便宜” do."""
    if word in _SAME or len(word) > 1 or text[at - 1 : at] in ("更", "最"):
        return True
    before = text[:at]
    follows = text[at + 1 : at + 2]
    return any(mark in before for mark in (*_BEFORE_OTHER, *_TURNED)) and not (
        "\u4e00" <= follows <= "\u9fff" and follows not in "一些了不得很多出，。"
    )


def _key_meant(
    text: str, signs: dict[str, int], figures: dict[str, dict[str, float]]
) -> str | None:
    """The one measure among the rows the word can be about: named in the sentence, else alone."""
    possible = [key for key in signs if key in figures]
    named = [key for key in possible if MEASURES[key].label in text]
    if len(named) == 1:
        return named[0]
    return possible[0] if len(possible) == 1 else None


def _compared(
    text: str, at: int, mentions: Sequence[Mention]
) -> tuple[str, str | None, bool] | None:
    """Who is said to have more or less than whom, and whether the words turn it round."""
    other, turned = None, False
    for start, end, name in mentions:
        before, after = text[:start].rstrip("，, "), text[end:].lstrip("，, ")
        if start < at and before.endswith(_TURNED):
            other, turned = name, True
        elif other is not None and before.endswith(_AFTER_OTHER[:2]):
            continue  # “和天舟相比，北斗”: what came before is compared with
        elif before.endswith(_BEFORE_OTHER):
            other = name
        elif other is None and before.endswith(("和", "与", "跟", "同")):
            other = name if after.startswith(_AFTER_OTHER) else None
    subjects = [name for start, _, name in mentions if name != other and start < at]
    if not subjects:
        return None
    return subjects[-1], other, turned


def _is_so(claim: Claim, figures: dict[str, dict[str, float]]) -> bool | None:
    of_key = figures[claim.key]
    own = of_key.get(claim.subject)
    others = [
        value
        for car, value in of_key.items()
        if car != claim.subject and claim.other in (None, car)
    ]
    if own is None or not others:
        return None
    if claim.sign == 0:
        return all(abs(own - value) <= NEARLY * max(own, value) for value in others)
    return all((own - value) * claim.sign > 0 for value in others)
