"""What a negation, or a word that leaves open, is about: the nearest noun phrase.

Every such word is given one phrase of its clause, from right to left: one that stands before
phrases (不要, 没有) the next, one that ends a clause (不要, 除外, 也行) the one before it. A blank
or a mark ends a clause, and so does a verb of wanting: 没有地库 想买电车.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from webapp.search.understanding.tokens import Token

Tokens = Sequence[Token]
Phrase = tuple[int, ...]
"""Tokens that are one thing said: values side by side, an amount with its bound, a word."""

_BACKWARDS = frozenset({"not_after", "indifferent", "concede", "soft"})


@dataclass
class Scopes:
    """By the first token of a phrase: what is refused, insisted on (非SUV不买), left open
    (不用四驱), conceded (手动也行) or only welcome (有天窗更好), and the tokens that say so."""

    refused: dict[int, tuple[int, ...]] = field(default_factory=dict)
    insisted: dict[int, tuple[int, ...]] = field(default_factory=dict)
    opened: dict[int, tuple[int, ...]] = field(default_factory=dict)
    indifferent: dict[int, tuple[int, ...]] = field(default_factory=dict)
    conceded: dict[int, tuple[int, ...]] = field(default_factory=dict)
    welcome: dict[int, tuple[int, ...]] = field(default_factory=dict)
    _heads: dict[int, int] = field(default_factory=dict)

    def head(self, index: int) -> int:
        """The first token of the phrase that `index` is in."""
        return self._heads.get(index, index)

    def judges(self, head: int) -> bool:
        """Whether anything was said of the phrase that begins at `head`."""
        every = (
            self.refused,
            self.insisted,
            self.opened,
            self.indifferent,
            self.conceded,
            self.welcome,
        )
        return any(head in found for found in every)

    def refuses(self, index: int) -> tuple[int, ...]:
        """The negation of what stands at `index`; empty where it is not refused."""
        head = self.head(index)
        return () if self.leaves_open(index) else self.refused.get(head, ())

    def leaves_open(self, index: int) -> tuple[int, ...]:
        head = self.head(index)
        for found in (self.opened, self.indifferent, self.conceded):
            if head in found:
                return found[head]
        return ()


def scopes(tokens: Tokens, phrases: Sequence[Phrase]) -> Scopes:
    """`phrases` in the order of the sentence, each with its first token first."""
    starts = {phrase[0]: phrase for phrase in phrases}
    ends = {phrase[-1]: phrase for phrase in phrases}
    found = Scopes(_heads={index: phrase[0] for phrase in phrases for index in phrase})
    inside = {index for phrase in phrases for index in phrase}
    for index in range(len(tokens) - 1, -1, -1):
        token = tokens[index]
        if index in inside or token.word is None:
            continue
        ahead, after = token.has("not"), not _BACKWARDS.isdisjoint(token.word.roles)
        if ahead or after:
            _govern(tokens, index, starts, ends, found)
        elif token.has("unneeded") and (phrase := _next(tokens, index, starts)):
            found.opened[phrase[0]] = (index,)
    return found


def _govern(
    tokens: Tokens, index: int, starts: dict[int, Phrase], ends: dict[int, Phrase], found: Scopes
) -> None:
    token = tokens[index]
    following = _next(tokens, index, starts) if token.has("not") else None
    only_after = not token.has("not")
    close = _previous(tokens, index, ends, across=following is None or only_after)
    if only_after or (close and token.has("not_after") and _ends_clause(tokens, index)):
        if close:
            _mark(found, token, close[0], index)
        return
    free = following is not None and following[0] not in found.refused
    if following is not None and free:
        _refuse(tokens, found, following, index)
    elif close and token.has("not_after"):
        _mark(found, token, close[0], index)
    elif following is not None and not token.has("except"):
        others = found.refused[following[0]]
        if not any(tokens[other].has("except") for other in others):
            # 不要没有天窗的, 非SUV不买: refused twice is wanted.
            found.refused.pop(following[0])
            found.insisted[following[0]] = (index, *others)


def _refuse(tokens: Tokens, found: Scopes, phrase: Phrase, index: int) -> None:
    """非SUV不可 insists as 非SUV不买 does."""
    after = next((i for i in range(phrase[-1] + 1, len(tokens)) if not _passes(tokens[i])), None)
    if after is not None and (tokens[after].has("must") or tokens[after].has("must_after")):
        found.insisted[phrase[0]] = (index, after)
    else:
        found.refused[phrase[0]] = (index,)


def _mark(found: Scopes, token: Token, head: int, index: int) -> None:
    if token.has("indifferent"):
        found.indifferent.setdefault(head, (index,))
    elif token.has("concede"):
        found.conceded.setdefault(head, (index,))
    elif token.has("soft"):
        found.welcome.setdefault(head, (index,))
    else:
        found.refused.setdefault(head, (index,))


def _next(tokens: Tokens, index: int, starts: dict[int, Phrase]) -> Phrase | None:
    """The phrase behind a negation, in its clause."""
    for other in range(index + 1, len(tokens)):
        token = tokens[other]
        if token.spaced and other > index + 1 and not tokens[index + 1].spaced:
            return None
        if other in starts:
            return starts[other]
        if token.ends_clause or token.has("wants"):
            return None
        if token.spaced and token.has("pronoun"):
            return None
    return None


def _previous(
    tokens: Tokens, index: int, ends: dict[int, Phrase], *, across: bool
) -> Phrase | None:
    """The phrase right before, only fillers between; `across` lets a blank stand between."""
    for other in range(index - 1, -1, -1):
        if tokens[other + 1].spaced and not across:
            return None
        if other in ends:
            return ends[other]
        if not _passes(tokens[other]):
            return None
    return None


def _ends_clause(tokens: Tokens, index: int) -> bool:
    """Whether a clause ends behind a negation: 特斯拉不要, or 国产的不要 要德系."""
    after = next((i for i in range(index + 1, len(tokens)) if not _trails(tokens[i])), None)
    return after is None or tokens[after].ends_clause or tokens[after].spaced


def _trails(token: Token) -> bool:
    """的, 了, 吧 behind a negation."""
    return (
        token.word is not None
        and not token.spaced
        and token.word.text in ("的", "了", "吧", "啊", "哈", "呢")
    )


def _passes(token: Token) -> bool:
    return token.has("stop") or token.has("wish") or token.has("not")
