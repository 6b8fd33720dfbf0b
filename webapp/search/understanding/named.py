"""Which brands and series a sentence names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from webapp.search.understanding.clauses import Tokens, is_filler
from webapp.search.understanding.lexicon import Lexicon, NameLike, Names, fold
from webapp.search.understanding.tokens import Token

_PLUG_IN: Final = frozenset({"PHEV", "EREV"})
_ENERGY_ENDS: Final = {
    "新能源": _PLUG_IN | {"BEV"},
    "纯电": frozenset({"BEV"}),
    "ev": frozenset({"BEV"}),
    "dmi": _PLUG_IN,
    "插电式混动": _PLUG_IN,
}
"""Ends of folded series names that tell the energies of their trims."""


@dataclass(frozen=True)
class Named:
    """A token that names cars: one series, or several that are called alike, the first the one
    meant most often; one brand, or the brands of a group."""

    index: int
    kind: str
    texts: tuple[str, ...]
    brand: str = ""

    @property
    def is_ambiguous(self) -> bool:
        return self.kind == "series" and len(self.texts) > 1


def named(tokens: Tokens, lexicon: Lexicon, energies: frozenset[str]) -> list[Named]:
    """Every name with the meaning that fits: the brand said before it, the energy asked for."""
    found: list[Named] = []
    for index, token in enumerate(tokens):
        if token.names:
            meant = _of_brand(token.names, _brand_before(tokens, index, found))
            one = _named(index, _of_energy(meant, lexicon, energies))
            found.append(_with_namesakes(one, token, lexicon))
    return found


def _named(index: int, name: NameLike) -> Named:
    texts = name.members if name.kind == "group" else (name.text,)
    return Named(index, name.kind, texts, name.brand or name.text)


def _with_namesakes(one: Named, token: Token, lexicon: Lexicon) -> Named:
    """途观 is 途观 or 途观L, where there are both."""
    others = lexicon.either.get(fold(token.text), ())
    if one.kind != "series" or one.texts[0] not in others:
        return one
    return replace(one, texts=tuple(dict.fromkeys((*one.texts, *others))))


def _brand_before(tokens: Tokens, index: int, found: list[Named]) -> frozenset[str]:
    """The brands just named, with nothing but fillers between."""
    if not found or found[-1].kind == "series":
        return frozenset()
    between = tokens[found[-1].index + 1 : index]
    return frozenset(found[-1].texts) if all(map(is_filler, between)) else frozenset()


def _of_brand(names: Names, brands: frozenset[str]) -> NameLike:
    """The most likely name, of the brand just said if there is one."""
    return next(
        (name for name in names if name.kind == "series" and name.brand in brands), names[0]
    )


def _of_energy(name: NameLike, lexicon: Lexicon, energies: frozenset[str]) -> NameLike:
    """The sibling for the energy asked for: 插混 makes 别克GL8 the 别克GL8新能源."""
    if name.kind != "series" or not energies:
        return name
    stem, own = _stem(fold(name.text))
    if energies <= own:
        return name
    for end, possible in _ENERGY_ENDS.items():
        sibling = lexicon.series.get(stem + end)
        if sibling and energies <= possible:
            return sibling
    return name


def _stem(series: str) -> tuple[str, frozenset[str]]:
    for end, energies in _ENERGY_ENDS.items():
        if series.endswith(end):
            return series.removesuffix(end), energies
    return series, frozenset()


def without_own_brands(found: Sequence[Named], unwanted: frozenset[int]) -> list[Named]:
    """A named series needs no brand: 比亚迪海豹 is 海豹, but 比亚迪，不要海豹 is both.

    `unwanted` are the tokens behind a negation.
    """
    own = {(name.brand, name.index in unwanted) for name in found if name.kind == "series"}
    return [
        name
        for name in found
        if name.kind != "brand" or (name.texts[0], name.index in unwanted) not in own
    ]
