"""Rules for sentences that go on with a sum: another figure, another car, another version."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from webapp.assistant.answering import stated
from webapp.assistant.answering.choosing import trims_of
from webapp.assistant.answering.figures_said import versions_said
from webapp.assistant.answering.pairing import ALIKE
from webapp.assistant.answering.stated import Figures
from webapp.assistant.answering.sums import asks_sum
from webapp.assistant.answering.sums_of_buying import BUYS
from webapp.assistant.answering.sums_of_figures import KIND
from webapp.assistant.answering.versions import without_name
from webapp.assistant.calls import Call, Cars, Cost, FindCars, Want
from webapp.assistant.dialogue.said import Said
from webapp.assistant.dialogue.updates import implied
from webapp.assistant.dialogue.wishes import wants_of

CARS: Final = 3
_OF_A_LOAN: Final = frozenset({"down_share", "down_yuan", "principal", "rate", "free"})
LONGEST: Final = 32
"""Characters of a sentence that only states figures."""


def anew(said: Said) -> Call | None:
    """“油价按八块”, “不是一万五，是三万”, “换成纯电的呢”, “那织女呢”: the last sum once more."""
    running = said.known.sum
    if running is None or len(said.text) > LONGEST:
        return None
    if said.field is not None and running.kind != KIND:
        return None
    known = {name: Decimal(value) for name, value in running.figures}
    now = stated.changes(said.text, running.kind, known, opens=said.opens)
    if running.kind == KIND:
        return None if said.named or not now else _of_figures(said, running.question, known, now)
    cars = _cars(said, now)
    if cars is None and not now and not said.named and _states_loan(said, running.kind):
        return Cost(said.text, Cars(_last_trims(said)), sum="loan")
    if cars is None and not now and not said.named and _asks_part(said, running.kind):
        cars = Cars(_last_trims(said))
    if cars is None:
        return None
    figures = stated.over(now, known)
    kept = tuple((name, str(value)) for name, value in figures.items())
    return Cost(running.question, cars, sum=running.kind, figures=kept)


def _of_figures(said: Said, question: str, known: Figures, now: Figures) -> Call:
    """The same distance with what is said now: of the other energy beside what was, too."""
    figures = stated.over(now, known)
    kept = tuple((name, str(value)) for name, value in figures.items())
    return Cost(question, Cars(), sum=KIND, figures=kept)


def for_that_price(said: Said) -> Call | None:
    """“这个价有什么纯电SUV” after what a monthly payment buys."""
    running = said.known.sum
    price = dict(running.figures).get(BUYS) if running is not None else None
    if price is None:
        return None
    read = wants_of(said.searching.conditions)
    wants = tuple(w for w in read if w.field != "price_wan")
    if not said.cue("that_price") and (len(wants) < len(read) or not wants):
        return None
    limit = Want("price_wan", "<=", float(price))
    return FindCars((limit, *wants, *implied(said.known, wants)), said.searching.sort)


def of_the_same(said: Said) -> Call | None:
    """“一天跑80公里一个月电费多少”, “落地多少钱” of the car or cars spoken of."""
    last = said.last
    if last is None or said.after("search") or said.named or said.pointed.trims:
        return None
    names = said.names_of(last.trims)
    if not names or len(names) > CARS or not asks_sum(said.text):
        return None
    return Cost(said.text, Cars(last.trims, names))


def _last_trims(said: Said) -> tuple[int, ...]:
    """The cars of the last sum."""
    return next((one.trims for one in said.known.told if one.sum), ())


def _asks_part(said: Said, kind: str) -> bool:
    """“利息一共多少”: a part of what this kind of sum works out, and of nothing else."""
    parts = {m.of for cue in said.heard.cues for m in cue.meanings if m.cue == "part"}
    return kind in parts and not asks_sum(said.text) and not said.pointed.trims


def _states_loan(said: Said, kind: str) -> bool:
    """“首付一半，分三年呢” after another sum of a car: its loan."""
    states = bool(stated.stated(said.text).keys() & _OF_A_LOAN)
    return kind not in ("loan", "budget") and states and bool(_last_trims(said))


def _cars(said: Said, now: Figures) -> Cars | None:
    """The cars of the sum; None where the sentence changes nothing of it."""
    trims, named = _last_trims(said), said.own_series
    picks = wants_of(said.searching.conditions)
    if named:
        swaps = said.cue("so", "opens", "instead", "swaps") and len(named) == 1
        if not trims or not (swaps or now) or said.cue("compares", "joins", "judges"):
            return None
        others = tuple(name for name in said.names_of(trims) if name not in named)
        keeps = said.cue("instead", "swaps") and len(others) > 1
        return Cars(_of_series(said, trims, others[:-1]) if keeps else (), named)
    if picks and all(want.field in ALIKE and not want.inferred for want in picks):
        if not trims or not (said.opens or now):
            return None
        names = said.names_of(trims)
        has = tuple(name for name in names if _is_there(name, said))
        kept = tuple(name for name in names if name not in has)
        if not has and not said.cue("so", "instead", "swaps"):
            return None  # 不要插混，要纯电的: other cars
        # Of whichever has no such version the one it was worked out for stays.
        return Cars(_of_series(said, trims, kept), has) if has else Cars((), names)
    names = said.names_of(trims)
    if said.opens and len(names) == 1:
        every = trims_of(names[0], ())
        numbered = versions_said(without_name(said.text, names[0]), every)
        if 0 < len(numbered) < len(every):
            return Cars(tuple(trim.id for trim in numbered))
    return Cars(trims) if now else None


def _of_series(said: Said, trims: tuple[int, ...], names: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(trim.id for trim in said.cast.rows(trims) if trim.series in names)


def _is_there(name: str, said: Said) -> bool:
    picks = said.searching.conditions
    return any(
        all(getattr(trim, r.condition.field, None) in r.condition.values for r in picks)
        for trim in trims_of(name, picks)
    )
