"""How many people a sentence speaks of, and the seats they need: 两个娃加老人, 一家六口."""

from __future__ import annotations

from typing import Final

from webapp.catalogue.filters import Condition
from webapp.search.understanding.clauses import Tokens
from webapp.search.understanding.findings import Finding

_FITS_MOST: Final = 5
"""Seats of nearly every car: so many people ask for nothing."""
_MOST: Final = 9
_ROOMY_MM: Final = 2_800
"""The wheelbase of a car with room behind, the same as of 空间大."""
_PARENTS: Final = 2
_SEVERAL: Final = 2
"""老人 without a number."""
_ELDERS: Final = frozenset(
    {"老人", "爸妈", "父母", "岳父母", "公婆", "爷爷奶奶", "姥姥姥爷", "长辈", "老两口"}
)
_IN_ALL: Final = ("一共", "总共", "共", "合计", "加起来", "全家", "拢共", "一共是", "总共是")
_AND: Final = ("加", "加上", "带", "带上", "还有", "和", "跟", "外加", "以及", "有")


def people_hints(tokens: Tokens) -> list[Finding]:
    """Seats for six and more; room behind for two children. All inferred. A total that is
    stated counts instead of those listed."""
    adults, children, elders, used = 0.0, 0.0, 0.0, []
    stated = 0.0
    for index, token in enumerate(tokens):
        amount = token.amount
        if amount and amount.unit and amount.shape == "exact" and amount.low <= _MOST:
            kind = amount.unit.kind
            if kind == "children":
                children += amount.low
            elif kind == "elders":
                elders += amount.low
            elif kind in ("family", "people") and not _already_seats(tokens, index):
                if _sums_up(tokens, index):
                    stated = amount.low
                else:
                    adults += amount.low
            else:
                continue
            used.append(index)
        elif token.word and token.word.text in _ELDERS and _adds(tokens, index):
            elders += _SEVERAL
            used.append(index)
    if not used:
        return []
    total = adults + children + elders
    if not adults and children:
        total += _PARENTS
    total = stated or total
    if _FITS_MOST < total <= _MOST:
        return [_hint("seats", int(total), used)]
    if children >= _SEVERAL and not adults:
        return [_hint("wheelbase_mm", _ROOMY_MM, used)]
    return []


def _hint(field: str, value: int, used: list[int]) -> Finding:
    return Finding(Condition(field, ">=", value), tuple(used), inferred=True)


def _already_seats(tokens: Tokens, index: int) -> bool:
    """能坐7个人 is a number of seats."""
    near = tokens[max(0, index - 2) : index]
    return any(t.word and t.word.measure and t.word.measure.field == "seats" for t in near)


def _sums_up(tokens: Tokens, index: int) -> bool:
    """一共五个人 is all of them, whoever is listed beside."""
    near = tokens[max(0, index - 2) : index]
    written = "".join(token.word.text if token.word else token.text for token in near)
    return written.endswith(_IN_ALL)


def _adds(tokens: Tokens, index: int) -> bool:
    """加老人, 带上爸妈: more people than were counted."""
    before = tokens[max(0, index - 2) : index]
    return any((token.word.text if token.word else token.text) in _AND for token in before)
