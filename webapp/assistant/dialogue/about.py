"""Rules for sentences that point at cars: 它, 第二个, 这两款."""

from __future__ import annotations

from typing import Final

from webapp.assistant.answering.choosing import representative, trims_of
from webapp.assistant.answering.classmates import ASKS_CLASS
from webapp.assistant.answering.reasons import ASKS_WHY
from webapp.assistant.answering.smalltalk import talk_of
from webapp.assistant.calls import (
    Call,
    Cars,
    Compare,
    Explain,
    FindCars,
    LookUp,
    Quote,
    Reply,
    Want,
)
from webapp.assistant.dialogue import bridge
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.shown import last_list
from webapp.assistant.dialogue.wishes import merged

OPTIONS: Final = 4


def points_nowhere(said: Said) -> Call | None:
    """“第九个” of five, “它” where no car was named. “人生第一辆车，预算10万” asks without."""
    missing = said.pointed.missing
    wants = any(not read.inferred for read in said.searching.conditions)
    if not missing or said.task.series or wants or said.cue("anew"):
        return None
    if said.task.intent == "other" and talk_of(said.text, with_model=False) is not None:
        return None
    return Reply("missing", missing, _pairs(said))


def _pairs(said: Said) -> tuple[str, ...]:
    """“它俩” where several may be meant: the car spoken of beside each of the last list."""
    told = said.known.told
    names = said.names_of(last_list(told, said.cast))
    spoken = said.names_of(said.spoken)
    if not said.cue("they") or len(spoken) != 1 or not names:
        return ()
    return tuple(f"{spoken[0]} 和 {name} 对比" for name in names if name != spoken[0])[:OPTIONS]


def why_listed(said: Said) -> Call | None:
    """“为什么推荐它”, “第一个为什么排第一”: of the list that showed the car, else of none."""
    ids = said.pointed.trims[:1] or said.spoken[:1]
    if not ids or not ASKS_WHY.search(said.text):
        return None
    told = said.known.told
    base = next((one for one in told if one.intent == "search" and ids[0] in one.trims), None)
    return Explain(ids[0], "list", base.wants if base else (), base.sort if base else None)


def in_class(said: Said) -> Call | None:
    """“和同级比怎么样” of the car pointed at, named or spoken of."""
    if not ASKS_CLASS.search(said.text):
        return None
    ids = said.pointed.trims or _representative(said) or said.spoken
    return Explain(ids[0], "class") if ids else None


def _representative(said: Said) -> tuple[int, ...]:
    if len(said.task.series) != 1:
        return ()
    found = representative(trims_of(said.task.series[0], said.task.conditions))
    return (found.id,) if found else ()


def pointed_compared(said: Said) -> Call | None:
    """“第一个和第三个对比一下”, “1和2哪个好”, “它们有什么区别”."""
    cars = _cars(said)
    if len(cars) < 2:
        return None
    asks = said.task.intent in ("compare", "search") or said.cue("compares", "joins")
    if not asks:
        return None
    return Compare(cars, said.task.field or said.field, said.qualifiers, said.task.unread)


def _cars(said: Said) -> Cars:
    pointed = said.pointed
    others = tuple(name for name in said.task.series if name not in pointed.series)
    return Cars(pointed.trims, (*pointed.series, *others))


def beside(said: Said) -> Call | None:
    """“和刚才那款比”, “把这款也加上”: the car pointed at beside those spoken of, or the page's."""
    asked = [one for one in said.known.asked if one.intent != "other"]
    pointed = said.pointed.trims
    compared = next((one for one in asked if one.intent == "compare"), None)
    if compared is not None and said.cue("joins"):
        return Compare(Cars(tuple(dict.fromkeys((*compared.trims, *pointed))), said.task.series))
    first = said.heard.cues[0] if said.heard.cues else None
    if not (first and first.start <= 1 and said.cue("with") and said.cue("compares")):
        return None
    told = said.known.told
    before = told[0].trims if told and told[0].intent != "search" else ()
    for one in (before, said.here):
        if len(one) == 1 and one != pointed:
            return Compare(Cars((*one, *pointed), said.task.series))
    return None


def pointed_out(said: Said) -> Call | None:
    """“第二个不要”: out of the comparison, or its series out of the list."""
    out = set(said.pointed.trims)
    last = next((one for one in said.known.asked if out & set(one.trims)), None)
    if last is None or said.reading.field or said.cue("compares", "judges"):
        return None
    if last.intent == "compare":
        kept = tuple(trim_id for trim_id in last.trims if trim_id not in out)
        return Compare(Cars(kept)) if kept else None
    if last.intent != "search":
        return None
    names = said.names_of(said.pointed.trims)
    without = Want("series", "!=", names[0]) if len(names) == 1 else Want("series", "not in", names)
    return FindCars(merged(said.base_wants, (without,)), last.sort)


def of_pointed(said: Said) -> Call | None:
    """A car was pointed at: what is asked of it."""
    cars, task, wants = _cars(said), said.task, said.qualifiers
    if said.cue("how_much") and "superlative" in said.pointed.cues and said.after("compare"):
        return Compare(Cars(said.last_trims))  # 贵的那个贵在哪
    if task.field is None and task.intent != "compare" and said.cue("judges"):
        return Quote(task.text.removeprefix("还是") if len(cars) == 1 else task.text, cars)
    if task.unread and task.intent != "lookup" and said.cue("compares"):
        return Compare(cars, None, wants, task.unread)  # with a car that is not there
    if task.intent == "search" and len(wants) == 1:
        return LookUp(cars, wants[0].field, wants)
    if task.intent in ("search", "lookup") and task.field is None:
        return _asked_again(said, cars)
    asks = said.cue("asks") or task.intent == "consult"
    if task.field is None and task.intent != "compare" and asks and said.field:
        return LookUp(cars, said.field)
    call = bridge.call_of(task)
    if isinstance(call, LookUp | Compare | Quote):
        own = {} if isinstance(call, Quote) else {"wants": wants}
        return type(call)(**{**vars(call), "cars": cars, **own})
    return LookUp(cars, task.field)


def _asked_again(said: Said, cars: Cars) -> LookUp:
    """“那第三个呢”: what was asked of the one before."""
    if said.field:
        return LookUp(cars, said.field, said.values(said.field), said.qualifiers)
    last = next((one for one in said.known.asked if one.intent != "other"), None)
    if last is not None and last.intent == "lookup" and last.fields:
        return LookUp(cars, last.fields[0], last.wanted, said.qualifiers)
    return LookUp(cars, None, (), said.qualifiers)
