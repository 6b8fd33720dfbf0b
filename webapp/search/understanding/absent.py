"""Cars that are named and that the catalogue does not have: 智己L6, 传祺M8, 思域.

A name of `models.csv` is one, with its maker before it or without. So are a maker and a model code:
where the catalogue has no such series of that maker, it is never the series of another maker with
the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from webapp.search.understanding.clauses import Tokens, is_filler
from webapp.search.understanding.lexicon import Lexicon, NameLike, fold
from webapp.search.understanding.named import Named
from webapp.search.understanding.tokens import Token
from webapp.search.understanding.trie import is_han

_NEAR: Final = 3
_ENDS: Final = frozenset({"plus", "pro", "max", "ultra", "gt", "mini"})
"""What the name of a model may end in."""
_SHORTEST_MAKER, _LONGEST_MAKER = 2, 8


@dataclass(frozen=True)
class Absent:
    """A car that is not there: its tokens, the brands the catalogue has of its maker, and the
    series that are called most alike."""

    used: tuple[int, ...]
    brands: tuple[str, ...]
    near: tuple[str, ...]


def absent_cars(
    tokens: Tokens, text: str, names: Sequence[Named], lexicon: Lexicon
) -> list[Absent]:
    """Every model the catalogue does not have, and every maker with a model code behind it that no
    series of the catalogue is called by."""
    found = []
    brands = {name.index: name for name in names if name.kind in ("brand", "group")}
    series = {name.index: name for name in names if name.kind == "series"}
    for index, token in enumerate(tokens):
        if token.kind == "model":
            found.append(_model(tokens, text, index, brands, lexicon))
            continue
        code = _code(token)
        if not code:
            continue
        written = _written_maker(tokens, text, index, lexicon)
        maker = _maker_before(tokens, index, brands) or written
        named = series.get(index)
        if maker is None or (named and named.brand in _texts(brands, maker)):
            continue
        if token.kind != "name" and not (maker[0] in brands or written):
            continue  # an unknown word and a number: nothing tells that it is a car
        if token.amount and token.start != tokens[index - 1].end:
            continue
        own = _texts(brands, maker)
        same = named.texts if named else ()
        found.append(Absent((*maker, index), own, _near(code, own, same, lexicon)))
    return found


def _model(
    tokens: Tokens, text: str, index: int, brands: dict[int, Named], lexicon: Lexicon
) -> Absent:
    """A model with the maker written before it."""
    token = tokens[index]
    before = _maker_before(tokens, index, brands)
    said = before and before[0] in brands
    maker = (before if said else _written_maker(tokens, text, index, lexicon)) or ()
    own = (token.maker,) if token.maker in lexicon.brands else ()
    used = [*maker, index]
    for other in range(index + 1, len(tokens)):
        if tokens[other].kind not in ("unknown", "word") or _text(tokens[other]) not in _ENDS:
            break
        used.append(other)  # 埃安S Plus is no 埃安S
    code = "".join(char for char in token.text if char.isascii() and char.isalnum())
    same = tuple(name.text for name in lexicon.names.get(code) or () if name.kind == "series")
    return Absent(tuple(used), own, _near(code, own, same[:1], lexicon))


def _text(token: Token) -> str:
    return token.word.text if token.word else token.text


def _texts(brands: dict[int, Named], maker: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(text for index in maker if index in brands for text in brands[index].texts)


def _code(token: Token) -> str:
    """l6, m9, es8: letters and digits, no word; a bare number for 极氪007."""
    if token.amount:
        return "0" if token.amount.is_bare and token.amount.written else ""
    text = token.text
    mixed = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
    return text if text.isascii() and (mixed or (text.isdigit() and token.kind == "name")) else ""


def _maker_before(tokens: Tokens, index: int, brands: dict[int, Named]) -> tuple[int, ...] | None:
    """The tokens of the maker right before a code: a brand, or a name no table knows."""
    at = index - 1
    while at >= 0 and _is_of(tokens[at]):
        at -= 1
    if at < 0:
        return None
    if at in brands:
        return (at,)
    unknown: list[int] = []
    while at >= 0 and tokens[at].kind == "unknown" and is_han(tokens[at].text[0]):
        unknown.insert(0, at)
        if tokens[at].spaced:
            break
        at -= 1
    touches = unknown and tokens[unknown[-1]].end == tokens[index].start
    return tuple(unknown) if touches and len(unknown) >= _SHORTEST_MAKER else None


def _written_maker(
    tokens: Tokens, text: str, index: int, lexicon: Lexicon
) -> tuple[int, ...] | None:
    """A maker without a car here, whatever its characters were taken for: 图 of 岚图 is a word."""
    end = len(text[: tokens[index].start].rstrip())
    for start in range(max(0, end - _LONGEST_MAKER), end - 1):
        if fold(text[start:end]) in lexicon.makers:
            inside = [i for i in range(index) if start <= tokens[i].start < end]
            return tuple(inside) or None
    return None


def _is_of(token: Token) -> bool:
    """汽车, 的 between a maker and a model."""
    return is_filler(token) and token.word is not None and token.word.text in ("的", "汽车")


def _near(
    code: str, brands: tuple[str, ...], same: tuple[str, ...], lexicon: Lexicon
) -> tuple[str, ...]:
    """Series of the maker, those that share the code's letters first; then the one that has
    this code of another maker."""
    letters = code.rstrip("0123456789")
    own = [name for name in lexicon.series.values() if name.brand in brands]
    own.sort(key=lambda name: not _shares(name, letters))
    near = [name.text for name in own[: _NEAR - bool(same)]]
    return tuple(dict.fromkeys([*near, *same]))


def _shares(name: NameLike, letters: str) -> bool:
    return bool(letters) and letters in name.text.lower()
