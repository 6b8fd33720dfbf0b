"""Rules for sentences that go on with a list: narrowed, moved, turned over, brought back."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from webapp.assistant import once
from webapp.assistant.calls import Call, FindCars, Quote, Rank, Want
from webapp.assistant.dialogue import wishes
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.situation import Told
from webapp.assistant.dialogue.updates import (
    FIVE,
    WITHOUT_CHARGER,
    facts_in,
    implied,
    label_of,
    people_of,
)
from webapp.assistant.dialogue.wishes import Wants, merged, wants_of
from webapp.catalogue.filters import FIELDS_BY_NAME, Selection
from webapp.search.service import parse_sentence
from webapp.search.understanding.reading import interpret
from webapp.search.understanding.result import ReadCondition

_WAN: Final = 10_000
_NEAR: Final = 2
"""Characters between a value and what takes it out."""


def reordered(said: Said) -> Call | None:
    """“这些里面谁最便宜”, “最便宜的是哪个”: the list in another order."""
    sort = said.searching.sort
    if sort is None or said.named or "superlative" in said.pointed.cues or "最" not in said.text:
        return None
    if said.task.conditions or said.nudge or (said.last and said.last.visited):
        return None
    if not (said.opens or said.cue("they", "of_those", "compares")):
        return None
    return FindCars(said.base_wants, sort)


def undone(said: Said) -> Call | None:
    """“改回来”, “还是刚才的预算吧”: the list before the last change, or what it said of one
    field."""
    lists = [one for one in said.known.asked if one.intent == "search"]
    now = said.base_wants
    others = [one for one in lists if set(one.wants) != set(now)]
    first = any(m.of == "first" for cue in said.heard.cues if (m := cue.meaning("undo")))
    former = next(reversed(others) if first else iter(others), None)
    if former is None or said.task.conditions:
        return None
    if said.cue("few"):  # 太少了: without what narrowed it last
        return FindCars(former.wants, former.sort) if said.only() else None
    fields = {m.of for cue in said.heard.cues if (m := cue.meaning("subject"))}
    fields |= {field for field, _ in said.heard.values}
    fields = {name for name in fields if name in FIELDS_BY_NAME}
    if not fields:
        return FindCars(former.wants, former.sort)
    restored = tuple(want for want in former.wants if want.field in fields)
    return FindCars((*wishes.without_fields(now, fields), *restored), said.base_sort)


def further(said: Said) -> Call | None:
    """“换一批”, “还有别的吗”: the next cars of the same list."""
    base = said.base
    if base is None or said.task.conditions or said.own_series or said.nudge:
        return None
    if said.pointed.series:
        return None
    if said.cue("compares", "judges") or said.searching.sort:
        return None
    return _again(said, base, _seen(said))


def page_before(said: Said) -> Call | None:
    """“上一页”: what was shown before the page that is shown."""
    pages = _pages(said)
    if said.base is None or said.task.conditions:
        return None
    return _again(said, said.base, tuple(i for one in pages[2:] for i in one.trims))


def _again(said: Said, base: Told, seen: tuple[int, ...]) -> Call:
    if base.rank:
        return Rank(base.rank.lstrip("-"), not base.rank.startswith("-"), False,
                    said.base_wants, seen)  # fmt: skip
    return FindCars(said.base_wants, base.sort, seen)


def _pages(said: Said) -> list[Told]:
    """The pages shown of the last list, the newest first."""
    base = said.base
    return [one for one in said.known.told if base is not None and one.intent == "search"
            and set(one.wants) == set(base.wants) and one.sort == base.sort]  # fmt: skip


def _seen(said: Said) -> tuple[int, ...]:
    return tuple(trim_id for one in _pages(said) for trim_id in one.trims)


def bare_number(said: Said) -> Call | None:
    """“那800呢”: the bound whose figure is most like it takes the new one."""
    amounts = said.heard.amounts
    if len(amounts) != 1 or said.named or not (said.opens or said.cue("instead", "so")):
        return None
    value, at = amounts[0]
    figure = f"{value:g}"
    if figure not in said.text[at:] or not said.only(but=figure):
        return None
    changed = wishes.with_number(said.base_wants, value)
    return FindCars(changed, said.base_sort) if changed else None


def dropped(said: Said) -> Call | None:
    """“价格不限”, “SUV不是必须的”, “去掉四驱”."""
    base = said.base
    if base is None or said.task.series or said.nudge:
        return None
    old = said.base_wants
    fields = wishes.dropped(said.heard, old)
    no_sort = wishes.sort_dropped(said.heard, base.sort, fields)
    left = wishes.without(old, fields, said.heard)
    if left == old and not no_sort and not said.leaves:
        return None
    fresh = tuple(w for w in wants_of(said.searching.conditions) if w.field not in fields)
    return FindCars(merged(left, fresh), None if no_sort else base.sort)


def summed(said: Said) -> Call | None:
    """“再加5万”, “预算少3万”: both ends of the price move by so much."""
    amounts = [value for value, _ in said.heard.amounts]
    changes = [cue for cue in said.heard.cues if cue.text not in wishes.MEASURES]
    more = any(cue.has("joins") or cue.has("up") for cue in changes)
    more = more or any(one in said.text for one in ("加", "添", "多"))
    less = any(cue.has("down") for cue in changes)
    less = less or any(one in said.text for one in ("少", "便宜"))
    priced = any(want.field == "price_wan" for want in said.base_wants)
    if len(amounts) != 1 or more == less or not priced or said.named:
        return None
    if ("万" not in said.text and "w" not in said.text.lower()) or "到" in said.text:
        return None
    if said.heard.values or any(one in said.text for one in ("最多", "不少", "至少", "多少")):
        return None
    by = amounts[0] / _WAN if amounts[0] >= _WAN else amounts[0]
    return FindCars(wishes.summed(said.base_wants, by if more else -by),
                    said.base_sort)  # fmt: skip


def as_well(said: Said) -> Call | None:
    """“7座也行”: the value asked for before, or this one; “丰田可以留着”: what was ruled out before
    is so no longer."""
    if said.nudge or said.own_series:
        return None
    text = said.text
    for cue in reversed([cue for cue in said.heard.cues if cue.has("as_well")]):
        text = text[: cue.start] + text[cue.end :]  # alone it asks for nothing
    read = interpret(parse_sentence(text), expecting="search").conditions
    if not read:
        return None
    old = wishes.allowed(said.base_wants, wants_of(read))
    if said.task.brands and old == said.base_wants:
        return None
    fresh = wishes.either(old, wants_of(read))
    return FindCars(merged(old, fresh), said.base_sort)


def moved(said: Said) -> Call | None:
    """“再便宜点” of the list; after talk of one car, others of its class."""
    nudge, last = said.nudge, said.last
    if nudge is None or last is None or said.cue("asks", "why", "compares"):
        return None
    read = wants_of(said.searching.conditions)
    if any(not want.inferred and want.operator in (">=", "<=") for want in read):
        return None
    if said.base is None:
        return _alike_but(said, last)
    shown = said.base.trims or last.trims
    found = wishes.nudged(nudge, said.base_wants, shown)
    if found is None:
        return None
    fresh = [want for want in read if not (want.inferred and want.field == nudge.field)]
    fresh = [want for want in fresh if not want.inferred or want.field not in _fields(found[0])]
    return FindCars(merged(said.base_wants, (*fresh, *found[0])), said.base.sort,
                    moved=(found[1],))  # fmt: skip


def _fields(wants: Wants) -> set[str]:
    return {want.field for want in wants}


def _alike_but(said: Said, last: Told) -> Call | None:
    """“有没有便宜点的” after talk of one car: others of its class, with the bound moved from it."""
    assert said.nudge is not None
    found = wishes.nudged(said.nudge, (), last.trims[:1])
    for trim in said.cast.rows(last.trims[:1]) if found else ():
        assert found is not None
        of_class = (("body", trim.body), ("size", trim.size), ("energy", trim.energy))
        alike = [wishes.of_car(field, value) for field, value in of_class if value]
        while len(alike) > 1 and not _any_of((*alike, *found[0])):
            alike.pop()  # nothing cheaper of its kind: of any energy, then of any size
        return FindCars((*alike, *found[0]), moved=(found[1],))
    return None


def _any_of(wants: Wants) -> bool:
    return bool(once.series_in_order(Selection(tuple(w.condition for w in wants))))


def weighed(said: Said) -> tuple[Call, ...] | None:
    """“纯电行吗” where something is known that speaks for or against it: what our pages say, then
    the list with it."""
    read = said.searching.conditions
    known = [label_of(fact) for fact in said.known.facts if fact.name in _WEIGHED]
    if not known or len(read) != 1 or read[0].condition.field != "energy" or said.base is None:
        return None
    if not said.cue("judges", "wonders") and "行" not in said.text:
        return None
    fresh = merged(said.base_wants, wants_of(read))
    return Quote(f"{' '.join(known)} {said.text}"), FindCars(fresh, said.base.sort)


_WEIGHED: Final = ("place.cold", "place.home_charging", "use.ride_hailing", "use.highway")
"""What is known of the visitor that an energy is weighed against."""


def narrowed(said: Said) -> Call | None:
    """“那七座的呢”, “只看四驱”, “换成插混”, “不是SUV，是轿车”: what this sentence says of a field
    takes the place of what was said of it."""
    base = said.base
    if base is None:
        return None
    read = said.searching
    fresh = tuple(_taken_out(said, one) for one in read.conditions)
    if not _goes_on(said, fresh):
        return None
    if said.cue("not_this") and said.cue("but_that"):
        fresh = tuple(want for want in fresh if not want.excludes) or fresh
    if base.visited and not _narrows(said):
        return None
    sort = said.task.sort or read.sort
    if not fresh and sort is None:
        return None
    if said.task.series and not all(want.excludes for want in fresh if want.field == "series"):
        return None
    if base.rank and sort is None:
        rank = base.rank
        return Rank(rank.lstrip("-"), not rank.startswith("-"), False,
                    merged(said.base_wants, fresh))  # fmt: skip
    return FindCars(merged(said.base_wants, fresh), sort or base.sort, unread=True)


def _taken_out(said: Said, read: ReadCondition) -> Want:
    """The wish; ruled out where what is said of it behind takes it out: 把大众排除掉."""
    want = Want.of(read.condition, inferred=read.inferred)
    ends = max((end for _, end in read.spans), default=-1)
    behind = any(cue.has("takes_out") and 0 <= cue.start - ends <= _NEAR for cue in said.heard.cues)
    if not behind or want.operator not in ("==", "in"):
        return want
    return replace(want, operator="!=" if want.operator == "==" else "not in")


def _goes_on(said: Said, fresh: Wants) -> bool:
    """Whether it is no whole sentence of its own."""
    task, read = said.task, said.searching
    if said.opens and not (said.cue("whole") and len(read.conditions) > 2):
        return not (task.intent == "consult" and not said.bare)
    whole = said.cue("whole") and (len(task.conditions) > 1 or not said.bare)
    if task.intent in ("consult", "other"):
        if read.sort and said.cue("compares"):
            return said.bare
        asked = said.values(said.field) if said.field else ()
        asks = len(asked) == 1 and len(asked[0].condition.values) == 1  # else it weighs two
        marked = said.cue("one_that", "edition") or asks
        return said.bare and marked and bool(read.conditions)
    excludes = bool(fresh) and all(want.excludes for want in fresh)
    return (said.bare and not whole and not task.series) or excludes


def _narrows(said: Said) -> bool:
    """It goes on with the list that is only looked at, and is no search of its own."""
    return said.opens or said.nudge is not None or said.cue("one_that", "more", "degree")


def told_a_fact(said: Said) -> Call | None:
    """“家里没有充电桩” after a list: the same with what follows from it."""
    facts = facts_in(said.heard, said.known.turn)
    asks = said.task.intent == "consult" and said.cue("judges", "topic_on", "so")
    if not facts or said.base is None or said.base.visited or asks or said.named:
        return None
    if any(fact.name == "place.home_charging" and fact.value == "yes" for fact in facts):
        if said.text.rstrip("？?。！! ").endswith(("吗", "么", "不")):
            return None
        # What followed from having none falls; what is left may be the same list.
        kept = tuple(want for want in said.base_wants if want != WITHOUT_CHARGER)
        return FindCars(kept, said.base.sort)
    more: tuple[Want, ...] = implied(said.known, said.base_wants)
    seated = any(want.field == "seats" for want in (*said.base_wants, *more))
    people = people_of(said.known)
    if any(fact.name.startswith("party.") for fact in facts) and people >= FIVE and not seated:
        more = (*more, Want("seats", ">=", people, inferred=True))
    return FindCars((*said.base_wants, *more), said.base.sort) if more else None


def of_those(said: Said) -> Call | None:
    """“推荐一个”: of the list before."""
    if said.task.intent != "search" or said.task.conditions or said.task.unread:
        return None
    if interpret(said.heard, expecting="search").sort or said.base is None:
        return None
    return FindCars(said.base_wants, said.base.sort) if said.base_wants else None
