"""Words that point: “第二个”, “它”, “这款车”, “前两款”, and the cars they point at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from webapp.assistant.answering.numerals import value_of
from webapp.assistant.answering.visiting import asked, cars_on
from webapp.assistant.events import PageContext, PastTurn
from webapp.catalogue import queries

_COUNTER: Final = "(?:个|款|辆|台|部|种|名|位)"
_ORDINAL: Final = re.compile(
    rf"(?<!销量)(?<!口碑)(?<!评分)(?<!卖得)第\s*([0-9]{{1,2}}|[一二两三四五六七八九十]{{1,2}})(?![0-9代次排天年季步点眼节届批层级])"
    rf"\s*{_COUNTER}?(?:车型|车)?"
)
_FIRST_SOME: Final = re.compile(rf"前\s*([0-9]|[两二三四五六])\s*{_COUNTER}(?:车型|车)?")
_LAST: Final = re.compile(rf"最后(?:一|那)?{_COUNTER}(?:车型|车)?")
_NO_CAR: Final = "(?!条件|要求|价|预算|级别|配置|功能|问题|意思|时候|月|人|样|说法|数|钱)"
_ALL_SHOWN: Final = re.compile(
    rf"(?:这|那|以上|上面|刚才|刚刚|它们|他们)(?:这|那|的|些|几|两|三|四|二)*{_COUNTER}{_NO_CAR}"
    "(?:车型|车)?|它们|他们|(?:这|那)(?:几|些|两|三|四)(?:款|个|辆|台)?"
    rf"{_NO_CAR}车?"
)
_THIS: Final = re.compile(
    "(?:这|那|本|该|此)(?:一)?(?:款|辆|台|部|个)?(?:车型|车系|车|款|辆|台)(?!的?价|位|险|贷|型以)|"
    "(?:这|那)(?:款|辆|台|个)(?=的|有|续|油|多|能|带|冬|夏|充|座|是|跟|和|与|适|后|空|价|贵|呢|怎)|"
    "[它他她](?!们)"
)
_PAGE_WORDS: Final = re.compile("这|本|该|此")
_FAR_WORDS: Final = re.compile("那|以上|上面|刚")
_BEFORE: Final = re.compile(
    "(?:刚才|刚刚|之前|前面)(?:[说聊问看提](?:的|过的?|到的?)?)?的?"
    f"(?:(?:那|这)?(?:一)?(?:款|辆|台|部|个){_NO_CAR}(?:车型|车)?|(?<=的)车)"
)
SHOWN_AT_MOST: Final = 6


@dataclass(frozen=True)
class Pointed:
    """`text` with the pointing words replaced by names; the trims pointed at, in order."""

    text: str
    trims: tuple[int, ...] = ()
    series: tuple[str, ...] = ()
    missing: str = ""
    """Pointing words that point at nothing: “第九个” of five, “它” where no car was named."""


def resolve_pointing(text: str, history: tuple[PastTurn, ...], page: PageContext | None) -> Pointed:
    """Replace pointing words by the names of the cars they mean.

    An ordinal counts in the last answer that showed so many cars, else on the page; 这 means the
    page's car where there is one, 它 the car last spoken of, which is the page's where the visitor
    has just come to it, 刚才那款 the one before, 它们 those last spoken of one after the other.
    `history` is that of `with_visits`.
    """
    listed = _last_list(asked(history)) or _last_list(history)
    if found := list(_ORDINAL.finditer(text)):
        return _ordinals(text, [(m, int(value_of(m[1]) or 0) - 1) for m in found], history)
    if (last := _LAST.search(text)) and listed:
        return _named(text, [(last, listed[-1])])
    if (some := _FIRST_SOME.search(text)) and listed:
        return _several(text, some, listed[: int(value_of(some[1]) or 0)])
    if (before := _BEFORE.search(text)) is not None:
        return _before(text, before, history, page)
    if (this := _THIS.search(text)) is not None:
        return _this(text, this, history, page)
    if (shown := _ALL_SHOWN.search(text)) is not None:
        told = asked(history) if _FAR_WORDS.match(shown[0]) else history
        listed = spoken_of(told) or _last_list(told)
        if len(listed) > 1:
            return _several(text, shown, listed[:SHOWN_AT_MOST])
    return Pointed(text)


def without_pointing(text: str) -> str:
    """The sentence without its pointing words: “那第二个续航多少” -> “续航多少”."""
    for pattern in (_ORDINAL, _FIRST_SOME, _LAST, _BEFORE, _THIS, _ALL_SHOWN):
        text = pattern.sub("", text)
    return re.sub("^(?:那么?|的)+", "", text.strip())


def spoken_of(history: tuple[PastTurn, ...]) -> tuple[int, ...]:
    """Where the last answers were about one series each: one trim of each, in that order."""
    found: dict[str, int] = {}
    for turn in reversed(history):
        trims = queries.trims_by_id(turn.trims) if turn.intent in ("lookup", "consult") else []
        if len({trim.series for trim in trims}) != 1:
            break
        found.setdefault(trims[0].series, trims[0].id)
    return tuple(found.values())[::-1] if len(found) > 1 else ()


def cars_spoken_of(history: tuple[PastTurn, ...]) -> tuple[int, ...]:
    """The cars last spoken of; those on a list or a comparison that was only opened were not."""
    turns = (t for t in reversed(history) if t.trims and (not t.visited or t.intent == "lookup"))
    return next((turn.trims for turn in turns), ())


def _last_list(history: tuple[PastTurn, ...]) -> tuple[int, ...]:
    return next((turn.trims for turn in reversed(history) if len(turn.trims) > 1), ())


def _this(
    text: str, this: re.Match[str], history: tuple[PastTurn, ...], page: PageContext | None
) -> Pointed:
    """“这款车”, “那款” or “它” as the car it means."""
    told = asked(history) if _FAR_WORDS.match(this[0]) else history
    ids = cars_spoken_of(told) or cars_spoken_of(history)
    here = cars_on(page, history)
    if here and _PAGE_WORDS.match(this[0]):
        ids = here
    if page is not None and page.trim_id is None and ids and ids == here:
        # The page of a series: all its versions.
        for trim in queries.trims_by_id(ids[:1]):
            return Pointed(_put(text, this, trim.series), (), (trim.series,))
    if (series := _all_of_one(ids, told)) is not None:
        return Pointed(_put(text, this, series), (), (series,))
    return _named(text, [(this, ids[0])]) if ids else Pointed(text, missing=this[0])


def _all_of_one(ids: tuple[int, ...], history: tuple[PastTurn, ...]) -> str | None:
    """The series of which several versions were spoken of last, not its first alone."""
    last = next((turn for turn in reversed(history) if turn.trims == ids), None)
    if len(ids) < 2 or last is None or last.intent not in ("lookup", "consult"):
        return None
    series = {trim.series for trim in queries.trims_by_id(ids)}
    return series.pop() if len(series) == 1 else None


def _before(
    text: str, before: re.Match[str], history: tuple[PastTurn, ...], page: PageContext | None
) -> Pointed:
    """“刚才那款”: the car last spoken of that is not the page's, alone or beside “这款”."""
    here = cars_on(page, history)
    others = tuple(turn for turn in history if not set(turn.trims[:1]) & set(here))
    ids = cars_spoken_of(others) or cars_spoken_of(asked(history))
    if not ids:
        return Pointed(text, missing=before[0])
    former = _named(text, [(before, ids[0])])
    if (this := _THIS.search(former.text)) is None:
        return former
    latter = _this(former.text, this, history, page)
    return Pointed(latter.text, (*latter.trims, *former.trims), (*latter.series, *former.series))


def _ordinals(
    text: str, found: list[tuple[re.Match[str], int]], history: tuple[PastTurn, ...]
) -> Pointed:
    most = max(place for _, place in found)
    lists = (*reversed(asked(history)), *(turn for turn in reversed(history) if turn.visited))
    shown = [turn.trims for turn in lists if len(turn.trims) > max(most, 0)]
    listed = next((trims for trims in shown if len(trims) > 1), shown[0] if shown else None)
    if listed is None:
        return Pointed(text, missing=max(found, key=lambda pair: pair[1])[0][0])
    return _named(text, [(match, listed[place]) for match, place in found])


def _named(text: str, pairs: list[tuple[re.Match[str], int]]) -> Pointed:
    rows = {trim.id: trim for trim in queries.trims_by_id([trim_id for _, trim_id in pairs])}
    pairs = [(match, trim_id) for match, trim_id in pairs if trim_id in rows]
    for match, trim_id in reversed(pairs):
        text = _put(text, match, rows[trim_id].series)
    ids = tuple(trim_id for _, trim_id in pairs)
    return Pointed(text, ids, tuple(rows[trim_id].series for trim_id in ids))


def _several(text: str, match: re.Match[str], ids: tuple[int, ...]) -> Pointed:
    rows = {trim.id: trim for trim in queries.trims_by_id(ids)}
    ids = tuple(trim_id for trim_id in ids if trim_id in rows)
    names = tuple(dict.fromkeys(rows[trim_id].series for trim_id in ids))
    return Pointed(_put(text, match, "、".join(names)), ids, names)


def _put(text: str, match: re.Match[str], name: str) -> str:
    return f"{text[: match.start()]} {name} {text[match.end() :]}".strip()
