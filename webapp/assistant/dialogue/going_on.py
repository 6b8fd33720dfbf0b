"""Rules for sentences that go on with cars spoken of, or with a topic."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.answering.choosing import representative, trims_of
from webapp.assistant.answering.recommending import tells_use
from webapp.assistant.calls import Call, Cars, Compare, Cost, LookUp, Quote
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.updates import facts_in, label_of
from webapp.assistant.dialogue.wishes import Wants, wants_of
from webapp.basket import MAX_TRIMS
from webapp.catalogue.filters import FIELDS_BY_NAME, Condition, Selection
from webapp.catalogue.queries import TrimRow
from webapp.search.understanding.asking import QUALIFIERS

_PICKS: Final = ("seats", "energy", "price_wan", "drive")
_COMPARED: Final = 5
_LISTED: Final = 3
"""Cars of a list that are weighed where nobody says which."""
_OWN_SUBJECTS: Final = re.compile("[^，。它们这那俩两]{2,8}(?:和|与|跟|还是)[^，。它们这那]{2,8}")


def exchanged(said: Said) -> Call | None:
    """“不要天舟，换织女”, “去掉天舟” of the cars compared."""
    named = said.heard.named_at
    change = said.first("instead")
    taken_in: tuple[str, ...] = ()
    if change is not None:
        taken_in = tuple(name for (at, _), name in named if at >= change.end)
        if len(taken_in) == len(named) and not said.cue("takes_out"):
            return None
    if (swap := said.first("swaps")) is not None:
        ahead = tuple(name for (at, _), name in named if at < swap.start)
        taken_in = ahead if len(ahead) < len(named) else ()
    out = _with_brands(said, {name for _, name in named} - set(taken_in))
    if not out & set(said.names_of(said.last_trims)):
        return None
    kept = tuple(t.id for t in said.cast.rows(said.last_trims) if t.series not in out)
    return Compare(Cars(kept, taken_in))


def in_view(said: Said, call: Call) -> Call:
    """A call on cars that are named after a list: of the versions that meet the wishes that stand.
    A comparison takes those that were listed, first."""
    base = said.base
    if base is None or base.visited or said.qualifiers:
        return call
    if isinstance(call, LookUp | Quote):
        return _that_meets(said, call)
    if not isinstance(call, Compare) or call.wants or not call.cars.series:
        return call
    shown = {trim.series: trim.id for trim in reversed(said.cast.rows(base.trims))}
    have = set(said.names_of(call.cars.trims))
    new = [name for name in call.cars.series if name not in have]
    listed = tuple(shown[name] for name in new if name in shown)
    rest = [name for name in new if name not in shown]
    wants = of_one(said)
    found = tuple(
        trim.id
        for name in rest
        if wants and (trim := representative(versions_that(name, wants))) is not None
    )
    kept = call.cars.trims
    if len(kept) == 1 and said.after("lookup") and len(said.last_trims) > 1:
        kept = tuple(shown.get(trim.series, trim.id) for trim in said.cast.rows(kept))
    trims = (*kept, *listed, *found)
    return replace(call, cars=Cars(trims, call.cars.series)) if trims else call


def _that_meets(said: Said, call: LookUp | Quote) -> Call:
    """“问界M7呢” after a list: that car, in what was asked for."""
    asks = isinstance(call, LookUp) and (call.field is not None or call.unknown)
    named = call.cars.series if not call.cars.trims else ()
    alone = said.only("so", "opens", "judges", "names")
    if asks or len(named) != 1 or not said.own_series or not alone:
        return call
    return _meeting(call, of_one(said))


def _meeting(call: LookUp | Quote, wants: Wants) -> Call:
    """A call on one series, of the versions that meet the wishes."""
    if not wants:
        return call
    found = tuple(trim.id for trim in versions_that(call.cars.series[0], wants))
    return replace(call, cars=Cars(found, call.cars.series), meets=wants)


def of_one(said: Said) -> Wants:
    """The wishes that stand and pick a version: so many seats, an energy, the money there is."""
    own = {want.field for want in said.wants}
    return tuple(
        want
        for want in said.known.wants
        if want.field in _PICKS and want.field not in own and not want.inferred
    )


def versions_that(series: str, wants: Wants) -> list[TrimRow]:
    """The versions of a series that meet all wishes; none where no version does."""
    conditions = tuple(want.condition for want in wants)
    own = Condition("series", "==", series)
    groups = once.series_in_order(Selection((own, *conditions)))
    return once.trims_by_id([trim_id for _, ids in groups for trim_id in ids])


def _with_brands(said: Said, names: set[str]) -> set[str]:
    """Series by their names, and by those of their brands among the cars compared."""
    rows = said.cast.rows(said.last_trims)
    return names | {trim.series for trim in rows if trim.brand in names}


def joined(said: Said) -> Call | None:
    """“加上织女” to the cars compared or spoken of."""
    known = set(said.names_of(said.last_trims))
    if not said.last_trims or set(said.own_series) <= known or said.after("search"):
        return None
    if len(said.own_series) > 1 and said.task.intent == "compare" and not said.after("compare"):
        return None
    compared = said.last_trims if said.after("compare") else said.last_trims[:1]
    return Compare(Cars(compared[:_COMPARED], said.own_series), None, said.qualifiers)


def in_turn(said: Said) -> Call | None:
    """“哪个便宜” after one car was asked about and then another."""
    if not said.in_turn or said.own_series or said.cue("how_much"):
        return None
    return Compare(Cars(said.in_turn), said.task.field, said.wants, said.task.unread)


def by_how_much(said: Said) -> Call | None:
    """“贵多少”, “为什么便宜” of the cars just compared, or of the two versions just asked about."""
    last = said.last
    if last is None or said.named or said.task.conditions:
        return None
    trims = last.trims
    if last.intent == "lookup" and said.in_turn:
        trims = said.in_turn
    elif last.intent == "lookup" and len(trims) == 1:
        ones = [one.trims[0] for one in said.known.told
                if one.intent == "lookup" and len(one.trims) == 1][:2]  # fmt: skip
        trims = tuple(dict.fromkeys(reversed(ones)))
    elif last.intent != "compare":
        return None
    if len(trims) < 2:
        return None
    return Compare(Cars(trims), purpose=last.question)


def sum_again(said: Said) -> Call | None:
    """“那3万公里呢”, “换成织女”, “纯电版的呢”: the sum with another figure, car or version. What is
    said now stands before what was said then, and counts first."""
    last = said.last
    if last is None or not last.sum or not said.opens:
        return None
    picks = wants_of(said.searching.conditions)
    versions = bool(picks) and all(want.field in QUALIFIERS for want in picks)
    figures = said.heard.amounts or said.cue("when")
    if len(said.own_series) != 1 and not figures and not versions:
        return None
    picked = said.own_series or said.names_of(last.trims)
    cars = Cars((), picked) if said.own_series or versions else Cars(last.trims, picked)
    return Cost(f"{said.text} {last.question}", cars)


def versions_of_same(said: Said) -> Call | None:
    """“纯电版的呢”, “四驱的多少钱” after talk of one car: of its versions. “七座的呢” after talk of
    one of a list narrows the list."""
    last, named = said.last, said.task.brands
    picks = wants_of(said.searching.conditions)
    own = picks and all(want.field in QUALIFIERS for want in picks)
    edition = said.cue("edition")
    ending = said.cue("one_that") or (said.opens and "的" in said.text)
    if last is None or named or not own or not (edition or ending):
        return None
    listed = any(one.intent == "search" and set(last.trims) <= set(one.trims)
                 for one in said.known.told)  # fmt: skip
    if listed and not edition:
        return None
    names = said.names_of(last.trims)
    if last.intent == "compare":
        return Compare(Cars(series=names), None, picks, purpose=last.question)
    if len(names) != 1:
        return None
    field = said.field if said.field not in {want.field for want in picks} else None
    before = (one.fields[0] for one in said.known.told if one.intent == "lookup" and one.fields)
    field = field or next(before, None)
    return LookUp(Cars(series=names), field, (), picks)


def with_another(said: Said) -> Call | None:
    """“和织女比呢”, “它和凌霄比”: with the car or cars spoken of."""
    task, last = said.task, said.last
    others = task.series or (task.unread and task.intent in ("consult", "other"))
    if last is None or not last.trims or not others or task.intent == "compare":
        return None
    if task.intent == "lookup" and task.field and not said.cue("with"):
        return None
    compared = last.trims if last.intent == "compare" else last.trims[:1]
    field = task.field
    if field is None and last.intent == "lookup" and said.cue("how_much"):
        field = next(iter(last.fields), None)  # 比钛7小多少: of what was asked before
    return Compare(Cars(compared, task.series), field, said.qualifiers, task.unread)


def which_of_them(said: Said) -> Call | None:
    """“那推荐哪个” of the cars compared, else of the first of the list."""
    last = said.last
    if last is None or len(last.trims) < 2 or said.task.conditions or not said.bare:
        return None
    compared = last.trims if last.intent == "compare" else last.trims[:_LISTED]
    return Compare(Cars(compared), said.task.field, (), said.task.unread, decides=True)


def compared_for(said: Said) -> Call | None:
    """“我家在沈阳，冬天冷” after a comparison: the same cars for that."""
    tells = tells_use(said.text) and facts_in(said.heard, said.known.turn)
    if not tells or any(not want.inferred for want in said.wants) or len(said.last_trims) < 2:
        return None
    return Compare(Cars(said.last_trims), decides=True)


def cheaper_versions(said: Said) -> Call | None:
    """“别克GL8有便宜的吗”: what its versions cost."""
    cheap = any(m.of == "price_wan-" for c in said.heard.cues if (m := c.meaning("nudge")))
    there = said.text.partition("便宜")[0].endswith("有")
    if not cheap or not there or len(said.own_series) != 1 or said.cue("than", "with", "compares"):
        return None
    return _meeting(LookUp(Cars(series=said.own_series), "price_wan"), of_one(said))


def within_the_money(said: Said) -> tuple[Call, ...] | None:
    """“预算30万呢” of the cars compared, where no list goes before: which versions of each."""
    wants = wants_of(said.searching.conditions)
    names = said.names_of(said.last_trims)
    if said.base is not None or not wants or {want.field for want in wants} != {"price_wan"}:
        return None
    if said.nudge or len(names) > _LISTED:
        return None
    return tuple(_meeting(LookUp(Cars(series=(name,)), "price_wan"), wants) for name in names)


def value_of_same(said: Said) -> Call | None:
    """“油耗呢”, “后备厢多大” of the car or cars last spoken of."""
    last = said.last
    if last is None or not last.trims or said.nudge:
        return None
    hints = said.cue("asks") and all(want.inferred for want in said.wants)  # 跑得远不远
    if not hints and (said.task.sort or (said.task.conditions and not _of_one_car(said))):
        return None
    if last.intent == "search" and (last.visited or said.cue("more", "drops", "undo")):
        return None
    if said.named or said.cue("advice_of", "drops", "takes_out") or said.field is None:
        return None
    if said.leaves:
        return None
    if last.intent == "consult" and said.cue("judges") and not said.cue("asks"):
        return None
    wanted = said.values(said.field)
    if last.intent == "search" and wanted:
        return None  # “有四驱吗” of a list: those that have it
    if last.intent == "compare" and len(last.trims) > 1:
        return Compare(Cars(last.trims), said.field)
    return LookUp(Cars(last.trims), said.field, wanted)


def _of_one_car(said: Said) -> bool:
    """“下雪天能开多远” of the one car spoken of: what it says only picks its versions."""
    after = said.after("lookup", "consult") and len(said.names_of(said.last_trims)) == 1
    own = (*QUALIFIERS, said.field)
    picks = all(want.field in own for want in said.wants)
    of_a_kind = said.text.rstrip("吗么呢吧有没?？。 ").endswith("的")
    return after and picks and not said.opens and not of_a_kind


def judged(said: Said) -> Call | None:
    """“值得买吗”, “哪个保值” of the cars last spoken of, else of the page's."""
    last = said.last
    if last is None or said.named or said.task.conditions:
        return None
    ids = last.trims or said.here
    names, compared = said.names_of(ids), last.intent == "compare"
    if not names or len(names) > (MAX_TRIMS if compared else _LISTED):
        return None
    own = ids if compared or len(names) > 1 or len(ids) == 1 else _in_talk(said, ids)
    text = said.text
    for fact in facts_in(said.heard, said.known.turn):
        text = text.replace(fact.said, label_of(fact))  # 充电不方便: as our pages say it
    return Quote(f"{'和'.join(names)} {text}", Cars(own, names))


def told_which(said: Said) -> Call | None:
    """“天舟” after we asked which car was meant: what was asked, of that one."""
    if not said.known.pending or said.task.field or len(said.own_series) != 1:
        return None
    return LookUp(Cars(series=said.own_series), said.known.pending, (), said.qualifiers)


def _in_talk(said: Said, ids: tuple[int, ...]) -> tuple[int, ...]:
    """One of the versions spoken of, where they are of another kind than the series as a whole."""
    rows = said.cast.rows(ids)
    every = trims_of(rows[0].series, ())
    one = representative(rows)
    alike = {trim.energy for trim in rows} == {trim.energy for trim in every}
    return () if alike or one is None else (one.id,)


def same_of_another(said: Said) -> Call | None:
    """“那 M8 呢”, “M7 呢”: what they go on with was asked before both."""
    goes_on = said.opens or (said.bare and not said.cue("compares", "joins", "whole"))
    if said.task.field or not goes_on:
        return None
    if said.task.intent == "consult" and said.cue("judges"):
        return None
    asked = (one for one in said.known.told if one.intent == "lookup" and one.fields)
    asking = next(asked, None)
    if asking is None or len(said.own_series) != 1:
        return None
    return LookUp(Cars(series=said.own_series), asking.fields[0], asking.wanted, said.qualifiers)


def advice_of_another(said: Said) -> Call | None:
    """“那织女呢” after advice about one car: the same of this one."""
    last, names = said.last, said.own_series
    if last is None or len(names) != 1 or not said.opens or said.task.field:
        return None
    if said.task.intent == "consult" or said.cue("whole", "joins", "compares"):
        return None
    question = last.question
    for old in said.names_of(last.trims):
        question = question.replace(old, "")
    return Quote(f"{names[0]} {question.strip()}", Cars((), names))


def compared_on(said: Said) -> Call | None:
    """“织女呢”, “哪个更便宜” after a comparison."""
    task, last = said.task, said.last
    if last is None or (task.intent == "lookup" and task.field and task.series):
        return None
    if not said.bare or (task.intent == "consult" and _OWN_SUBJECTS.search(said.text)):
        return None
    if task.series or task.brands:
        own = set(task.series) <= set(said.names_of(last.trims))
        if own or said.cue("whole") or not said.opens:
            return None
        cars = Cars(last.trims[:_COMPARED], task.series)
        return Compare(cars, task.field, said.wants, task.unread)
    if said.cue("compares"):
        return Compare(Cars(last.trims), task.field, said.wants, task.unread)
    return None


def same_cars(said: Said) -> Call | None:
    """“智驾呢”, “后排呢” of the cars compared or the one spoken of."""
    last = said.last
    if last is None or not last.trims or said.named or not said.cue("so"):
        return None
    if said.task.sort or said.task.unread or any(not want.inferred for want in said.wants):
        return None
    names = said.names_of(last.trims)
    if last.intent == "compare":
        return Compare(Cars(last.trims))
    field = FIELDS_BY_NAME.get(last.fields[0]) if last.fields else None
    of = field.label if field else "".join(last.fields[:1])
    asked = f"{names[0]} {said.text.rstrip('呢？? ')} {of}" if of else f"{names[0]} {said.text}"
    return Quote(asked, Cars(last.trims, names)) if len(names) == 1 else None


def advice_here(said: Said) -> Call | None:
    """“冬天能跑多远” of the car of the page, or the one spoken of: advice for any car, with the
    figure of this one."""
    task = said.task
    own = task.brands or task.conditions or _OWN_SUBJECTS.search(said.text)
    if task.intent != "consult" or own:
        return None
    ids = said.here or (said.last_trims if said.after("lookup", "consult") else ())
    names = said.names_of(ids)
    return Quote(said.text, Cars(ids[:1], names)) if len(names) == 1 else None
