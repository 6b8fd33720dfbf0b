"""Vague words: what 续航长, 省油 or 豪华 suggest, and the order a sentence asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webapp.catalogue.filters import FIELDS_BY_NAME, Condition
from webapp.search.understanding.clauses import Tokens, telling_before, telling_behind
from webapp.search.understanding.findings import Finding
from webapp.search.understanding.vocabulary import Hint, Vocabulary

_PLUG_IN: Final = frozenset({"PHEV", "EREV"})
_THRIFTY: Final = "省油"


def hints(
    tokens: Tokens, known: Vocabulary, thrift: tuple[int, ...], energies: frozenset[str]
) -> list[Finding]:
    """The conditions vague words suggest, all inferred."""
    plug_in = bool(energies) and energies <= _PLUG_IN
    found = []
    for hint, used in _meant(tokens, known, thrift):
        if hint.field:
            value = hint.plug_in if plug_in and hint.plug_in else hint.value
            condition = Condition(hint.field, hint.operator, _value(hint.field, value))
            found.append(Finding(condition, used, inferred=True))
    return found


def sorts(tokens: Tokens, known: Vocabulary, thrift: tuple[int, ...]) -> str | None:
    """The order asked for; with several wishes the first decides."""
    wishes = [(used[0], hint.sort) for hint, used in _meant(tokens, known, thrift) if hint.sort]
    wishes += [
        (index, token.word.sort)
        for index, token in enumerate(tokens)
        if token.word and token.word.sort and not _refused(tokens, index)
        if not _of_another_length(tokens, index)
    ]
    return min(wishes, default=(0, None))[1]


def _of_another_length(tokens: Tokens, index: int) -> bool:
    """轴距最长 asks for no order there is; 最长 alone is the length of the car."""
    word = tokens[index].word
    ahead = tokens[index - 1].word if index else None
    measured = ahead.measure.field if ahead and ahead.measure else "length_mm"
    return word is not None and word.sort == "-length" and measured != "length_mm"


def _meant(
    tokens: Tokens, known: Vocabulary, thrift: tuple[int, ...]
) -> Iterator[tuple[Hint, tuple[int, ...]]]:
    for index, token in enumerate(tokens):
        if token.word and token.word.hint and not _refused(tokens, index):
            yield token.word.hint, (index,)
    saving = known.all_words[_THRIFTY].hint
    if thrift and saving:
        yield saving, thrift


def _refused(tokens: Tokens, index: int) -> bool:
    """不要太豪华, 不用空间大, 性价比无所谓."""
    ahead, after = telling_before(tokens, index), telling_behind(tokens, index)
    if ahead is not None and (tokens[ahead].has("not") or tokens[ahead].has("unneeded")):
        return True
    return after is not None and (tokens[after].has("indifferent"))


def _value(field: str, written: str) -> float | int | tuple[str, ...]:
    if FIELDS_BY_NAME[field].kind == "features":
        return (written,)
    return float(written) if "." in written else int(written)
