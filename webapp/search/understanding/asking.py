"""What a question about one car asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from webapp.search.understanding.clauses import Tokens, before, behind, is_filler
from webapp.search.understanding.fields import IN_VOCABULARY
from webapp.search.understanding.findings import Finding
from webapp.search.understanding.named import Named
from webapp.search.understanding.polarity import kind_of
from webapp.search.understanding.tokens import Token

QUALIFIERS = ("model_year", "drive", "energy", "seats", "gearbox", "range_km", "battery_kwh")
"""Fields whose conditions pick trims of a named car; anything else only describes it."""

_SHORT = 2
_COUNTED = {
    "seats": "seats",
    "cylinders": "气缸数",
    "gears": "变速箱",
    "voltage_v": "高压平台",
    "lidars": "激光雷达数量",
    "warranty_years": "整车质保",
}
"""What a question is about that names a number of them: 是四缸吗, 是8AT吗, 是800V吗."""


@dataclass(frozen=True)
class Asked:
    """`fields`: of the vocabulary, else labels of the catalogue, the one meant first of all
    first; none where any is meant. `index`: the token asking."""

    fields: tuple[str, ...]
    index: int

    @property
    def field(self) -> str | None:
        return self.fields[0] if self.fields else None


def asked_parameters(tokens: Tokens, measuring: Iterable[int]) -> list[Asked]:
    """The parameters a sentence names without setting a bound on them, in its order."""
    taken = set(measuring)
    asks = any(token.cues("question") for token in tokens)
    found = []
    for index, token in enumerate(tokens):
        word = token.word
        if word is None or index in taken:
            continue
        if word.parameter is not None:
            found.append(Asked(tuple(word.parameter.split()), index))
        elif asks and word.measure and _is_asked(word.measure.field, word.text):
            found.append(Asked((word.measure.field,), index))
    return found


def _is_asked(field: str, written: str) -> bool:
    """标称续航多少: what a longer word measures, a question can ask for."""
    return len(written) > _SHORT and field in IN_VOCABULARY and field != "price_wan"


def main_parameter(tokens: Tokens, found: Sequence[Asked]) -> Asked | None:
    """Of several parameters the one right before the question word, else one that asks itself
    (带双电机的多少钱), else the first."""
    for one in found:
        following = next((i for i in behind(tokens, one.index) if not is_filler(tokens[i])), None)
        if following is not None and tokens[following].cues("question"):
            return one
    asking = (one for one in found if tokens[one.index].cues("question"))
    return next(asking, found[0] if found else None)


def asked_value(tokens: Tokens, numbers: Iterable[Finding]) -> Asked | None:
    """The value a yes-no question is about: 有没有四驱版, 支不支持CarPlay, 轴距有2米9吗."""
    if not any(token.cues("question") for token in tokens):
        return None
    for index, token in enumerate(tokens):
        if token.word and token.word.choice and token.word.choice.field in IN_VOCABULARY:
            return Asked((token.word.choice.field,), index)
        kind = token.amount.unit.kind if token.amount and token.amount.unit else ""
        if kind in _COUNTED:
            return Asked((_COUNTED[kind],), index)
    for finding in numbers:
        field = finding.condition.field
        asked = field if field in IN_VOCABULARY else _COUNTED.get(field)
        if asked and asked != "price_wan":
            return Asked((asked,), finding.used[0])
    return None


def qualifying(tokens: Tokens, names: Sequence[Named], *, leads: bool = False) -> frozenset[int]:
    """Values and amounts that stand right beside a name: 26款问界M7, 宋PLUS DM-i, 汉四驱版. With
    `leads` a name is thought before the first word."""
    found: set[int] = set()
    places = [-1] * leads + [name.index for name in names]
    for place in places:
        for step in (-1, 1):
            at = place + step
            while 0 <= at < len(tokens) and not tokens[at].ends_clause:
                token = tokens[at]
                if token.amount or token.kind == "bound" or (kind_of(token) and not token.names):
                    found.add(at)
                elif not (is_filler(token) or token.names or token.has("and")):
                    break
                at += step
    return frozenset(found | _versions(tokens) | _of_all(tokens))


def _of_all(tokens: Tokens) -> set[int]:
    """都是六座, 都要四驱: of every car that is named."""
    return {
        index
        for index, token in enumerate(tokens)
        if (token.amount or kind_of(token))
        and any(_written(tokens[i]) == "都" for i in _fillers_before(tokens, index))
    }


def _fillers_before(tokens: Tokens, index: int) -> Iterator[int]:
    return takewhile(lambda i: is_filler(tokens[i]), before(tokens, index))


def _written(token: Token) -> str:
    return token.word.text if token.word else ""


def _versions(tokens: Tokens) -> set[int]:
    """四驱版, 120km那版: a value or amount that a version is called by."""
    found = set()
    for index, token in enumerate(tokens[1:], start=1):
        called = token.bound is not None and token.bound.operator == "=="
        if token.kind == "word" and token.word and token.word.text in ("版", "版本", "款", "那版"):
            called = True
        if called:
            found |= {index - 1, index}
    return found
