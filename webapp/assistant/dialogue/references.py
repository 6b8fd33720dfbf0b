"""Words that point: “第二个”, “它”, “前者”, “最便宜的那个”, and the cars they point at."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webapp.assistant.dialogue.cast import Cast
from webapp.assistant.dialogue.opened import cars_on
from webapp.assistant.dialogue.pointing import Found, Pointed, Pointing, named_behind, put
from webapp.assistant.dialogue.shown import cars_spoken_of, in_order, last_list, spoken_of
from webapp.assistant.dialogue.situation import Situation, Told
from webapp.assistant.dialogue.wishes import nudge_of
from webapp.search.understanding.dialogue import Cue
from webapp.search.understanding.reading import Parse, interpret

SHOWN_AT_MOST: Final = 6
_TALK: Final = 3
"""The last answers whose cars are in talk."""
_PLACED: Final = ("nth", "nth_last", "last_one", "first_n", "last_n", "places")
_TWO: Final = 2
_MIDDLE: Final = 3
"""Cars of which one is in the middle."""
_ONES: Final = ("this", "that", "it")
_LINKS: Final = "的"
_LEVELS_WEIGHED: Final = ("with", "compares")


def resolve(parse: Parse, known: Situation, cast: Cast) -> Pointed:
    """Replace pointing words by the names of the cars they mean.

    An ordinal counts in the last answer that showed so many cars, else on the page; 这 means the
    page's car where there is one, 它 the car last spoken of, which is the page's where the visitor
    has just come to it, 刚才那款 the one before, 它们 those last spoken of one after the other.
    """
    here = Pointing(parse, known, cast, cars_on(known.page))
    for way in _WAYS:
        if (pointed := way(here)) is not None:
            return _levelled(here, pointed)
    return Pointed(parse.text)


def _weighed(one: Told) -> bool:
    """Several cars were named or shown together."""
    return len(one.named) > 1 or (one.intent in ("compare", "search") and len(one.trims) > 1)


def _not_there(here: Pointing) -> Pointed | None:
    """“前者”, “它” of cars of which one is not there: it, or the trim that stands for it."""
    of_two = bool(here.cues("former", "latter"))
    spoken = (one for one in here.known.told if one.absent or one.trims)
    told = next((one for one in spoken if _weighed(one) or not of_two), None)
    if told is None or not told.absent:
        return None
    if cues := here.cues("former", "latter", "nth"):
        place = 0 if cues[0].has("former") else 1
        if (nth := cues[0].meaning("nth")) is not None:
            place = nth.numbers[0] - 1
        named = told.named[place : place + 1] if len(told.named) > 1 else ()
    else:
        cues = here.cues(*_ONES)
        named = told.named if len(told.named) == 1 else ()
    if not cues or named_behind(here.parse, cues[0]):
        return None
    cue = cues[0]
    if here.text[: cue.start].endswith(_LINKS):  # 便宜的那个: of one nothing is known
        both = next((one for one in here.known.told if len(one.named) > 1 and one.present), None)
        if both is None:
            return None
        absent = tuple(name for name, _ in both.absent)
        names = here.cast.names(both.present[:1])
        text = f"{'、'.join(names)} {here.text[cue.end :]}"
        return Pointed(text, both.present[:1], names, cues=("superlative",), absent=absent)
    if not named:
        return None
    name = named[0]
    stands = dict(told.absent)
    shown = (i for one in here.known.told for i in one.present)
    of_series = (i for i in shown if here.cast.names((i,)) == (name,))
    trim = stands[name] if name in stands else next(of_series, 0)
    if name in stands and set(here.cast.names((trim,))) & set(told.named):
        trim = 0  # 瑞虎8, named beside 瑞虎9, is only itself
    if trim:
        return put(here, [Found(cue, (trim,), whole=True)], "place")
    return Pointed(f"{here.text[: cue.start]}{name}{here.text[cue.end :]}", absent=(name,))


def _best_of_list(here: Pointing) -> Pointed | None:
    """“最便宜的那款续航多少”, “最便宜的两个比一下”."""
    found = here.cues("that", "this", "some")
    if "最" not in here.text or not found:
        return None
    cue = found[0]
    head = here.text[: cue.start]
    start = head.rfind("最")
    rest = (head[:start] + here.text[cue.end :]).strip("是呢吧？?。 里面这")
    read = interpret(here.parse, expecting="search")
    if start < 0 or read.sort is None or not rest or read.conditions:
        return None
    some = cue.meaning("some")
    ids = in_order(here.known, read.sort, some.numbers[0] if some else 1)
    names = here.cast.names(ids)
    if not names:
        return None
    text = f"{here.text[:start]} {'、'.join(names)} {here.text[cue.end :]}".strip()
    return Pointed(text, ids, names, cues=("superlative",))


def _told_apart(here: Pointing) -> Pointed | None:
    """“贵的那个”, “续航长的那款”: of the cars last shown together the one that has most of it, or
    least."""
    cue = next(iter(here.cues("that", "this")), None)
    if cue is None or not here.text[: cue.start].endswith(_LINKS):
        return None
    before = [one for one in here.parse.cues if one.end <= cue.start]
    if not before or before[-1].end < cue.start - 1 or (way := nudge_of(before)) is None:
        return None
    shown = here.cast.rows(last_list(here.known.told, here.cast))
    known = [(value, trim) for trim in shown if (value := getattr(trim, way.field, None))]
    if len(known) < 2 or len(known) < len(shown):
        return None
    _, one = (min if way.lower else max)(known, key=lambda pair: pair[0])
    start = min(c.start for c in before if c is before[-1] or c.has("subject"))
    text = f"{here.text[:start]} {one.series} {here.text[cue.end :]}".strip()
    return Pointed(text, (one.id,), (one.series,), cues=("superlative",))


def _level(here: Pointing) -> Pointed | None:
    """“顶配多少钱”: the dearest version on sale of the series last spoken of; “高配比低配多了什么”:
    it and the cheapest."""
    found = here.cues("level")
    weighed = bool(here.cues(*_LEVELS_WEIGHED)) or "还是" in here.text
    series = set(here.cast.names(cars_spoken_of(here.known.told)))
    several = len({cue.meaning("level") for cue in found}) > 1 and bool(here.cues("compares"))
    if not found or len(series) != 1 or (weighed and not several) or "还是" in here.text:
        return None
    if interpret(here.parse).entities:
        return None
    (name,) = series
    meant = found if several else found[:1]
    ids = _ends_of(name, meant)
    if not ids:
        return None
    text = here.text
    for cue in reversed(meant):
        text = text[: cue.start] + text[cue.end :]
    return Pointed(f"{name} {text}".strip(), tuple(dict.fromkeys(ids)), (name,), cues=("level",))


def _ends_of(series: str, levels: list[Cue]) -> tuple[int, ...]:
    """The cheapest or the dearest version on sale, of each level that is named."""
    from webapp.assistant.answering.choosing import newest_on_sale, trims_of

    priced = [trim for trim in newest_on_sale(trims_of(series, ())) if trim.price_fen is not None]
    ends = {"low": min, "high": max}
    meant = [m.of for cue in levels if (m := cue.meaning("level"))] if priced else []
    return tuple(ends[of](priced, key=lambda t: (t.price_fen or 0, t.id)).id for of in meant)


def _levelled(here: Pointing, pointed: Pointed) -> Pointed:
    """“第一个的顶配”: the version of the one car pointed at."""
    levels = here.cues("level")
    if "level" in pointed.cues or len(levels) != 1 or len(pointed.series) != 1:
        return pointed
    ids = _ends_of(pointed.series[0], levels)
    text = pointed.text.replace(levels[0].text, "", 1)
    return replace(pointed, text=text, trims=ids) if ids else pointed


def _of_brand(here: Pointing) -> Pointed | None:
    """“小米那款”: the car in talk that is of this brand."""
    for cue in here.cues("that", "this"):
        for (start, end), name in here.parse.named_at:
            if not 0 <= cue.start - end <= 1:
                continue
            spoken = [i for one in here.known.told[:_TALK] for i in one.trims]
            rows = {trim.id: trim for trim in here.cast.rows(spoken)}
            own = [i for i in spoken if i in rows and rows[i].brand == name]
            if own:
                text = f"{here.text[:start]} {rows[own[0]].series} {here.text[cue.end :]}".strip()
                return Pointed(text, (own[0],), (rows[own[0]].series,), cues=("brand",))
    return None


def _placed(here: Pointing) -> Pointed | None:
    """“第二个”, “前两款”, “倒数第一个”, “1和3” of the last list that is long enough; “前三个” of a
    shorter one is all of it."""
    if middle := here.cues("middle"):
        listed = _list_of(here, _MIDDLE)
        if listed is None:
            return Pointed(here.text, missing=middle[0].text)
        return put(here, [Found(middle[0], (listed[(len(listed) - 1) // 2],))], "place")
    cues = here.cues(*_PLACED)
    if not cues:
        return None
    wanted = [(cue, _places(cue)) for cue in cues]
    most = max(max(abs(p) for p in places) for _, places in wanted)
    listed = _list_of(here, most)
    if listed is None and len(cues) == 1 and (cues[0].has("first_n") or cues[0].has("last_n")):
        listed = _list_of(here, _TWO)  # 前三个 of two: both
        wanted = [(cues[0], tuple(range(1, len(listed or ()) + 1)))]
    if listed is None:
        sure = [cue for cue in cues if cue.has("nth") and cue.text.startswith("第")]
        return Pointed(here.text, missing=sure[-1].text) if sure else None
    found = []
    for cue, places in wanted:
        ids = tuple(listed[p - 1 if p > 0 else p] for p in places)
        found.append(Found(cue, ids))
    return put(here, found, "place")


def _places(cue: Cue) -> tuple[int, ...]:
    """Places in a list, from 1, or from -1 backwards."""
    for name in _PLACED:
        if (meaning := cue.meaning(name)) is None:
            continue
        number = meaning.numbers[0]
        match name:
            case "nth":
                return (number,)
            case "places":
                return meaning.numbers
            case "first_n":
                return tuple(range(1, number + 1))
            case "last_n":
                return tuple(range(-number, 0))
            case _:
                return (-number,)
    return ()


def _list_of(here: Pointing, most: int) -> tuple[int, ...] | None:
    """The last list that is long enough; the versions below the portrait of a car are none where
    cars were listed before."""
    known = here.known
    lists = [*known.asked, *(one for one in known.told if one.visited)]
    if any(one.intent in ("search", "compare") for one in lists):
        lists = [one for one in lists if not _portrays(one, here.cast)]
    shown = [one.trims for one in lists if len(one.trims) >= most and one.trims]
    return next((trims for trims in shown if len(trims) > 1), shown[0] if shown else None)


def _portrays(one: Told, cast: Cast) -> bool:
    alone = one.intent in ("lookup", "consult") and len(cast.names(one.trims)) == 1
    return alone and not one.fields and len(one.trims) > 1


def _the_two(here: Pointing) -> Pointed | None:
    """“前者”, “后者” of the cars compared, or of the last two spoken of."""
    cues = here.cues("former", "latter")
    both = last_list(here.known.told, here.cast) or spoken_of(here.known.told, here.cast)
    if not cues:
        return None
    if len(both) < 2:
        return Pointed(here.text, missing=cues[0].text)
    return put(here, [Found(c, (both[0 if c.has("former") else 1],)) for c in cues], "place")


def _ago(here: Pointing) -> Pointed | None:
    """“刚才那款”: the car last spoken of that is not the page's, alone or beside “这款”; “上一款”
    the one before the present one."""
    cues = here.cues("before", "one_ago")
    if not cues:
        return None
    cue = cues[0]
    if named_behind(here.parse, cue):
        return Pointed(f"{here.text[: cue.start]}{here.text[cue.end :]}")
    told = here.known.told
    others = tuple(one for one in told if not set(one.trims[:1]) & set(here.here))
    one_each = spoken_of(others, here.cast)
    ids = cars_spoken_of(others) or cars_spoken_of(here.known.asked)
    further = cue.has("one_ago") or "前" in cue.text
    beside = any(with_.has("with") and with_.end == cue.start for with_ in here.parse.cues)
    if len(one_each) > 1 and not here.here and (further or beside):
        ids = (one_each[-2],)
    if described := _described(here, others):
        ids = described
    if not ids:
        return Pointed(here.text, missing=cue.text)
    found = [Found(cue, ids[:1])]
    if this := here.cues("this"):
        latter = _meant(here, this[0])
        if latter is not None:
            found.insert(0, latter)
    return put(here, found, "before")


def _described(here: Pointing, told: tuple[Told, ...]) -> tuple[int, ...]:
    """“刚才那款轿车”: of the cars spoken of the newest that is one."""
    wanted = [(f, values) for f, values in here.parse.values if f in ("body", "energy", "drive")]
    ids = [one.trims[0] for one in told if one.intent in ("lookup", "consult") and one.trims]
    if not wanted or len(ids) < 2:
        return ()
    rows = {trim.id: trim for trim in here.cast.rows(ids)}
    fits = (i for i in ids if i in rows and all(getattr(rows[i], f) in v for f, v in wanted))
    return tuple(fits)[:1]


def _one(here: Pointing) -> Pointed | None:
    """“这款车”, “那款” or “它” as the car it means."""
    cues = here.cues(*_ONES)
    if not cues:
        return None
    cue = cues[0]
    if named_behind(here.parse, cue):
        return Pointed(f"{here.text[: cue.start]}{here.text[cue.end :]}")
    if not cue.has("it") and any(at < cue.start for (at, _), _ in here.parse.named_at):
        return None  # “秦PLUS 128那个”: a version of the car that is named
    found = _meant(here, cue)
    if found is None:
        return Pointed(here.text, missing=cue.text)
    return put(here, [found], "one")


def _meant(here: Pointing, cue: Cue) -> Found | None:
    told = here.known.asked if cue.has("that") else here.known.told
    ids = cars_spoken_of(told) or cars_spoken_of(here.known.told)
    if here.here and (cue.has("this") or "该" in cue.text):
        ids = here.here
    page = here.known.page
    if page is not None and page.trim_id is None and ids and ids == here.here:
        return Found(cue, ids[:1], whole=True)  # the page of a series: all its versions
    if (
        len(ids) > 1
        and len(set(here.cast.names(ids))) == 1
        and _last_intent(told, ids) != "compare"
    ):
        return Found(cue, ids[:1], whole=True)
    return Found(cue, ids[:1]) if ids else None


def _last_intent(told: tuple[Told, ...], ids: tuple[int, ...]) -> str:
    return next((one.intent for one in told if one.trims == ids), "compare")


def _several(here: Pointing) -> Pointed | None:
    """“它们”, “这几款”, “刚才那两个”: those asked about one after the other, else those shown."""
    cues = here.cues("they")
    compared = here.cues("compares", "with", "how_much")
    if not cues and compared and here.known.told and here.known.told[0].intent != "other":
        cues = here.cues("some")
    if not cues:
        return None
    cue = cues[0]
    far = cue.text.startswith(("那", "刚", "以上", "上面"))
    told = here.known.asked if far else here.known.told
    named = interpret(here.parse).entities
    listed = spoken_of(told, here.cast) or last_list(told, here.cast)
    meaning = cue.meaning("they") or cue.meaning("some")
    number = meaning.numbers[0] if meaning and meaning.numbers else 0
    if number and len(listed) > number:
        ended = spoken_of(told, here.cast)
        if not ended and told and len(told[0].trims) != len(listed):
            return Pointed(here.text, missing=cue.text)  # one of a list was spoken of since
        listed = ended[-number:] if ended else listed[:number]
    if len(listed) < 2 or (named and number):
        return None
    return put(here, [Found(cue, listed[:SHOWN_AT_MOST])], "they")


_WAYS: Final = (
    _not_there,
    _best_of_list,
    _told_apart,
    _level,
    _of_brand,
    _placed,
    _the_two,
    _ago,
    _one,
    _several,
)
"""Tried in turn."""
