"""Whether a sentence a model wrote may be shown: each numeral, name and claim has its material.

A sentence arrives with slots (`{{r1}}`) and marks (`[p1]`). It is shown with the slots filled
by us, or not at all. Two kinds need no material that says the same: a judgement, which has no
figure and no name or fact of its own and is marked as one (“它更适合城里通勤。（判断）”), and that
the material does not tell something, where it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from webapp.assistant.answering import guard
from webapp.assistant.answering.directions import Mention, holds
from webapp.assistant.answering.draft import Item
from webapp.assistant.answering.numerals import numerals, value_of
from webapp.assistant.answering.parts import QUESTION, Part
from webapp.assistant.events import Number
from webapp.catalogue.filters import FIELDS
from webapp.catalogue.reading.reference import parameters
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


_NOT_TOLD: Final = (
    "没有提到",
    "没有写",
    "没有列出",
    "没有给出",
    "没有记录",
    "没有说明",
    "未提及",
    "未说明",
    "没提",
)
_JUDGED: Final = "（判断）"


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
    if not slots and (untold := _untold(text, items.values(), question)) is not None:
        return Verdict(Part(text), None) if untold else Verdict(None, "claim")
    if not cited:
        return Verdict(None, "no_source")
    if len(text) > LONGEST or _FOREIGN.search(text) or not _SAYS_SOMETHING.search(text):
        return Verdict(None, "form")
    sources = [items[key] for key in cited]
    bare = _SLOT.sub("", text)
    reason = _objection(bare, sources, items.values(), question)
    judged = reason == "claim" and not slots and _is_judgement(bare, sources, question)
    if reason and not judged:
        return Verdict(None, reason)
    part = _filled(f"{text.rstrip()}{_JUDGED}" if judged else text, items, sources, question)
    if part is None:
        return Verdict(None, "number")
    if guard.promises(part.text):
        return Verdict(None, "promise")
    if guard.leaks(part.text):
        return Verdict(None, "leak")
    return Verdict(part)


def _objection(
    bare: str, sources: list[Item], items: Iterable[Item], question: str
) -> Reason | None:
    if guard.promises(bare):
        return "promise"
    if guard.leaks(bare):
        return "leak"
    told = "".join(_told(item) for item in sources)
    if not set(named(bare)) <= {*named(told), *named(question)}:
        return "name"
    told_by_rows = _comparison_told(bare, sources, items)
    if told_by_rows is False:
        return "comparison"
    if told_by_rows is None and not _supported(bare, told, question):
        return "claim"
    return None


def _told(item: Item) -> str:
    return f"{item.about} {item.part.text}"


def named(text: str) -> list[str]:
    """Brands and series of the catalogue that a text names, in order of mention; of names that
    overlap the longer one."""
    return list(dict.fromkeys(name for _, _, name in mentions(text)))


def mentions(text: str) -> list[Mention]:
    """Where brands and series are named, in order; of names that overlap the longer one."""
    found: list[Mention] = []
    folded = fold(text)
    for form, name in _FORMS.get():
        while (at := folded.find(form)) >= 0:
            found.append((at, at + len(form), name))
            folded = folded[:at] + "\0" * len(form) + folded[at + len(form) :]
    return sorted(found)


def _plain_forms() -> list[tuple[str, str]]:
    """(form, name), longest form first; single characters are too common to be names."""
    forms = {form: n.text for n in all_names() for form in n.forms[: n.plain] if len(form) > 1}
    return sorted(forms.items(), key=lambda pair: -len(pair[0]))


_FORMS: Final = PerVersion("assistant_names", _plain_forms)


def _comparison_told(bare: str, sources: list[Item], items: Iterable[Item]) -> bool | None:
    """Whether the rows, or else a passage or something computed, say what words that compare
    claim; None where the material has to be asked for the rest: nothing is compared, or a
    passage or something computed has those words."""
    compared = [match[0] for match in _COMPARES.finditer(bare)]
    if not compared:
        return None
    by_rows = holds(bare, mentions(bare), items)
    if by_rows is not None:
        return by_rows
    passages = "".join(item.part.text for item in sources if item.kind == "passage")
    in_passages = all(words[-2:] in passages for words in compared)
    return None if in_passages or _computed_says(bare, compared, sources) else False


def _computed_says(bare: str, compared: list[str], sources: list[Item]) -> bool:
    """Whether something computed that is cited names the same cars in the same order."""
    cars = named(bare)
    same_order = [
        item.part.text
        for item in sources
        if item.kind == "computed"
        and len(names := named(item.part.text)) > 1
        and cars
        and [name for name in names if name in cars] == cars
    ]
    return all(any(words[-1] in text for text in same_order) for words in compared)


def _is_judgement(bare: str, sources: list[Item], question: str) -> bool:
    """No figure, and no fact of the catalogue's own words that what it cites does not have."""
    if numerals(bare):
        return False
    known = "".join(_told(item) for item in sources) + question
    facts = [word for word in _facts() if word in bare]
    if not all(word in known for word in facts):
        return False
    return not facts or not _DENIES.search(bare)


@cache
def _facts() -> frozenset[str]:
    """Words for what a car has or is: features, choices of fields, and what a parameter's label
    begins with: 座椅 of 座椅材质."""
    choices = (choice for field in FIELDS for choice in field.choices)
    labels = (row.label[:2] for row in parameters().values())
    return frozenset(word for word in (*choices, *labels) if len(word) > 1)


def _untold(text: str, items: Iterable[Item], question: str) -> bool | None:
    """Whether the material really lacks what a sentence says it lacks; None for any other
    sentence. Only words of the question may be said to be lacking."""
    if not any(mark in text for mark in _NOT_TOLD) or numerals(text):
        return None
    for mark in _NOT_TOLD:
        text = text.replace(mark, " ")
    lacking = _two_by_two(text) & _two_by_two(question)
    return bool(lacking) and not lacking & _two_by_two("".join(_told(item) for item in items))


def _two_by_two(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1) if text[at : at + 2].isalnum()}


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
