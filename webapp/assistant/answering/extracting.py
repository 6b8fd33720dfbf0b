"""The sentences of some passages that say most about a question, word for word."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from webapp.assistant.answering.guard import solicits
from webapp.knowledge.found import FoundPassage

SOURCES: Final = 3
SENTENCES: Final = 5
FROM_ONE: Final = 3
SHORTEST: Final = 8
LONGEST: Final = 130
RANK_LOSS: Final = 0.4
"""How much less a sentence counts for each passage that was found before its own."""
ABOUT: Final = 0.3
"""Of what is asked, so much must stand in a passage that was not found first."""
BEGINS: Final = 1.3
LIKE: Final = 0.6
"""Two sentences that share so much say the same."""
LEAST: Final = 0.35
"""Of the best sentence's score, below which a sentence is left out."""

_SENTENCE: Final = re.compile(r"[^。！？!?\n]+[。！？!?]+[”’」』）)]*|[^。！？!?\n]+")
_LEANS_BACK: Final = re.compile(
    r"^\s*(?:因此|所以|但是?|不过|然而|而且|此外|另外|同时|其中|这样|这|那|它|其|此|并且|否则|反之|"
    r"也|还|再|后者|前者|例如|比如|换句话说|总之|于是|接着|最后|[,，、）)])"
)
_LIKES: Final = re.compile("满意|喜欢|优点|缺点|不足|遗憾|吐槽|惊喜|可惜|不错|偏[硬软短小大]|异响")
_REFERS: Final = re.compile(r"^\s*(?:这是|那是|但|而|所以|因此|也|还|就是|并|其|[,，、])")
_BULLET: Final = re.compile(r"^\s*(?:[-*•●■□#>]+\s*|[0-9]{1,2}[.、)）]\s*(?![0-9]))")
_ASKING: Final = re.compile(
    "有(?:什么|啥|何|哪些|没有|多少)|(?:是|会|能|要|该|好)不(?:是|会|能|要|该|好)|为[什啥]么?|为何|"
    "怎么(?:样|办|回事)?|咋[样办]?|如何|什么|啥|哪(?:个|些|种)|多少|几|区别|不同|差别|可以|需要|应该|请问|一下|吗|呢|吧|啊|的|了"
)


@dataclass(frozen=True)
class Candidate:
    """A sentence of one of the passages found."""

    text: str
    place: int
    """Of its passage among those found."""
    at: int
    """Of the sentence in its passage."""
    score: float


def best_sentences(question: str, passages: Sequence[FoundPassage]) -> list[Candidate]:
    """At most SENTENCES sentences of SOURCES passages that share most with the question,
    weighed by how rare what they share is."""
    candidates = [
        (text, place, at)
        for place, passage in enumerate(passages[: SOURCES * 2])
        for at, text in enumerate(sentences_of(passage.text))
        if SHORTEST <= len(text) <= LONGEST and not solicits(text)
    ]
    if not candidates:
        return []
    pairs = [pairs_of(text) for text, _, _ in candidates]
    often = Counter(pair for found in pairs for pair in found)
    asked = pairs_of(content_of(question))
    about = [_about(passage, asked) for passage in passages]
    scored = []
    for (text, place, at), found in zip(candidates, pairs, strict=True):
        # The passage as a whole was found to fit; a sentence without a shared word may
        # still be the answer, if less surely.
        shared = 0.5 + sum(math.log(1 + len(candidates) / often[p]) for p in asked & found)
        if place and about[place] < ABOUT:
            continue
        # A passage begins with what it is about.
        weight = (1 + about[place]) / (1 + RANK_LOSS * place) * (BEGINS if at == 0 else 1)
        score = weight * shared / math.sqrt(max(len(text), 20))
        scored.append(Candidate(text, place, at, score))
    return _picked(sorted(scored, key=lambda c: -c.score))


def opinions(passages: Sequence[FoundPassage]) -> list[Candidate]:
    """One sentence of each passage that says what its author likes or does not."""
    found = []
    for place, passage in enumerate(passages):
        for at, text in enumerate(sentences_of(passage.text)):
            short = SHORTEST <= len(text) <= LONGEST
            if short and _LIKES.search(text) and not _REFERS.match(text) and not solicits(text):
                found.append(Candidate(text, place, at, 1.0))
                break
    return found


def _about(passage: FoundPassage, asked: set[str]) -> float:
    """How much of what is asked stands in the passage; what stands in its title counts twice."""
    if not asked:
        return 0.0
    title, text = pairs_of(" ".join(passage.titles)), pairs_of(passage.text)
    return (len(asked & title) + len(asked & (title | text))) / (2 * len(asked))


def sentences_of(text: str) -> list[str]:
    """The sentences of a passage, without list marks; headings are none."""
    lines = [_BULLET.sub("", line).strip() for line in text.splitlines()]
    found = [m[0].strip() for line in lines for m in _SENTENCE.finditer(line)]
    return [s for s in found if s and (s[-1] in "。！？!?”’」』）)" or len(s) > 2 * SHORTEST)]


def _picked(ranked: list[Candidate]) -> list[Candidate]:
    chosen: list[Candidate] = []
    for candidate in ranked:
        best = chosen[0].score if chosen else candidate.score
        if len(chosen) == SENTENCES or candidate.score < LEAST * best:
            break
        sources = {other.place for other in chosen}
        if candidate.place not in sources and len(sources) == SOURCES:
            continue
        if sum(other.place == candidate.place for other in chosen) == FROM_ONE:
            continue
        if any(_alike(candidate.text, other.text) for other in chosen):
            continue
        if _LEANS_BACK.match(candidate.text) and not _follows_one(candidate, chosen):
            before = _before(candidate, ranked)
            if before is None or len(chosen) + 2 > SENTENCES:
                continue
            chosen.append(before)
        if candidate not in chosen:
            chosen.append(candidate)
    return chosen


def _follows_one(candidate: Candidate, chosen: list[Candidate]) -> bool:
    return any((c.place, c.at) == (candidate.place, candidate.at - 1) for c in chosen)


def _before(candidate: Candidate, ranked: list[Candidate]) -> Candidate | None:
    """The sentence just before one that leans on it, where that stands by itself."""
    place = (candidate.place, candidate.at - 1)
    return next(
        (c for c in ranked if (c.place, c.at) == place and not _LEANS_BACK.match(c.text)), None
    )


def content_of(question: str) -> str:
    """The question without the words that only ask."""
    return _ASKING.sub(" ", question)


def pairs_of(text: str) -> set[str]:
    """Words of letters and digits, and pairs of neighbouring Chinese characters."""
    plain = re.sub(r"[^\w]+", " ", text.lower())
    found = set(re.findall(r"[a-z0-9.]{2,}", plain))
    for run in re.findall(r"[\u4e00-\u9fff]+", plain):
        found |= {run[at : at + 2] for at in range(len(run) - 1)}
    return found


def _alike(one: str, other: str) -> bool:
    first, second = pairs_of(one), pairs_of(other)
    return len(first & second) >= LIKE * max(1, min(len(first), len(second)))
