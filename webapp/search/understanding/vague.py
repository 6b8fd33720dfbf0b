"""Vague words: what 续航长, 省油 or 豪华 suggest, and the order a sentence asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webapp.catalogue.filters import Condition
from webapp.search.understanding.clauses import Tokens
from webapp.search.understanding.fields import FIELDS
from webapp.search.understanding.findings import Finding
from webapp.search.understanding.lexicon import Lexicon
from webapp.search.understanding.negation import Scopes
from webapp.search.understanding.vocabulary import Hint, Word

_THRIFTY: Final = "省油"
_NEWEST: Final = "newest"


def hints(
    tokens: Tokens,
    lexicon: Lexicon,
    scope: Scopes,
    thrift: tuple[int, ...],
    energies: frozenset[str],
) -> list[Finding]:
    """The conditions vague words suggest, all inferred."""
    found = []
    for word, used in _meant(tokens, lexicon, scope, thrift):
        hint = fitting(word, energies)
        value = _value(hint, lexicon) if hint and hint.field else None
        if hint and value is not None:
            condition = Condition(hint.field, hint.operator, value)
            found.append(Finding(condition, used, inferred=True))
    return found


def fitting(word: Word, energies: frozenset[str]) -> Hint | None:
    """The hint for the energies asked for, else the one for any; None where there is none."""
    own = (hint for hint in word.hints if hint.when and energies and energies <= hint.when)
    return next(own, next((hint for hint in word.hints if not hint.when), None))


def sorts(tokens: Tokens, lexicon: Lexicon, scope: Scopes, thrift: tuple[int, ...]) -> str | None:
    """The order asked for; with several wishes the first decides."""
    wishes = [
        (used[0], word.hint.sort)
        for word, used in _meant(tokens, lexicon, scope, thrift)
        if word.hint and word.hint.sort
    ]
    wishes += [
        (index, token.word.sort)
        for index, token in enumerate(tokens)
        if token.word and token.word.sort and not _refused(scope, index)
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
    tokens: Tokens, lexicon: Lexicon, scope: Scopes, thrift: tuple[int, ...]
) -> Iterator[tuple[Word, tuple[int, ...]]]:
    for index, token in enumerate(tokens):
        if token.word and token.word.hints and not _refused(scope, index):
            yield token.word, (index,)
    if thrift:
        yield lexicon.vocabulary.all_words[_THRIFTY], thrift


def _refused(scope: Scopes, index: int) -> bool:
    """不要太豪华, 不用空间大, 性价比无所谓."""
    return bool(scope.refuses(index) or scope.leaves_open(index))


def _value(hint: Hint, lexicon: Lexicon) -> float | int | str | tuple[str, ...] | None:
    """The value in the catalogue's terms; None where the catalogue has nothing of it."""
    field = FIELDS[hint.field]
    if hint.value == _NEWEST:
        return lexicon.newest
    if field.kind == "features":
        return (hint.value,)
    if field.kind == "choice":
        values = tuple(hint.value.split())
        if hint.field == "brand":
            values = tuple(value for value in values if value in lexicon.brands)
        single = hint.operator in ("==", "!=")
        return (values[0] if single else values) if values else None
    return float(hint.value) if "." in hint.value else int(hint.value)
