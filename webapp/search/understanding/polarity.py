"""Wanted, not wanted, or left open: what 不要, 除了, 都行 and 无所谓 do to values beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from webapp.search.understanding.clauses import (
    Tokens,
    is_filler,
    telling_before,
    telling_behind,
)
from webapp.search.understanding.tokens import Token

Polarity = Literal["yes", "no", "open"]


@dataclass(frozen=True)
class Group:
    """Values of one kind side by side: 特斯拉、小鹏; 前驱后驱; 自动还是手动.

    `marks` are the tokens that decided the polarity; they belong to the span of a condition.
    """

    members: tuple[int, ...]
    polarity: Polarity
    marks: tuple[int, ...] = ()


def kind_of(token: Token) -> str:
    """What a value belongs to: its field, `name` for brands and series, empty for no value."""
    if token.names:
        return "name"
    return token.word.choice.field if token.word and token.word.choice else ""


def groups(tokens: Tokens) -> list[Group]:
    """All values of a sentence in groups with their polarity, in order."""
    found: list[Group] = []
    at = 0
    while at < len(tokens):
        if not kind_of(tokens[at]):
            at += 1
            continue
        members = _members(tokens, at)
        previous = found[-1] if found else None
        found.append(_judged(tokens, members, previous))
        at = members[-1] + 1
    return found


def _members(tokens: Tokens, first: int) -> tuple[int, ...]:
    """The group that starts at `first`; connectors and 的 may stand between."""
    kind, members = kind_of(tokens[first]), [first]
    at = first + 1
    while at < len(tokens):
        token = tokens[at]
        if kind_of(token) == kind:
            members.append(at)
        elif not (token.has("and") or token.has("or") or _is_particle(token)):
            break
        at += 1
    return tuple(members)


def _is_particle(token: Token) -> bool:
    return token.word is not None and token.word.text in ("的", "车", "品牌", "系", "款", "版")


def _judged(tokens: Tokens, members: tuple[int, ...], previous: Group | None) -> Group:
    left, right = telling_before(tokens, members[0]), telling_behind(tokens, members[-1])
    ahead = tokens[left] if left is not None else None
    after = tokens[right] if right is not None else None
    if ahead and after and _insists(ahead, after):
        return Group(members, "yes")
    if left is not None and ahead and ahead.has("not"):
        return Group(members, "no", (left,))
    if left is not None and ahead and ahead.has("unneeded"):
        return Group(members, "open", (left,))
    if right is not None and after and after.has("indifferent"):
        return Group(members, "yes" if len(members) > 1 else "open", (right,))
    if right is not None and after and after.has("not_after") and _closes(tokens, right):
        return Group(members, "no", (right,))
    if previous and ahead and previous.polarity != "yes" and _linked(tokens, previous, members):
        return Group(members, previous.polarity, previous.marks)
    return Group(members, "yes")


def _insists(ahead: Token, after: Token) -> bool:
    """非SUV不买, 没有四驱的不要: two negations want it."""
    if not ahead.has("not"):
        return False
    refuses = after.has("not") and after.has("not_after")
    return refuses or after.has("must") or after.has("must_after")


def _closes(tokens: Tokens, negation: int) -> bool:
    """Whether a negation behind values is about them: no other value follows in its clause."""
    if not tokens[negation].has("not"):
        return True
    following = telling_behind(tokens, negation)
    if following is None:
        return True
    token = tokens[following]
    about_it = (
        kind_of(token) or token.amount or (token.word and (token.word.hint or token.word.before))
    )
    return not about_it


def _linked(tokens: Tokens, previous: Group, members: tuple[int, ...]) -> bool:
    """Whether only 和 or 、 stands between two groups: 除了日系和比亚迪."""
    between = tokens[previous.members[-1] + 1 : members[0]]
    links = [token for token in between if token.has("and") or token.has("or")]
    return bool(links) and all(is_filler(token) or token in links for token in between)
