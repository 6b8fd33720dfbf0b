"""How sentences that go on with a conversation are read: `--dialogue FILE`.

A line has `history` (questions asked before), `q`, and `expect` in the words of `_CHECKS`: what is
looked up of which car, which cars are compared, which condition a list gains, loses or moves.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from scripts.evaluation.figures import Figure, percentile, share

if TYPE_CHECKING:
    from webapp.assistant.events import Answer

PART: Final = "dialogue"
BAR: Final = 0.92
FIRST_TEXT_MS: Final = 100
PLACES: Final = {"first": 0, "second": 1, "third": 2, "last": -1}

Line = dict[str, Any]
Turn = tuple[str, "Answer"]


def measure(lines: list[Line]) -> tuple[list[Figure], list[str]]:
    """Hold each conversation with the catalogue of the current application; one figure for each
    kind of expectation, and what was not read as expected."""
    from webapp.catalogue import queries

    if not lines:
        return [], []
    right: dict[str, list[bool]] = defaultdict(list)
    wrong: list[str] = []
    turned, seconds = 0, []
    for line in lines:
        held = _held(line["history"])
        began = time.perf_counter()
        done = _ask(line["q"], held)
        seconds.append(time.perf_counter() - began)
        series = {trim.id: trim.series for trim in queries.trims_by_id(_ids([*held, ("", done)]))}
        ok = _met(line["expect"], held, done, series)
        right[_kind(line["expect"])].append(ok)
        turned += _turned(line["expect"], done)
        if not ok:
            said = [(c["field"], c["operator"], c["value"]) for c in done.conditions]
            cars = list(dict.fromkeys(series.get(i, "?") for i in done.trims))
            wrong.append(
                f"{' / '.join(line['history'])} / {line['q']}: {line['expect']}; "
                f"{done.intent} {said} {done.sort or ''} {cars}"
            )
    every = [one for own in right.values() for one in own]
    figures = [Figure(PART, "read as expected", share(sum(every), len(every)), BAR, unit="%",
                      note=f"of {len(every)}")]  # fmt: skip
    figures += [
        Figure(PART, f"  {kind}", share(sum(own), len(own)), unit="%", note=f"of {len(own)}")
        for kind, own in sorted(right.items())
    ]
    figures.append(Figure(PART, "turned round", turned, 0, at_most=True))
    figures.append(Figure(PART, "whole answer p95", percentile(seconds, 0.95), FIRST_TEXT_MS,
                          at_most=True, unit="ms"))  # fmt: skip
    return figures, wrong


def _held(questions: list[str]) -> list[Turn]:
    held: list[Turn] = []
    for text in questions:
        held.append((text, _ask(text, held)))
    return held


def _ask(text: str, held: list[Turn]) -> Answer:
    from webapp.assistant.answering.answer import answer
    from webapp.assistant.events import Done, PastTurn, Question

    history = tuple(PastTurn.of(question, done) for question, done in held)
    for event in answer(Question(text, history), lambda: False):
        if isinstance(event, Done):
            return event.answer
    raise RuntimeError("an answer ends with Done")


def _ids(turns: list[Turn]) -> list[int]:
    return [trim_id for _, done in turns for trim_id in done.trims]


def _kind(expect: str) -> str:
    return re.sub(r"(?<=\d)\.\d|of [^;]+$|about (?!the).*", "", expect).strip() or "about a car"


def _met(expect: str, held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    """Whether the answer is what was expected. Raises ValueError for an unknown expectation."""
    for pattern, check in _CHECKS:
        if found := re.fullmatch(pattern, expect):
            return check(found, held, done, series)
    raise ValueError(f"no such expectation: {expect}")


def _listed(held: list[Turn]) -> Answer:
    """The last answer that showed several cars."""
    return next(done for _, done in reversed(held) if len(done.trims) > 1)


def _conditions(done: Answer) -> set[tuple[str, str, str]]:
    return {(c["field"], c["operator"], str(c["value"])) for c in done.conditions}


def _others(done: Answer, *fields: str) -> set[tuple[str, str, str]]:
    return {c for c in _conditions(done) if c[0] not in fields}


def _looked_up(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    field, car = m[1], m[2]
    names = {series[i] for i in done.trims}
    if not names:  # a car the catalogue does not have is said to be missing
        return done.intent == "lookup" and car in done.text
    from webapp.catalogue.measures import MEASURES

    label = MEASURES[field].label if field in MEASURES else field
    cited = {c.field for c in done.citations} | {n.source.rpartition(":")[2] for n in done.numbers}
    return done.intent == "lookup" and names == {car} and (field in cited or label in done.text)


def _compared(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    names = {series[i] for i in done.trims}
    wanted = set(m[1].split("、"))
    intents = ("compare", "consult", "lookup")
    return done.intent in intents and names == wanted


def _first_two(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    listed = next(one for _, one in held if one.intent == "search")
    return done.intent in ("compare", "consult") and done.trims[:2] == listed.trims[:2]


def _about_place(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    listed = next(one for _, one in held if one.intent == "search")
    meant = series[listed.trims[PLACES[m[1]]]]
    intents = ("lookup", "consult")
    return done.intent in intents and {series[i] for i in done.trims} == {meant}


def _about(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    return done.intent in ("lookup", "consult") and {series[i] for i in done.trims} == {m[1]}


def _added(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    base = next(one for _, one in reversed(held) if one.intent == "search")
    wanted = (m[1], m[2], m[3])
    kept = {c for c in _conditions(base) if c[0] != m[1] or m[2] == "!="}
    said = {(f, op, v) if op != ">=" or f != "seats" else (f, "==", v)
            for f, op, v in _conditions(done)}  # fmt: skip
    if m[1] == "energy" or m[1] == "body":
        kept = {c for c in kept if c[1] not in ("==", "in") or c[0] != m[1]}
    return done.intent == "search" and wanted in said and kept <= _conditions(done)


def _paged(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    base = next(one for _, one in reversed(held) if one.intent == "search")
    same = _conditions(done) == _conditions(base)
    return done.intent == "search" and same and done.trims != base.trims


def _sorted(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    base = next(one for _, one in reversed(held) if one.intent == "search")
    keys = (m[1], f"-{m[1].lstrip('-')}")
    same = _conditions(done) == _conditions(base)
    return done.intent == "search" and same and done.sort in keys


def _moved(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    base = next(one for _, one in reversed(held) if one.intent == "search")

    def top(one: Answer) -> float:
        return next(
            float(c["value"])
            for c in one.conditions
            if c["field"] == "price_wan" and c["operator"] == "<="
        )

    if done.intent != "search" or _others(done, "price_wan") != _others(base, "price_wan"):
        return False
    try:
        return top(done) < top(base) if m[1] == "lowered" else top(done) > top(base)
    except StopIteration:
        return False


def _priced(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    base = next(one for _, one in held if one.intent == "search")
    wan = float(m[1])
    ends = [float(c["value"]) for c in done.conditions if c["field"] == "price_wan"]
    right = bool(ends) and wan * 0.85 <= max(ends) <= wan * 1.15
    return (
        done.intent == "search"
        and right
        and _others(done, "price_wan") >= _others(base, "price_wan")
    )


def _without(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    base = next(one for _, one in reversed(held) if one.intent == "search")
    return done.intent == "search" and _conditions(done) == _others(base, m[1])


def _grew(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    fields = {"size": ("wheelbase_mm", "length_mm"), "range": ("range_km",)}[m[1]]
    base = next(one for _, one in reversed(held) if one.intent == "search")
    moved = any(c["field"] in fields and c["operator"] == ">=" for c in done.conditions)
    return done.intent == "search" and moved and _others(base, *fields) <= _conditions(done)


def _cheapest(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    base = next(one for _, one in reversed(held) if one.intent == "search")
    from webapp.catalogue import queries

    prices = {t.series: t.price_fen or 0 for t in queries.trims_by_id(list(done.trims))}
    most = 2 if m[1] else 1
    listed = [t.price_fen or 0 for t in queries.trims_by_id(list(base.trims))]
    right = len(prices) == most and min(prices.values()) <= min(listed)
    return right and done.intent == ("compare" if m[1] else done.intent) != "search"


def _asked_or_advised(
    m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]
) -> bool:
    return done.intent in ("other", "consult")


def _stays(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    last = held[-1][1]
    same = done.intent == "search" and _conditions(done) == _conditions(last)
    return done.intent == "other" or same or set(done.trims) <= set(last.trims) != set()


def _ends(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    listed = next(one for _, one in held if one.intent == "search").trims
    meant = {series[listed[0]], series[listed[-1]]}
    return done.intent in ("compare", "consult") and {series[i] for i in done.trims} == meant


def _again(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    return done.intent == "search" and _conditions(done) == _conditions(held[0][1])


def _anew(m: re.Match[str], held: list[Turn], done: Answer, series: dict[int, str]) -> bool:
    return done.intent == "search" and (m[1], "==", m[2]) in _conditions(done)


Check = Callable[[re.Match[str], list[Turn], "Answer", dict[int, str]], bool]
_CHECKS: Final[tuple[tuple[str, Check], ...]] = (
    (r"lookup (\w+) of (.+)", _looked_up),
    (r"compare of the first two trims", _first_two),
    (r"compare of the two (cheapest)", _cheapest),
    (r"about the cheapest()", _cheapest),
    (r"compare of first and last", _ends),
    (r"compare of (.+)", _compared),
    (r"about the (first|second|third|last) trim of the list", _about_place),
    (r"about (.+)", _about),
    (r"(?:search; )(\w+)(==|!=)(\S+) added", _added),
    (r"add condition (\w+)", _asked_or_advised),
    (r"search; the next cars of the same list", _paged),
    (r"search; sort (-?\w+)", _sorted),
    (r"search; price_wan upper bound (lowered|raised), other conditions kept", _moved),
    (r"search; price about (\d+) \(or <=\d+\)", _priced),
    (r"search; body in (轿车) again", _again),
    (r"search without any condition on (\w+)", _without),
    (r"search; (size|range) up", _grew),
    (r"ask or consult", _asked_or_advised),
    (r"stays; asks back or keeps", _stays),
    (r"search anew (\w+) (\w+)", _anew),
)


def _turned(expect: str, done: Answer) -> int:
    """A value wanted that should be refused, or the other way round."""
    found = re.search(r"(\w+)(==|!=)(\S+) added", expect)
    if found is None:
        return 0
    other = {"==": ("!=", "not in"), "!=": ("==", "in")}[found[2]]
    return any(
        c["field"] == found[1] and c["operator"] in other and found[3] in str(c["value"])
        for c in done.conditions
    )
