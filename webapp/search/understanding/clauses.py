"""Moving about in the tokens of a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from webapp.search.understanding.tokens import Token
from webapp.search.understanding.vocabulary import Vocabulary

Tokens = Sequence[Token]


def is_filler(token: Token) -> bool:
    """A word that says nothing and may stand between two that belong together."""
    return token.has("stop")


def before(tokens: Tokens, index: int) -> Iterator[int]:
    """Indices left of `index` in its clause, nearest first."""
    for other in range(index - 1, -1, -1):
        if tokens[other].ends_clause:
            return
        yield other


def behind(tokens: Tokens, index: int) -> Iterator[int]:
    """Indices right of `index` in its clause, nearest first."""
    for other in range(index + 1, len(tokens)):
        if tokens[other].ends_clause:
            return
        yield other


def telling_before(tokens: Tokens, index: int) -> int | None:
    """The nearest token on the left, in the clause, that is no filler."""
    return next((i for i in before(tokens, index) if not is_filler(tokens[i])), None)


def telling_behind(tokens: Tokens, index: int) -> int | None:
    return next((i for i in behind(tokens, index) if not is_filler(tokens[i])), None)


def join_pairs(tokens: Tokens, known: Vocabulary) -> list[Token]:
    """Two words that mean one thing together, fillers between them: 尾门得是电动的.

    The first takes the place of both; more of the second kind may follow: 座椅加热、通风.
    """
    joined = list(tokens)
    at = 0
    while at < len(joined):
        found = _pair_at(joined, at, known)
        if found:
            joined[at : found[0] + 1] = [found[1]]
        _following_tails(joined, at, known)
        at += 1
    return joined


def _pair_at(tokens: list[Token], at: int, known: Vocabulary) -> tuple[int, Token] | None:
    head = tokens[at]
    if not head.has("half"):
        return None
    written = head.word.text if head.word else ""
    for other in behind(tokens, at):
        tail = tokens[other]
        for pair in known.pairs if tail.has("half") else ():
            if written in pair.heads and tail.word and tail.word.text in pair.tails:
                return other, replace(head, end=tail.end, word=pair.means)
        if not is_filler(tail) or other - at > 4:
            return None
    return None


def _following_tails(tokens: list[Token], at: int, known: Vocabulary) -> None:
    """Turn 通风 and 按摩 beside 座椅加热 into features of their own."""
    means = tokens[at].word
    choice = means.choice if means else None
    heads = next((p.heads for p in known.pairs if choice and p.means.choice == choice), None)
    for way in (behind(tokens, at), before(tokens, at)) if heads else ():
        for other in way:
            word = tokens[other].word
            for pair in known.pairs:
                if word and heads and word.text in pair.tails and pair.heads & heads:
                    tokens[other] = replace(tokens[other], word=word if word.choice else pair.means)
                    break
            else:
                if not (tokens[other].has("and") or tokens[other].has("stop")):
                    break


def without_corrected(tokens: Tokens) -> tuple[list[Token], list[Token]]:
    """What the speaker took back goes: 哥瑞… 打错了 格瑞维亚; 20万，不对，25万以内.

    What stays, and the words that say so, each from the beginning of what it takes back.

    Taken back is the thing right before the words that say so, if another follows them.
    """
    kept: list[Token] = []
    taken: list[Token] = []
    for index, token in enumerate(tokens):
        if token.has("exchanges"):
            kept = _without_former(kept, tokens[index + 1 :])
        if token.has("correction") and any(map(_is_thing, tokens[index + 1 :])):
            _take_back(kept)
            start = next((one.start for one in tokens if one.start >= _end(kept)), token.start)
            taken.append(replace(token, start=start))
            kept.append(replace(token, kind="mark", word=None))
        else:
            kept.append(token)
    return kept, taken


def _without_former(kept: list[Token], following: Tokens) -> list[Token]:
    """油车想换电车: of the kind one changes to, what stands before is the one that goes."""
    wanted = next((t.word.choice for t in following if t.word and t.word.choice), None)
    if wanted is None:
        return kept
    return [
        replace(token, kind="mark", word=None)
        if token.word
        and token.word.choice
        and token.word.choice.field == wanted.field
        and token.word.choice != wanted
        else token
        for token in kept
    ]


def without_had(tokens: Tokens) -> tuple[list[Token], list[Token]]:
    """What describes the car one has goes: 旧车是2015款, 之前那台7座.

    What stays, and each description with the words that say whose it is. Names stay, for a car
    one has is one to compare with, and so do prices.
    """
    kept = list(tokens)
    told: list[Token] = []
    for index, token in enumerate(tokens):
        if not token.has("had"):
            continue
        described = [i for i in _described(tokens, index) if _describes(tokens[i])]
        for i in described:
            kept[i] = replace(tokens[i], kind="mark", word=None, amount=None)
        if described:
            told.append(replace(token, end=tokens[described[-1]].end))
    return kept, told


def _described(tokens: Tokens, index: int) -> Iterator[int]:
    """Indices right of the words for the car one has, as long as they can describe it."""
    for other in behind(tokens, index):
        token = tokens[other]
        if not (_describes(token) or token.names or token.kind == "model" or is_filler(token)):
            return
        if token.has("exchanges") or token.has("own_before"):
            return  # what follows is what one wants instead
        yield other


def _describes(token: Token) -> bool:
    if token.amount:
        return not token.amount.wan
    return token.word is not None and token.word.choice is not None


def _end(tokens: Tokens) -> int:
    return tokens[-1].end if tokens else 0


def _is_thing(token: Token) -> bool:
    choice = token.word is not None and token.word.choice is not None
    return bool(token.names or token.amount or choice or token.kind == "unknown")


def _take_back(kept: list[Token]) -> None:
    while kept and (kept[-1].ends_clause or kept[-1].has("not")):
        kept.pop()  # 不是，我是说电动的
    while kept and (kept[-1].ends_clause or is_filler(kept[-1]) or kept[-1].kind == "bound"):
        kept.pop()
    if kept and kept[-1].kind == "unknown":
        while kept and kept[-1].kind == "unknown":
            kept.pop()
    elif kept and _is_thing(kept[-1]):
        kept.pop()
