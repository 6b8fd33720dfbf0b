"""Rules for sentences that say by themselves what they are about."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp.assistant.answering.other import COUNTS
from webapp.assistant.answering.ranking import ranking_of, wished, without_ranking
from webapp.assistant.answering.task import AGAINST
from webapp.assistant.answering.unknown import of_brand, of_unknown_car
from webapp.assistant.answering.versions import WEIGHS, version_asked, versions_compared
from webapp.assistant.calls import (
    Call,
    Cars,
    Compare,
    FindCars,
    ListVersions,
    LookUp,
    Rank,
    Reply,
    Want,
)
from webapp.assistant.dialogue import bridge
from webapp.assistant.dialogue.going_on import of_one
from webapp.assistant.dialogue.said import BARE, Said
from webapp.assistant.dialogue.updates import facts_in, implied
from webapp.assistant.dialogue.wishes import Wants, merged, of_car, wants_of
from webapp.search.service import parse_sentence
from webapp.search.understanding.reading import interpret

_LIKE_THAT: Final = re.compile(
    "同(?:样|等)?(?P<price>价位|价格|价钱|预算|价)|同(?:级|级别|类|类型|尺寸)"
    "|(?P<both>差不多|类似|相似)(?:价[位格])?的"
)
_OF_NO_CAR: Final = re.compile(
    "^(?:那|它)?(?:多少钱|什么价[格位]?|价格(?:是)?(?:多少)?|报价|几万|贵不贵|贵吗|怎么样|好不好|值得买吗|"
    "(?:哪个|哪[款辆]|谁)更?(?:好|便宜|贵|省油|快|大|小|值得?买?)|有什么区别|[差贵]多少|便宜多少|"
    "几座|有四驱吗)[呢呀啊？?。！! ]*$"
)
"""A question about a car that nobody named."""
_A_NAME: Final = re.compile("[\\u4e00-\\u9fffA-Za-z0-9 ·-]{1,12}")
_ASKING: Final = frozenset("吗么呢？?")
_BAND: Final = 0.1
"""Of a price: what is the same price."""


def alike(said: Said) -> Call | None:
    """“同价位还有什么车”: the price, body and size of the car last spoken of as conditions."""
    like, pointed = _LIKE_THAT.search(said.task.text), said.pointed.series
    more = said.base is None and said.cue("more") and said.only("more")  # 还有别的选择吗
    if (like is None and not more) or (pointed and like and not like["both"]):
        return None
    price, both = (like["price"], like["both"]) if like else (None, "more")
    found = said.cast.rows((said.pointed.trims or said.spoken)[:1])
    if not found:
        return None
    trim = found[0]
    wants: list[Want] = []
    if trim.price_wan is not None and (price or both):
        for operator, way in ((">=", 1 - _BAND), ("<=", 1 + _BAND)):
            wants.append(Want("price_wan", operator, round(trim.price_wan * way, 1), inferred=True))
    if trim.size is not None and not price:
        wants.append(of_car("size", trim.size))
    if trim.body is not None and said.task.selection.first("body", "==") is None:
        wants.append(of_car("body", trim.body))
    wants.append(Want("series", "!=", trim.series, inferred=True))
    return FindCars((*wants, *said.qualifiers))


def counted(said: Said) -> Call | None:
    """“一共几个品牌”: of all there is."""
    if said.task.conditions or said.task.brands or not said.bare:
        return None
    return Reply("totals") if COUNTS.search(said.text) else None


def ranked(said: Said) -> Call | None:
    """“轴距最长的轿车”, “纯电SUV平均多少钱”; “后备箱最大的是哪款” of the list before."""
    ranking = ranking_of(said.text)
    if ranking is None and not said.pointed.trims:
        return _wished(said)
    if ranking is None or said.pointed.trims:
        return None
    read = interpret(parse_sentence(without_ranking(said.text)), expecting="search")
    wants = wants_of(r for r in read.conditions if not r.inferred)
    last = said.known.told[0] if said.known.told else None
    if last is not None and said.cue("of_those") and not wants:
        if last.intent == "compare":
            return None
        wants = said.base_wants if last.intent == "search" else ()
    return Rank(ranking.key, ranking.most, ranking.average, wants)


def _wished(said: Said) -> Call | None:
    """“后备箱要放得下轮椅的，15万以内”: a wish no list can be filtered by, as an order of it."""
    ranking = wished(said.text)
    listed = said.base is not None and said.bare and said.after("search")
    searches = said.task.intent == "search" and not said.task.sort
    if ranking is None or said.task.series or said.task.absent or said.cue("judges", "why"):
        return None
    if not (searches or (listed and said.task.intent in ("other", "consult", "compare"))):
        return None
    own = wants_of(r for r in said.searching.conditions if not r.inferred)
    wants = merged(said.base_wants, own) if listed else own
    wants = (*wants, *implied(said.known, wants))
    return Rank(ranking.key, ranking.most, False, wants) if wants or listed else None


def which_version(said: Said) -> Call | None:
    """“哪个版本值得买”, “入门够用吗”, “高配比低配多什么”: the versions of one car."""
    ids = said.pointed.trims or said.last_trims or said.here
    named = said.own_series or said.pointed.series or said.names_of(ids)
    asks = said.task.field not in (None, "price_wan", "features") or said.task.wanted
    if len(named) != 1 or asks or said.task.sort or said.task.absent:
        return None
    cue = said.first("which_version")
    meaning = cue.meaning("which_version") if cue else None
    steps = meaning.of if meaning else "all"
    return ListVersions(named[0], (*said.qualifiers, *of_one(said)), steps)


def versions(said: Said) -> Call | None:
    """Versions of the car that is named, or of the one spoken of: “Max比Pro贵多少”."""
    task = said.task
    names = said.names_of(said.spoken)
    weighs = WEIGHS.search(said.text)
    if not task.series and len(names) == 1 and said.bare and weighs:
        compared = versions_compared(replace(task, series=names))
        if compared is not None:
            return bridge.call_of(compared)
    other = task.unread or task.absent  # G6有几个版本
    if not task.series and not other and len(names) == 1 and said.bare and said.cue("versions"):
        return ListVersions(names[0], said.qualifiers)
    if WEIGHS.search(task.text) and (compared := versions_compared(task)) is not None:
        return bridge.call_of(compared)
    if task.intent == "lookup" and (asked := version_asked(task)) is not None:
        return bridge.call_of(asked)
    if task.intent == "lookup" and len(task.series) == 1 and said.cue("versions"):
        return ListVersions(task.series[0], said.wants) if task.field == "price_wan" else None
    return None


def unknown(said: Said) -> Call | None:
    """A car the catalogue does not have: asked about, or weighed against one it has; and all
    cars of a brand."""
    task, names = said.task, said.names_of(said.spoken)
    other = _only_name(said)
    if names and other and not other.isdecimal() and not said.pointed.trims:
        return LookUp(unknown=(other,))
    found = of_unknown_car(task) or (of_brand(task) if task.intent != "lookup" else None)
    if found is not None:
        return bridge.call_of(found)
    if len(task.series) != 1 or task.intent == "compare":
        return None
    known = re.escape(task.series[0])
    for name in filter(_A_NAME.fullmatch, task.unread):
        other = re.escape(name)
        if re.search(f"{known} *{AGAINST} *{other}|{other} *{AGAINST} *{known}", task.text):
            return Compare(Cars(series=task.series), None, said.wants, (name,))
    return None


def _only_name(said: Said) -> str:
    """“那唐呢”: nothing but a name nobody knows."""
    if any(not (cue.has("so") or cue.has("opens")) for cue in said.heard.cues):
        return ""
    rest = said.text.rstrip("？?。 ")
    if not rest.endswith("呢") or len(said.task.unread) != 1 or len(rest) > BARE:
        return ""
    rest = rest.removesuffix("呢")
    return said.task.unread[0] if rest.lstrip("那么 ") == said.task.unread[0] else ""


def told_of_oneself(said: Said) -> Call | None:
    """“家里没有充电桩，一家四口，预算20万”: who says so much and asks nothing wants a list."""
    if said.task.intent not in ("consult", "other") or not facts_in(said.heard, said.known.turn):
        return None
    wants = wants_of(said.searching.conditions)
    if said.text.rstrip("。 ")[-1:] in _ASKING or all(want.inferred for want in wants):
        return None
    return FindCars((*wants, *implied(said.known, wants)), said.searching.sort)


def of_no_car(said: Said) -> Call | None:
    if said.known.told or not _OF_NO_CAR.search(said.text):
        return None
    return Reply("missing", said.text.strip(" ？?。！!"))


def itself(said: Said) -> Call:
    """What it says by itself; for a list what is known of the visitor counts as well."""
    call = bridge.call_of(said.task)
    if not isinstance(call, FindCars):
        return call
    wants = call.wants
    if said.task.absent and not said.task.brands:  # 现在的飞度装不下了 asks for no 本田
        wants = tuple(want for want in wants if want.field != "brand")
    wants = (*wants, *_standing(said, wants))
    return replace(call, wants=(*wants, *implied(said.known, wants)))


def _standing(said: Said, own: Wants) -> Wants:
    """The money there is and what was ruled out stand until something else is said of them."""
    if said.cue("anew") or not own or said.base is None or said.base.visited:
        return ()
    fields = {want.field for want in own}
    return tuple(
        want
        for want in said.known.wants
        if want.field not in fields
        and (want.field == "price_wan" or want.excludes)
        and not want.inferred
    )
