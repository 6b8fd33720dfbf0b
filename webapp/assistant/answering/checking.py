"""Whether a sentence a model wrote may be shown: each numeral, name and claim has its material.

A sentence arrives with slots (`{{r1}}`) and marks (`[p1]`). It is shown with the slots filled
by us, or not at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from webapp.assistant.answering import guard
from webapp.assistant.answering.draft import Item
from webapp.assistant.answering.numerals import numerals, value_of
from webapp.assistant.answering.parts import QUESTION, Part
from webapp.assistant.events import Number
from webapp.search.compiled import PerVersion
from webapp.search.names import all_names, fold

Reason = Literal[
    "no_source",
    "unknown_source",
    "number",
    "name",
    "claim",
    "comparison",
    "promise",
    "leak",
    "form",
]

SUPPORT: Final = 0.5
"""Share of a sentence's pairs of characters that must stand in what it cites."""
LEAST_PAIRS: Final = 4
"""Of a sentence with fewer pairs all must stand there."""
LONGEST: Final = 200

_SLOT: Final = re.compile(r"\{\{\s*([rcp][0-9]{1,3})\s*\}\}")
_MARK: Final = re.compile(
    r"\s*[\[【(（]([rcp][0-9]{1,3}(?:\s*[,，、;；\s]\s*[rcp][0-9]{1,3})*)[\]】)）]"
)
_KEY: Final = re.compile(r"[rcp][0-9]{1,3}")
_MARKUP: Final = re.compile(r"\*\*|__|`+|^#+\s*|^[-*•>]\s+|^\d{1,2}[.、)]\s*", re.MULTILINE)
_FOREIGN: Final = re.compile(
    r"https?:|www\.|<[a-z/!]|\]\(|!\[|&#?\w+;|[\u200b-\u200f\u202a-\u202e]", re.IGNORECASE
)
_COMPARES: Final = re.compile(
    "更[\u4e00-\u9fff]|比.{1,20}(?:[长短高低大小快慢贵多少]|便宜|省|远|强|好)|最[\u4e00-\u9fff]|"
    "高于|低于|超过|不如|领先|落后|胜过|优于|劣于|便宜|两倍|一半|相同|一样|差不多"
)
_SAYS_SOMETHING: Final = re.compile(r"[\u4e00-\u9fff]{2}|\{\{")
_DENIES: Final = re.compile(
    "不(?!同|过|仅|但|少|断|久|妨|如|足|一定|论|管|只)|没有|没|无法|未(?!来|知)|并非|禁止"
)
_FILLER: Final = re.compile(
    "[的了是在和与或也都就还又而但则把被对从到为以及其这那它们个款车会能可有无不]"
)


@dataclass(frozen=True)
class Verdict:
    """A sentence that may be shown, or the reason why it is withheld."""

    part: Part | None
    reason: Reason | None = None


def check(sentence: str, items: Mapping[str, Item], question: str) -> Verdict:
    """`sentence` as the model wrote it; `items` by key; `question` is what the visitor said."""
    text = _MARKUP.sub("", sentence).strip()
    marked = [key for found in _MARK.finditer(text) for key in _KEY.findall(found[1])]
    slots = _SLOT.findall(text)
    text = _MARK.sub("", text)
    cited = dict.fromkeys([*marked, *slots])
    if any(key not in items for key in cited):
        return Verdict(None, "unknown_source")
    if not cited:
        return Verdict(None, "no_source")
    if len(text) > LONGEST or _FOREIGN.search(text) or not _SAYS_SOMETHING.search(text):
        return Verdict(None, "form")
    sources = [items[key] for key in cited]
    bare = _SLOT.sub("", text)
    if reason := _objection(bare, sources, question):
        return Verdict(None, reason)
    part = _filled(text, items, sources, question)
    if part is None:
        return Verdict(None, "number")
    if guard.promises(part.text):
        return Verdict(None, "promise")
    if guard.leaks(part.text):
        return Verdict(None, "leak")
    return Verdict(part)


def _objection(bare: str, sources: list[Item], question: str) -> Reason | None:
    if guard.promises(bare):
        return "promise"
    if guard.leaks(bare):
        return "leak"
    told = "".join(_told(item) for item in sources)
    if not set(named(bare)) <= {*named(told), *named(question)}:
        return "name"
    if not _comparison_told(bare, sources):
        return "comparison"
    if not _supported(bare, told, question):
        return "claim"
    return None


def _told(item: Item) -> str:
    return f"{item.about} {item.part.text}"


def named(text: str) -> list[str]:
    """Brands and series of the catalogue that a text names, in order of mention; of names that
    overlap the longer one."""
    found: list[tuple[int, str]] = []
    folded = fold(text)
    for form, name in _FORMS.get():
        while (at := folded.find(form)) >= 0:
            found.append((at, name))
            folded = folded[:at] + "\0" * len(form) + folded[at + len(form) :]
    return list(dict.fromkeys(name for _, name in sorted(found)))


def _plain_forms() -> list[tuple[str, str]]:
    """(form, name), longest form first; single characters are too common to be names."""
    forms = {form: n.text for n in all_names() for form in n.forms[: n.plain] if len(form) > 1}
    return sorted(forms.items(), key=lambda pair: -len(pair[0]))


_FORMS: Final = PerVersion("assistant_names", _plain_forms)


def _comparison_told(bare: str, sources: list[Item]) -> bool:
    """Words that compare need a passage that compares in those words, or something computed
    that says it of the same car."""
    compared = [match[0] for match in _COMPARES.finditer(bare)]
    if not compared:
        return True
    passages = "".join(item.part.text for item in sources if item.kind == "passage")
    computed = [item.part.text for item in sources if item.kind == "computed"]
    cars = named(bare)
    same_order = [
        text
        for text in computed
        if len(names := named(text)) > 1 and cars and [n for n in names if n in cars] == cars
    ]
    return all(
        words[-2:] in passages or any(words[-1] in text for text in same_order)
        for words in compared
    )


def _supported(bare: str, told: str, question: str) -> bool:
    said = _pairs(bare)
    known = _pairs(told) | _pairs(question)
    share = SUPPORT if len(said) >= LEAST_PAIRS else 1.0
    return len(said & known) >= share * len(said) and _denial_told(bare, told)


def _denial_told(bare: str, told: str) -> bool:
    """A sentence that denies, of material that denies nothing, turns it round."""
    return not _DENIES.search(bare) or bool(_DENIES.search(told))


def _pairs(text: str) -> set[str]:
    found: set[str] = set(re.findall(r"[a-z0-9.]{2,}", text.lower()))
    for run in re.findall("[\u4e00-\u9fff]+", _FILLER.sub(" ", text)):
        found |= {run[at : at + 2] for at in range(len(run) - 1)}
    return found


def _filled(
    text: str, items: Mapping[str, Item], sources: list[Item], question: str
) -> Part | None:
    """The sentence with its slots filled; None where a numeral has no source among those cited."""
    refs = tuple(dict.fromkeys(ref for item in sources for ref in item.part.refs))
    pieces: list[str] = []
    numbers: list[Number] = []
    at = 0
    for slot in [*_SLOT.finditer(text), None]:
        literal = text[at : slot.start()] if slot else text[at:]
        for numeral in numerals(literal):
            source = _source_of(numeral.text, sources, question)
            if source is None:
                return None
            numbers.append(Number(numeral.text, source))
        pieces.append(literal)
        if slot is not None:
            part = items[slot[1]].part
            filled = part.text.rstrip("。") if items[slot[1]].kind == "computed" else part.text
            pieces.append(filled)
            numbers += part.numbers
            at = slot.end()
    return Part("".join(pieces), tuple(numbers), refs)


def _source_of(numeral: str, sources: list[Item], question: str) -> str | None:
    """Where a figure that was written out stands: in what the sentence cites, or the question."""
    value = value_of(numeral)
    for item in sources:
        for number in item.part.numbers:
            if number.text == numeral or (value is not None and value_of(number.text) == value):
                return number.source
        if any(found.text == numeral for found in numerals(item.about)):
            return item.about_source
    if any(found.text == numeral for found in numerals(question)):
        return QUESTION
    return None
