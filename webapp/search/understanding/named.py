"""Which brands and series a sentence names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from webapp.search.understanding.clauses import Tokens, is_filler
from webapp.search.understanding.lexicon import NameLike

_PLUG_IN: Final = frozenset({"PHEV", "EREV"})
_ENERGY_ENDS: Final = {
    "新能源": _PLUG_IN | {"BEV"},
    "纯电": frozenset({"BEV"}),
    "EV": frozenset({"BEV"}),
    "DM-i": _PLUG_IN,
    "插电式混动": _PLUG_IN,
}
"""Ends of series names that tell the energies of their trims."""


@dataclass(frozen=True)
class Named:
    """A token that names cars: one series, one brand, or the brands of a group."""

    index: int
    kind: str
    texts: tuple[str, ...]
    brand: str = ""


def named(tokens: Tokens, energies: frozenset[str]) -> list[Named]:
    """Every name with the meaning that fits: the brand said before it, the energy asked for."""
    found: list[Named] = []
    for index, token in enumerate(tokens):
        if token.names:
            said = _brand_before(tokens, index, found)
            found.append(_named(index, _fitting(token.names, said, energies)))
    return _without_own_brands(found)


def _named(index: int, name: NameLike) -> Named:
    texts = name.members if name.kind == "group" else (name.text,)
    return Named(index, name.kind, texts, name.brand or name.text)


def _brand_before(tokens: Tokens, index: int, found: list[Named]) -> frozenset[str]:
    """The brands just named, with nothing but fillers between."""
    if not found or found[-1].kind == "series":
        return frozenset()
    between = tokens[found[-1].index + 1 : index]
    return frozenset(found[-1].texts) if all(map(is_filler, between)) else frozenset()


def _fitting(
    names: Iterable[NameLike], brands: frozenset[str], energies: frozenset[str]
) -> NameLike:
    """The first name, unless another belongs to the brand just said or to the energy."""
    listed = list(names)
    of_brand = [name for name in listed if name.kind == "series" and name.brand in brands]
    if of_brand:
        listed = of_brand
    same = [name for name in listed if name.brand == listed[0].brand and name.kind == "series"]
    if energies and listed[0].kind == "series":
        for name in same:
            if _energies_of(name.text) & energies == energies:
                return name
    plain = [name for name in same if not _energies_of(name.text)]
    return plain[0] if plain and listed[0].kind == "series" else listed[0]


def _energies_of(series: str) -> frozenset[str]:
    for end, energies in _ENERGY_ENDS.items():
        if series.endswith(end):
            return energies
    return frozenset()


def _without_own_brands(found: list[Named]) -> list[Named]:
    """A named series needs no brand: 比亚迪 goes where 海豹 is named."""
    brands = {name.brand for name in found if name.kind == "series"}
    return [name for name in found if name.kind != "brand" or name.texts[0] not in brands]
