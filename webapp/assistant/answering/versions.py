"""Versions of one series by what people call them: Pro, 四驱版, 插混, 顶配, 低配."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import product
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.choosing import (
    all_trims_of,
    newest_on_sale,
    representative,
    trims_of,
)
from webapp.assistant.answering.cues import says
from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.figures_said import priced_at, versions_said
from webapp.assistant.answering.parts import QUESTION, bound, paragraph, say
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks
from webapp.catalogue.filters import Selection
from webapp.catalogue.queries import TrimRow
from webapp.search.names import all_names, fold
from webapp.search.service import parse_sentence, read_sentence
from webapp.search.understanding.asking import QUALIFIERS
from webapp.search.understanding.reading import interpret
from webapp.search.understanding.result import ReadCondition

WEIGHS: Final = re.compile(
    "和|跟|与|还是|或|vs|pk|对比|区别|差别|差异|不同|差多少|[贵便宜]多少|、|/", re.IGNORECASE
)
_BETWEEN: Final = re.compile("和|跟|与|还是|或者?|vs|pk|对比|比(?!亚迪)|、|/", re.IGNORECASE)
_CALLED: Final = re.compile("([\u4e00-\u9fff]{2,8}?)(?:版|型|款)|([a-z][a-z0-9]*\\+?)(?![a-z])")
_WORDS: Final = re.compile("[\u4e00-\u9fff]+|[A-Za-z+]+|[0-9.]+")
_NOT_CALLED: Final = frozenset(
    {
        "suv",
        "mpv",
        "km",
        "kwh",
        "kw",
        "ok",
        "app",
        "etc",
        "hud",
        "led",
        "cltc",
        "wltc",
        "nedc",
        "vs",
        "pk",
    }
)
_MOST_SIDES: Final = 12
"""Each is read and looked up; nobody names so many versions to compare."""


def at_level(text: str, trims: Iterable[TrimRow]) -> TrimRow | None:
    """The dearest or the cheapest of these trims, where the words ask for one of them."""
    priced = sorted(
        (t for t in trims if t.price_fen is not None), key=lambda t: (t.price_fen, t.id)
    )
    if priced and says(text, "dearest"):
        return priced[-1]
    if priced and says(text, "cheapest"):
        return priced[0]
    return None


def versions_compared(task: Task) -> Task | None:
    """“SU7 Pro 和 Max 有什么区别”, “汉的纯电和插混差多少”: one version for each side, where the
    two sides are of one series, or of a series and its sibling for another energy."""
    if len(task.series) not in (1, 2):
        return None
    sides = dict.fromkeys(side for side in _BETWEEN.split(task.text) if side.strip())
    groups: list[list[TrimRow]] = []
    for side in list(sides)[:_MOST_SIDES]:
        own = _side(side, task.series[0])
        if own and own not in groups:
            groups.append(own)
    if len(groups) < 2 or not set(task.series) <= {trim.series for own in groups for trim in own}:
        return None
    found = _most_alike(groups)
    if len({trim.id for trim in found}) < len(groups):
        return None
    return replace(
        task,
        intent="compare",
        trims=tuple(trim.id for trim in found),
        series=(),
        conditions=(),
        unread=(),
    )


def version_asked(task: Task) -> Task | None:
    """“理想L6 Max 多少钱”, “M8 顶配多长”: the versions of the series that are called so."""
    if len(task.series) != 1 or task.wanted:
        return None
    trims = trims_of(task.series[0], task.conditions)
    named = _called(task.text, task.series[0], trims)
    chosen = _extreme(task.text, trims)
    if chosen is None:
        one = at_level(task.text, trims) if not named else None
        chosen = [one] if one else named
    if not chosen or len(chosen) == len(trims):
        return None
    ids = {trim.id for trim in chosen}
    return replace(task, trims=tuple(trim.id for trim in trims if trim.id in ids))


def _extreme(text: str, trims: list[TrimRow]) -> list[TrimRow] | None:
    """“最便宜的四驱版”, “续航最长那个版本”: the first of the trims that are as said, if any;
    None where no order is asked for."""
    read = interpret(parse_sentence(text), expecting="search")
    if "最" not in text or read.sort is None:
        return None
    sure = tuple(one.condition for one in read.conditions if not one.inferred)
    own = {trim.id: trim for trim in trims}
    groups = once.series_in_order(Selection(sure, read.sort))
    return [own[i] for _, ids in groups for i in ids if i in own][:1]


def versions_of(task: Task) -> tuple[list[TrimRow], str]:
    """The versions a question is about: those pointed at, else those of its one series that are
    called as it says or cost what it says, of the newest year in which there are any; and the
    word for a version that the series does not have, empty where there is none."""
    if task.trims:
        pointed = once.trims_by_id(task.trims)
        return priced_at(task.text, pointed) or pointed, ""
    if len(task.series) != 1:
        return [], ""
    found, missing = versions_called(task.text, task.series[0])
    return priced_at(task.text, found) or found, missing


def not_found(series: str, word: str, ask: str) -> Draft:
    """What to say of a version that is not in the catalogue; `ask` is the question again."""
    said = say(
        "没有找到这个版本：车库里的{series}没有“{word}”的。",
        series=bound(series, QUESTION),
        word=bound(word, QUESTION),
    )
    return Draft(
        "lookup",
        lead=(paragraph(said),),
        tail=(Asks((f"{series}有哪些版本", f"{series}{ask}")),),
        refused=True,
    )


def versions_called(text: str, series: str) -> tuple[list[TrimRow], str]:
    trims = all_trims_of(series)
    rest = without_name(text, series)
    for pattern, has in _DISTINCT:
        for match in pattern.finditer(rest):
            trims = [trim for trim in trims if has(trim, match)]
            if not trims:
                return [], _as_written(match[0].strip(), text)
    called = _called(text, series, [trim for trim in trims if trim.status == "在售"])
    names = fold(" ".join(trim.name for trim in trims))
    for word in _latin_words(rest):
        if fold(word) not in names:
            return [], _as_written(word, text)
    newest = newest_on_sale(called or trims)
    level = at_level(text, newest)
    return ([level] if level else newest), ""


def said_near(text: str, series: str, others: Iterable[str]) -> str:
    """The text from the name of one series to that of the next: what is said of it."""
    names = {n.text: n.forms for n in all_names() if n.kind == "series" and n.text in (*others,)}
    kept = [place for place, char in enumerate(text) if fold(char)]
    folded = fold(text)
    at = {
        name: kept[min((p for form in forms if (p := folded.find(form)) >= 0), default=0)]
        for name, forms in names.items()
        if kept
    }
    start = at.get(series, 0)
    return text[start : min((p for p in at.values() if p > start), default=len(text))]


def _as_written(word: str, text: str) -> str:
    found = re.search(re.escape(word), text, re.IGNORECASE)
    return found[0] if found else word


def _latin_words(rest: str) -> list[str]:
    """Words in Latin letters beside the car's name and its brand's: names of versions."""
    for name in all_names():
        for form in name.forms if name.kind == "brand" else ():
            if form.isascii():
                rest = re.sub(f"(?<![a-z]){re.escape(form)}(?![a-z])", " ", rest)
    return [word for word in _LATIN.findall(rest) if word not in _NOT_CALLED | _ENERGY_WORDS.keys()]


def _reaches(trim: TrimRow, match: re.Match[str]) -> bool:
    named = re.search(f"(?<![0-9.]){match[1]}(?![0-9.])", trim.name)
    return bool(named) or trim.range_km == int(match[1])


def _of_size(trim: TrimRow, match: re.Match[str]) -> bool:
    unit = "[t]" if match[2] == "t" else "[l升]"
    found = re.search(f"(?<![0-9.]){re.escape(match[1])} *{unit}", trim.name, re.IGNORECASE)
    return bool(found)


def _of_year(trim: TrimRow, match: re.Match[str]) -> bool:
    return trim.model_year == 2000 + int(match[1])


def _runs_on(trim: TrimRow, match: re.Match[str]) -> bool:
    return match[0] in trim.name or trim.energy in _ENERGY_WORDS.get(match[0], ())


_LATIN: Final = re.compile("(?<![a-z0-9.])[a-z][a-z0-9+-]+")
_ENERGY_WORDS: Final = {
    "油混": ("HEV",),
    "油电": ("HEV",),
    "双擎": ("HEV",),
    "插混": ("PHEV",),
    "插电": ("PHEV",),
    "增程": ("EREV",),
    "电混": ("HEV", "PHEV", "EREV"),
    "dm-i": ("PHEV",),
    "dmi": ("PHEV",),
    "混动": ("HEV", "PHEV", "EREV"),
    "纯电": ("BEV",),
    "燃油": ("ICE",),
    "汽油": ("ICE",),
    "phev": ("PHEV",),
    "erev": ("EREV",),
    "hev": ("HEV",),
    "bev": ("BEV",),
    "ev": ("BEV",),
}
_ENERGIES: Final = "|".join(
    f"(?<![a-z]){word}(?![a-z])" if word.isascii() else word for word in _ENERGY_WORDS
)
_DISTINCT: Final[tuple[tuple[re.Pattern[str], Callable[..., bool]], ...]] = (
    (re.compile("(?<![0-9.])([0-9]{2,3}) *(?:km(?!/)|公里(?:版|的版本|那))"), _reaches),
    (re.compile("(?<![0-9.])([0-9]{3})(?=的?版|那[个款])"), _reaches),
    (re.compile("(?<![0-9.])([0-9]\\.[0-9]) *(t|l|升)(?![a-z0-9/])"), _of_size),
    (re.compile("(?<![0-9])(?:20)?([0-9]{2}) *款"), _of_year),
    (re.compile(f"{_ENERGIES}|甲醇|柴油"), _runs_on),
)
"""Words that tell versions apart whatever else their names hold: a version that is named so and
is not there is said to be missing."""


def _most_alike(groups: list[list[TrimRow]]) -> list[TrimRow]:
    """One version of each group: of the first two those with most in common, so that what they
    differ in is what was asked about; of further groups the one in the middle by price."""
    pairs = product(groups[0], groups[1])
    middle = [representative(own) for own in groups]
    first, second = max(pairs, key=lambda pair: (_alike(*pair), pair[0] == middle[0]))
    return [first, second, *(trim for trim in middle[2:] if trim is not None)]


def _alike(one: TrimRow, other: TrimRow) -> tuple[int, int]:
    same = sum(getattr(one, f) == getattr(other, f) for f in ("energy", "drive", "seats"))
    words = [set(_WORDS.findall(trim.name)) for trim in (one, other)]
    return same, len(words[0] & words[1])


def _side(text: str, series: str) -> list[TrimRow]:
    """The versions one side of a comparison names; none where it names none."""
    reading = read_sentence(text)
    named = [n.text for n in all_names() if n.kind == "series" and n.text in reading.entities]
    if not named:
        reading = read_sentence(f"{series} {text}")
        named = [n.text for n in all_names() if n.kind == "series" and n.text in reading.entities]
    name = named[0] if named else series
    picks = interpret(parse_sentence(text), expecting="search").conditions
    qualifiers = tuple(read for read in picks if read.condition.field in QUALIFIERS)
    trims = trims_of(name, qualifiers)
    whole = trims_of(name, ())
    called = _called(text, name, trims)
    level = at_level(text, trims)
    if not called and level is not None:
        return [level]
    if called or (called := versions_said(without_name(text, name), whole)):
        return called
    differs = name != series or len(trims) < len(whole)
    meant = bool(qualifiers) and (differs or all(_has(trim, qualifiers) for trim in trims))
    return trims if meant else []


def _has(trim: TrimRow, qualifiers: tuple[ReadCondition, ...]) -> bool:
    """Whether the trim is what the words say; `trims_of` gives all where none is."""
    return all(getattr(trim, q.condition.field) in q.condition.values for q in qualifiers)


def _called(text: str, series: str, trims: list[TrimRow]) -> list[TrimRow]:
    """The trims in whose names stand all words that stand in some, but not in all, of them."""
    rest = without_name(text, series)
    names = {trim.id: fold(trim.name) for trim in trims}
    for match in _CALLED.finditer(rest):
        said = match[1] or match[2]
        ends = [said] if match[2] else [said[start:] for start in range(len(said) - 1)]
        for end in ends if said not in _NOT_CALLED else ():
            having = [trim for trim in trims if _stands(end, names[trim.id])]
            if having and len(having) < len(trims):
                trims = having
                break
    return trims if len(trims) < len(names) else []


def _stands(said: str, name: str) -> bool:
    """A word of Chinese anywhere; one in Latin letters not within a longer one: no pro in pro+."""
    if not said.isascii():
        return said in name
    return re.search(f"(?<![a-z]){re.escape(said)}(?![a-z+])", name) is not None


def without_name(text: str, series: str) -> str:
    """The text in lower case without the names of the series, its brand in front or not."""
    folded = text.lower()
    own = next((n for n in all_names() if n.kind == "series" and n.text == series), None)
    if own is None:
        return folded
    for form in sorted(own.forms, key=len, reverse=True):
        spaced = "[ -]*".join(map(re.escape, form))
        folded = re.sub(spaced, " ", folded)
    return folded
