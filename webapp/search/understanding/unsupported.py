"""Wishes that were understood and are no filter: each with its words, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.catalogue.filters.words import phrase
from webapp.search.understanding.absent import Absent
from webapp.search.understanding.clauses import Tokens, is_filler
from webapp.search.understanding.fields import FIELDS, IN_VOCABULARY, why_unfiltered
from webapp.search.understanding.findings import Finding
from webapp.search.understanding.likeness import Reference, is_likened
from webapp.search.understanding.measured import PERSONS
from webapp.search.understanding.merge import Overruled
from webapp.search.understanding.named import Named
from webapp.search.understanding.negation import Scopes
from webapp.search.understanding.normalise import Normal
from webapp.search.understanding.polarity import Group
from webapp.search.understanding.quantities import Quantities
from webapp.search.understanding.result import Unsupported, UnsupportedKind
from webapp.search.understanding.tokens import Token

_OPEN: Final = "说的是都可以，没有用来筛选"
_NO_FIGURE: Final = "没有说要多少"
_OTHER_MATTER: Final = "这个数说的不是能筛选的参数"
_FEW: Final = "五座以内的车都坐得下，没有用来筛选"
_EITHER: Final = "可以指"
_FULL_NAME: Final = "都列出来了；说全名就只列一个"
_TAKEN_BACK: Final = "后面改口了，按后面说的算"
_HAD: Final = "说的是现有的车，没有用来找车"
_NOT_EXCLUDED: Final = "不能单独排除这个数，说要多少以上或以下就能筛选"
_NOT_WANTED: Final = "说的是不看重，没有用来筛选"
_DEPENDS: Final = "说说要纯电还是加油的，就能推断出条件"
_ABSENT: Final = "车库里没有这款车"
_LIKE: Final = "只用来比较，没有找这款车"
_LIKE_BRAND: Final = "只用来比较；品牌没有大小和价钱，说出车系就能找相近的"
_NO_BRAND: Final = "车库里没有这个品牌的车，不知道大小和价钱，找不了相近的"
_NO_FACTS: Final = "，不知道它的大小和价钱，找不了相近的"
_DESCRIBES: Final = frozenset("大小高低长短宽窄好强足多少快慢矮深远")
_MORE: Final = ("", "点", "一点", "些", "一些", "的", "一点的")
_SILENT: Final = frozenset({"price_wan", "seats", "brand", "origin", "energy", "body", "size"})
"""Fields whose name alone is no wish: 价格, 几座."""


@dataclass(frozen=True)
class _Entry:
    first: int
    last: int
    kind: UnsupportedKind
    why: str
    near: tuple[str, ...] = ()


@dataclass(frozen=True)
class Leftovers:
    """What of a sentence became no condition, and what is needed to say why."""

    tokens: Tokens
    used: Collection[int]
    """Tokens that conditions, hints and the order rest on."""
    findings: Sequence[Finding]
    """Those on fields that are no filter."""
    groups: Sequence[Group]
    scope: Scopes
    quantities: Quantities
    absent: Sequence[Absent]
    references: Sequence[Reference]
    names: Sequence[Named]
    overruled: Sequence[Overruled]
    makers: Sequence[tuple[int, ...]]
    corrected: Sequence[Token]
    had: Sequence[Token]


def unsupported(
    left: Leftovers, normal: Normal, original: str, *, searching: bool
) -> tuple[Unsupported, ...]:
    """In the order of the sentence. Outside of a search only the cars that are not there, and
    names that may mean several."""
    entries = [*_absent(left)]
    if searching:
        entries += [*_unfiltered(left), *_nearest(left), *_words(left), *_amounts(left)]
        entries += [*_opened(left), *_references(left), *_overruled(left)]
    entries += _ambiguous(left)
    found: dict[str, Unsupported] = {}
    for entry in _joined(sorted(entries, key=lambda one: (one.first, one.last)), left.tokens):
        start, _ = normal.original(left.tokens[entry.first].start, left.tokens[entry.first].end)
        _, end = normal.original(left.tokens[entry.last].start, left.tokens[entry.last].end)
        text = original[start:end]
        found.setdefault(text, Unsupported(text, entry.why, entry.kind, start, end, entry.near))
    told = [*((one, _TAKEN_BACK) for one in left.corrected), *((one, _HAD) for one in left.had)]
    for token, why in told if searching else ():
        start, end = normal.original(token.start, token.end)
        text = original[start:end]
        # 老车 alone says less than 老车2015年.
        within = [o.text for o in found.values() if start <= o.start and o.end <= end]
        for shorter in within:
            if found[shorter].kind == "background":
                del found[shorter]
        found.setdefault(text, Unsupported(text, why, "background", start, end))
    return tuple(found.values())


def _absent(left: Leftovers) -> Iterator[_Entry]:
    for car in left.absent:
        near = f"；相近的有{'、'.join(car.near)}" if car.near else ""
        likened = is_likened(left.tokens, car.used[0], car.used[-1])
        why = f"{_ABSENT}{_NO_FACTS if likened else ''}{near}"
        yield _Entry(car.used[0], car.used[-1], "absent", why, car.near)
    for used in left.makers:
        yield _Entry(used[0], used[-1], "no_brand", _NO_BRAND)


def _unfiltered(left: Leftovers) -> Iterator[_Entry]:
    for finding in left.findings:
        for first, last in _stretches(finding.used, left.tokens):
            yield _Entry(first, last, "wish", why_unfiltered(finding.condition.field) or "")


def _stretches(used: Iterable[int], tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Tokens with only fillers between together: 三缸的不要."""
    first = last = -2
    for index in sorted(used):
        if last < 0 or not all(map(is_filler, tokens[last + 1 : index])):
            if last >= 0:
                yield first, last
            first = index
        last = index
    if last >= 0:
        yield first, last


def _nearest(left: Leftovers) -> Iterator[_Entry]:
    """Words whose condition is only the nearest there is: 越野, 天窗."""
    for index, token in enumerate(left.tokens):
        word = token.word
        if word is None or index not in left.used:
            continue
        note = word.choice.note if word.choice else word.hint.note if word.hint else ""
        if note:
            yield _Entry(index, index, "nearest", note)


def _words(left: Leftovers) -> Iterator[_Entry]:
    for index, token in enumerate(left.tokens):
        word = token.word
        if word is None or index in left.used:
            continue
        marks = left.scope.refused.get(left.scope.head(index), ())
        head = min((_subject(left, index), *marks))
        if word.wish:
            kind: UnsupportedKind = "background" if word.wish.kind == "background" else "wish"
            # 没有地库: where one lives, not what one wants.
            yield _Entry(head, index, kind, word.wish.why)
        elif word.hints and (left.scope.refuses(index) or left.scope.leaves_open(index)):
            every = (index, *left.scope.refuses(index), *left.scope.leaves_open(index))
            yield _Entry(min(every), max(every), "background", _NOT_WANTED)
        elif word.hints and not word.hint_for_any:
            yield _Entry(index, index, "background", _DEPENDS)
        elif word.parameter or word.measure:
            why = _why_parameter(token)
            if why:
                yield _Entry(head, _described(left.tokens, index), "wish", why)


def _subject(left: Leftovers, index: int) -> int:
    """The first token of 后排能躺: the part of the car that something is said of."""
    before = index - 1
    touches = before >= 0 and left.tokens[before].end == left.tokens[index].start
    part = touches and left.tokens[before].has("half") and before not in left.used
    return before if part else index


def _why_parameter(token: Token) -> str:
    word = token.word
    if word is None:
        return ""
    field = word.measure.field if word.measure else ""
    if field and (why := why_unfiltered(field)):
        return why
    if field and field not in IN_VOCABULARY:
        return _NO_FIGURE
    if not word.parameter:
        return ""  # 能跑, 坐: how a figure is said, and no figure
    label = word.parameter.split()[0]
    if label in FIELDS_BY_NAME:
        return "" if label in _SILENT else _NO_FIGURE
    return f"参数表里有{FIELDS[label].label if label in FIELDS else label}，还不能按它筛选"


def _described(tokens: Tokens, index: int) -> int:
    """The last token of 油箱大, 风阻低."""
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None or following.word is None or following.spaced:
        return index
    text = following.word.text
    return index + (text[:1] in _DESCRIBES and text[1:] in _MORE)


def _amounts(left: Leftovers) -> Iterator[_Entry]:
    opened = {index for used in left.quantities.opened for index in used}
    for index in sorted(left.quantities.seen - set(left.used) - opened):
        first = last = index
        while first and _belongs(left, first - 1):
            first -= 1
        while last + 1 < len(left.tokens) and _belongs(left, last + 1):
            last += 1
        amount = left.tokens[index].amount
        unit = amount.unit if amount else None
        why = _FEW if unit and unit.kind in PERSONS else _OTHER_MATTER
        if unit and unit.kind in FIELDS_BY_NAME and left.scope.refuses(index):
            why = _NOT_EXCLUDED
        yield _Entry(first, last, "background", why)
    for used in left.quantities.opened:
        yield _Entry(min(used), max(used), "background", _OPEN)


def _belongs(left: Leftovers, index: int) -> bool:
    """首付 of 首付5万, 以内 of 月供3000以内."""
    token = left.tokens[index]
    if index in left.used or token.ends_clause:
        return False
    context = token.word and any(role.startswith("context") for role in token.word.roles)
    return token.bound is not None or bool(context)


def _opened(left: Leftovers) -> Iterator[_Entry]:
    for group in left.groups:
        if group.polarity in ("open", "conceded") and not set(group.members) <= set(left.used):
            everything = (*group.members, *group.marks)
            yield _Entry(min(everything), max(everything), "background", _OPEN)


def _references(left: Leftovers) -> Iterator[_Entry]:
    for reference in left.references:
        if reference.name.index not in left.used:
            everything = (reference.name.index, *reference.used)
            why = _LIKE if reference.name.kind == "series" else _LIKE_BRAND
            yield _Entry(min(everything), max(everything), "background", why)


def _overruled(left: Leftovers) -> Iterator[_Entry]:
    """20万以内 of 20万以内，15万以内."""
    for one in left.overruled:
        for first, last in _stretches(one.finding.used, left.tokens):
            yield _Entry(first, last, "background", f"同一项说了两次，按“{phrase(one.by)}”筛选")


def _ambiguous(left: Leftovers) -> Iterator[_Entry]:
    """途观, where there are 途观 and 途观L."""
    for name in left.names:
        if name.is_ambiguous:
            every = "、".join(name.texts)
            yield _Entry(name.index, name.index, "nearest", f"{_EITHER}{every}，{_FULL_NAME}")


def _joined(entries: Iterable[_Entry], tokens: Tokens) -> Iterator[_Entry]:
    """One entry for words that touch and are of one kind: 6个气囊, 四缸自吸 stay two."""
    before: _Entry | None = None
    for entry in entries:
        if before and entry.first <= before.last:
            longer = entry.last > before.last or before.kind == "background"
            first, last = min(before.first, entry.first), max(before.last, entry.last)
            kept = entry if longer and entry.kind != "background" else before
            before = _Entry(first, last, kept.kind, kept.why)
            continue
        if (
            before
            and entry.kind == before.kind
            and entry.why == before.why
            and _touch(tokens, before.last, entry.first)
        ):
            before = _Entry(before.first, entry.last, before.kind, before.why)
            continue
        if before:
            yield before
        before = entry
    if before:
        yield before


def _touch(tokens: Tokens, one: int, other: int) -> bool:
    return tokens[one].end == tokens[other].start
