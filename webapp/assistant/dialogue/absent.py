"""Cars that were spoken of and that the catalogue does not have: what goes on with them.

The trim that comes nearest to such a car stands for it in what is asked next, and every answer
about that trim says so. Where nothing comes near, what is asked is said to be unknown.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webapp.assistant.answering.draft import Draft
from webapp.assistant.answering.parts import bound, join, paragraph, say
from webapp.assistant.answering.task import Task
from webapp.assistant.calls import Call, Cars, Compare, FindCars, LookUp, Want
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.wishes import of_car, wants_of

_BAND: Final = 0.25
"""Of a price: what cars of one kind cost."""


def of_absent(said: Said) -> Call | None:
    """What goes on with cars that are not there, and with nothing else."""
    return _asked_of(said) or _in_its_place(said)


def _asked_of(said: Said) -> Call | None:
    """“前者多少钱” of a car that is not there, “哪个充电快” of several of which none is."""
    names = said.pointed.absent
    if names and said.pointed.trims:
        return Compare(Cars(said.pointed.trims), said.field or said.task.field, (), names)
    if not names:
        last = said.last
        if last is None or last.present or not said.bare or said.pointed.cues:
            return None
        stood_for = len(last.absent) == 1 and last.trims
        asks = said.field or (said.cue("compares", "judges", "so") and not said.task.conditions)
        if not last.absent or stood_for or said.named or said.task.absent or not asks:
            return None
        names = tuple(name for name, _ in last.absent)
    return LookUp(unknown=names, field=said.field or said.task.field)


def beside(said: Said) -> Call | None:
    """“那和天舟比呢”, “哪个加速快” after a car that is not there; “跟腾势D9比呢”, which is not
    there, after one that is."""
    last = said.last
    weighs = said.cue("compares", "than", "picks") or (said.cue("with") and said.cue("so"))
    if last is None or said.pointed.cues or not said.bare:
        return None
    if weighs and said.task.absent and said.after("lookup", "consult", "compare") and last.present:
        cars = Cars(last.present if last.intent == "compare" else last.present[:1], said.own_series)
        return Compare(cars, said.field, (), said.task.absent)
    if not last.absent:
        return None
    names = tuple(name for name, _ in last.absent)
    if said.own_series and weighs and not said.task.absent:
        cars = Cars(last.present, said.own_series)
        return Compare(cars, said.task.field, said.qualifiers, names)
    if last.present and not said.named and (weighs or said.field) and not said.task.absent:
        return Compare(Cars(last.present), said.field or said.task.field, (), names)
    return None


def _in_its_place(said: Said) -> Call | None:
    """“不要插混，要纯电的” after a car that is not there: cars like what stands for it."""
    stands = next((one.absent for one in said.known.told if one.trims or one.absent), ())
    rows = said.cast.rows(tuple(trim for _, trim in stands if trim))
    wants = wants_of(r for r in said.searching.conditions if not r.inferred)
    if len(rows) != 1 or not wants or said.named or said.base is not None or not said.bare:
        return None
    if said.task.intent != "search" or said.pointed.cues:
        return None
    own, trim = {want.field for want in wants}, rows[0]
    like = [of_car("body", trim.body)] if trim.body and "body" not in own else []
    if trim.price_wan and "price_wan" not in own:
        ends = ((">=", 1 - _BAND), ("<=", 1 + _BAND))
        like += [Want("price_wan", o, round(trim.price_wan * w, 1), inferred=True) for o, w in ends]
    return FindCars((*wants, *like))


def with_stand_ins(said: Said, task: Task, draft: Draft) -> Draft:
    """The draft, saying first that its car only stands for one that is not there."""
    if draft.intent not in ("lookup", "compare", "consult") or draft.absent:
        return draft
    shown = dict.fromkeys((*said.names_of(task.trims), *task.series))
    stood = [
        (name, trim, series)
        for series in shown
        if series not in said.own_series
        for name, trim in _stood_for(said, series)
    ]
    if not stood:
        return draft
    names = join([bound(name, "question") for name, _, _ in stood], "、")
    near = join([bound(series, f"trim:{trim}:series") for _, trim, series in stood], "、")
    first = say("车库里没有{names}，下面说的是名字最接近的{near}，供参考。", names=names, near=near)
    absent = tuple((name, trim) for name, trim, _ in stood)
    return replace(draft, lead=(paragraph(first), *draft.lead), absent=absent)


def _stood_for(said: Said, series: str) -> tuple[tuple[str, int], ...]:
    """What the series was last spoken of in place of; nothing where it was itself."""
    for told in said.known.told:
        if series in told.named:
            return ()
        pairs = tuple(p for p in told.absent if p[1] and said.names_of((p[1],)) == (series,))
        if pairs or series in said.names_of(told.trims):
            return pairs
    return ()


def named_in(said: Said, draft: Draft, series: tuple[str, ...]) -> tuple[str, ...]:
    """The cars of a question of which one is not there, in the order of mention."""
    if not draft.absent:
        return ()
    own = said.heard.text
    places = {name: own.find(name) for name, _ in draft.absent if name in own}
    places |= {name: at for (at, _), name in said.heard.named_at if name in series}
    before = said.last.named if said.last is not None and draft.absent[0][0] not in own else ()
    return tuple(dict.fromkeys((*before, *sorted(places, key=lambda name: places[name]))))
