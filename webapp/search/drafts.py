"""Names while their forms are collected: which spellings each may claim, and how nearly."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log1p
from typing import Final, Literal

from webapp.catalogue.filters import FIELDS
from webapp.catalogue.reading.names import skeleton
from webapp.search.queries import AliasRow, BrandRow, SeriesRow

Kind = Literal["brand", "series", "group"]

_OWN, _ALIAS, _DERIVED = range(3)
_BRACKETS: Final = re.compile(r"[(（][^)）]*[)）]?")
_TAILS: Final = ("插电式混动", "多功能车", "新能源", "纯电", "class", "dmi", "系列", "ev")
"""Ends of catalogue names that people leave out."""
_RESERVED: Final = frozenset(
    [skeleton(word) for row in FIELDS for word in (*row.choices, *row.labels.values())]
    + ["a级", "b级", "c级", "d级"]  # levels: 奔驰C级 is no C级车
)


def fold(text: str) -> str:
    """A spelling as names are compared: `ＭＯＤＥＬ-Y` is `modely`; `#` and `+` stay."""
    return skeleton(text)


@dataclass(slots=True)
class Draft:
    """A name while its forms are collected: form to how near the claim is."""

    kind: Kind
    text: str
    brand: str
    pinyin: str
    weight: float
    series_id: int | None = None
    members: tuple[str, ...] = ()
    rank: float = 0.0
    second: bool = False
    claims: dict[str, int] = field(default_factory=dict)
    qualified: set[str] = field(default_factory=set)

    def claim(self, form: str, level: int, *, qualified: bool = False) -> None:
        if not form or self.claims.get(form, level + 1) <= level:
            return
        self.claims[form] = level
        if qualified:
            self.qualified.add(form)
        else:
            self.qualified.discard(form)


def _aliases_of(kind: Kind, rows: Iterable[AliasRow]) -> dict[str, list[str]]:
    """Folded canonical name to its aliases."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.kind == kind:
            found.setdefault(fold(row.name), []).append(row.alias)
    return found


def _weight(units: int, trims: int, newest: int) -> float:
    """Sales first; where none are known, what has more and newer versions is meant more often."""
    return log1p(units) + 0.2 * log1p(trims) + 0.05 * max(0, newest - 2015)


def brand_drafts(
    brands: Sequence[BrandRow], series: Sequence[SeriesRow], aliases: Sequence[AliasRow]
) -> list[Draft]:
    called = _aliases_of("brand", aliases)
    return [
        _brand_draft(row, [one for one in series if one.brand == row.name], called)
        for row in brands
    ]


def _brand_draft(row: BrandRow, own: Sequence[SeriesRow], called: Mapping[str, list[str]]) -> Draft:
    weight = _weight(
        sum(one.units or 0 for one in own),
        sum(one.trims for one in own),
        max((one.newest or 0 for one in own), default=0),
    )
    draft = Draft("brand", row.name, row.name, row.pinyin, weight, rank=weight)
    name, *others = _brand_words(row, called)
    draft.claim(name, _OWN)
    for alias in others:
        draft.claim(alias, _ALIAS)
    short = name.removesuffix("汽车")
    draft.claim(short + "汽车", _DERIVED)
    if len(short) > 1:
        draft.claim(short, _DERIVED)
    return draft


def _brand_words(row: BrandRow, called: Mapping[str, list[str]]) -> list[str]:
    """The brand's folded name, then what else it is called."""
    name = fold(row.name)
    words = [name, *map(fold, row.aliases.split()), *map(fold, called.get(name, ()))]
    return list(dict.fromkeys(words))


def series_drafts(
    series: Sequence[SeriesRow], brands: Sequence[BrandRow], aliases: Sequence[AliasRow]
) -> list[Draft]:
    brand_aliases = _aliases_of("brand", aliases)
    words = {row.name: _brand_words(row, brand_aliases) for row in brands}
    prefixes = [_prefixes(words[row.brand], row.maker) for row in series]
    bares = [_bare(fold(row.name), before) for row, before in zip(series, prefixes, strict=True)]
    stems = {(row.brand, bare) for row, bare in zip(series, bares, strict=True)}
    own_aliases = _aliases_of("series", aliases)
    drafts = []
    for row, before, bare in zip(series, prefixes, bares, strict=True):
        weight = _weight(row.units or 0, row.trims, row.newest or 0)
        draft = Draft("series", row.name, row.brand, row.pinyin, weight, series_id=row.id)
        # 奔驰C级(进口) is not called 奔驰C级 where there is another of that name.
        shorter = [stem for stem in _shortened(row.name, before) if (row.brand, stem) not in stems]
        called = [*own_aliases.get(fold(row.name), ()), *row.aliases.split()]
        _claim_all(draft, [bare, *shorter], [fold(alias) for alias in called], before)
        drafts.append(draft)
    _join_twins(drafts, [(row.brand, bare) for row, bare in zip(series, bares, strict=True)])
    return drafts


def _prefixes(words: list[str], maker: str | None) -> list[str]:
    """What may stand before the name of a series: 比亚迪, byd, 零跑汽车, 零跑, 一汽大众 ..."""
    short = [word.removesuffix("汽车") for word in words]
    built = [fold(maker)] if maker else []
    return [word for word in dict.fromkeys([*words, *short, *built]) if word]


def _claim_all(draft: Draft, stems: list[str], called: list[str], prefixes: list[str]) -> None:
    draft.claim(fold(draft.text), _OWN)
    for alias in called:
        draft.claim(alias, _ALIAS)
    for stem in stems:
        if _stands_alone(stem):
            draft.claim(stem, _DERIVED)
    for stem in (*stems, *called):
        if not stem.startswith(tuple(prefixes)):
            for prefix in prefixes:
                draft.claim(prefix + stem, _DERIVED, qualified=True)


def _bare(form: str, prefixes: list[str]) -> str:
    """A folded name without brand and maker in front, however often they stand there."""
    for prefix in sorted(prefixes, key=len, reverse=True):
        if form.startswith(prefix) and form != prefix:
            return _bare(form[len(prefix) :], prefixes)
    return form


def _shortened(name: str, prefixes: list[str]) -> list[str]:
    """The bare name without brackets and without the ends people leave out."""
    stem = _bare(fold(_BRACKETS.sub("", name)), prefixes)
    found = [stem]
    for tail in _TAILS:
        if stem.endswith(tail) and stem != tail:
            found.append(stem.removesuffix(tail))
    return found


def _stands_alone(stem: str) -> bool:
    """Whether a name may do without its brand: 01, x and 中型 would be read into anything."""
    return len(stem) > 1 and not stem.isdigit() and stem not in _RESERVED


def _join_twins(drafts: list[Draft], keys: list[tuple[str, str]]) -> None:
    """Let entries that only differ in spelling (大众-速腾, 速腾) share forms and stand together.

    The shorter spelling comes first: it is the one people use.
    """
    twins: dict[tuple[str, str], list[Draft]] = {}
    for draft, key in zip(drafts, keys, strict=True):
        twins.setdefault(key, []).append(draft)
    for together in twins.values():
        together.sort(key=lambda draft: (len(fold(draft.text)), -draft.weight, draft.text))
        rank = max(draft.weight for draft in together)
        everything = Draft("series", "", "", "", 0.0)
        for draft in together:
            for form, level in draft.claims.items():
                everything.claim(form, level, qualified=form in draft.qualified)
        for place, draft in enumerate(together):
            draft.rank, draft.second = rank, place > 0
            draft.claims = dict(everything.claims)
            draft.qualified = set(everything.qualified)


def group_drafts(aliases: Sequence[AliasRow], weights: Mapping[str, float]) -> list[Draft]:
    """Groups with those of their brands that the catalogue has; none of them, no group."""
    members: dict[str, list[str]] = {}
    for row in aliases:
        if row.kind == "group":
            known = [name for name in row.members.split() if name in weights]
            members.setdefault(row.name, []).extend(known)
    drafts = []
    for name, aliased in _aliases_of("group", aliases).items():
        text = next(row.name for row in aliases if row.kind == "group" and fold(row.name) == name)
        inside = tuple(dict.fromkeys(members[text]))
        if not inside:
            continue
        weight = max(weights[brand] for brand in inside)
        draft = Draft("group", text, "", "", weight, members=inside, rank=weight)
        draft.claim(name, _OWN)
        for alias in aliased:
            draft.claim(fold(alias), _OWN)
        drafts.append(draft)
    return drafts
