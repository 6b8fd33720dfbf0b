"""Advice: the best sentences of the passages found, word for word, each with its passage."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from webapp.assistant.answering.cars import Garage
from webapp.assistant.answering.choosing import representative, trims_of
from webapp.assistant.answering.draft import Draft, Material
from webapp.assistant.answering.guard import gives_orders, solicits
from webapp.assistant.answering.parts import (
    DraftBlock,
    Part,
    Ref,
    Remark,
    bound,
    paragraph,
    say,
    words,
)
from webapp.assistant.answering.task import Task
from webapp.assistant.events import Asks, Links
from webapp.cars import queries
from webapp.cars.pages.figures import applies
from webapp.knowledge.found import FoundPassage, Retrieval
from webapp.knowledge.service import retrieve

SENTENCES: Final = 5
FROM_ONE: Final = 3
SOURCES: Final = 3
MATERIAL: Final = 5
SHORTEST: Final = 8
LONGEST: Final = 130
RANK_LOSS: Final = 0.4
"""How much less a sentence counts for each passage that was found before its own."""
LIKE: Final = 0.6
"""Two sentences that share so much say the same."""
ABOUT: Final = 0.3
"""Of what is asked, so much must stand in a passage that was not found first."""
BEGINS: Final = 1.3
LEAST: Final = 0.35
"""Of the best sentence's score, below which a sentence is left out."""
NEAREST: Final = 3
KNOWN: Final = 0.6
KNOWN_PAIRS: Final = 3

_SENTENCE: Final = re.compile(r"[^。！？!?\n]+[。！？!?]+[”’」』）)]*|[^。！？!?\n]+")
_LEANS_BACK: Final = re.compile(
    r"^\s*(?:因此|所以|但是?|不过|然而|而且|此外|另外|同时|其中|这样|这|那|它|其|此|并且|否则|反之|"
    r"也|还|再|后者|前者|例如|比如|换句话说|总之|于是|接着|最后|[,，、）)])"
)
_BULLET: Final = re.compile(r"^[\s\-*•●■□#>0-9]{1,4}[.、)）]?\s*")
_ASKING: Final = re.compile(
    "有(?:什么|哪些|没有|多少)|(?:是|会|能|要|该|好)不(?:是|会|能|要|该|好)|为什么|怎么(?:样|办|回事)?|"
    "如何|什么|哪(?:个|些|种)|多少|几|区别|不同|差别|可以|需要|应该|请问|一下|吗|呢|吧|啊|的|了"
)
_WRITTEN: Final = (
    ("有(?:什么|啥|何)(区别|不同|差别|差异)", r"的\1"),
    ("(?:还|大概|实际)?(?:能|可以)?跑(?:多远|多少公里)", "续航多少"),
    ("咋", "怎么"),
    ("啥", "什么"),
)
_TOPICS: Final = (
    ("冬|低温|续航|跑多远|掉电", "range_km"),
    ("油耗|费油|省油", "fuel_l_100km"),
    ("加速|动力", "accel_0_100_s"),
    ("空间|后排|宽敞", "wheelbase_mm"),
    ("价|贵|值不值|划算|保值", "price_wan"),
)
_REVIEWS: Final = re.compile("review|koubei|口碑|评价|点评", re.IGNORECASE)


@dataclass(frozen=True)
class _Candidate:
    text: str
    place: int
    """Of its passage among those found."""
    at: int
    """Of the sentence in its passage."""
    score: float


def compose_consult(task: Task) -> Draft:
    found = _retrieved(task)
    passages = [passage for passage in found.passages if not gives_orders(passage.text)]
    material = Material()
    facts, trims = _facts(task, material)
    chosen = best_sentences(_as_written(task.text), passages) if found.answerable else []
    if not chosen:
        return _unanswered(task, found, passages, facts, trims)
    for passage in passages[:MATERIAL]:
        material.passage(passage.title, bound(passage.text, _source(passage), ref_of(passage)))
    blocks: list[DraftBlock] = [
        paragraph(*_attributed(group[0][0]), *(_verbatim(*pair) for pair in group))
        for group in _grouped(chosen, passages)
    ]
    return Draft(
        "consult",
        lead=(paragraph(*facts),) if facts else (),
        prose=tuple(blocks),
        tail=_tail(task, trims),
        material=tuple(material.items),
        trims=trims,
    )


def _retrieved(task: Task) -> Retrieval:
    """Passages for the question; where there are none about the car that is named, those that
    answer it for any car."""
    text = _as_written(task.text)
    found = retrieve(text)
    if found.answerable or not task.series:
        return found
    for name in task.series:
        text = text.replace(name, " ")
    general = retrieve(text.strip())
    return general if general.answerable else found


def _as_written(question: str) -> str:
    """The question in the words texts use: they say 续航, not 能跑多远."""
    for spoken, written in _WRITTEN:
        question = re.sub(spoken, written, question)
    return question


def is_known(text: str) -> bool:
    """The knowledge base speaks of most of what a sentence says, though the rules could make
    nothing of it."""
    found = retrieve(text)
    asked = _pairs(_content(text))
    told = _pairs(" ".join(f"{p.title} {p.text}" for p in found.passages[:SOURCES]))
    enough = len(asked & told) >= KNOWN * len(asked) and len(asked) >= KNOWN_PAIRS
    return found.answerable and enough


def ref_of(passage: FoundPassage) -> Ref:
    month = passage.date[:7] if passage.date else None
    return Ref(0, passage.title, passage.source, month, passage_id=passage.id)


def _source(passage: FoundPassage) -> str:
    return f"passage:{passage.id}"


# --- choosing sentences -------------------------------------------------------------------


def best_sentences(question: str, passages: Sequence[FoundPassage]) -> list[_Candidate]:
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
    pairs = [_pairs(text) for text, _, _ in candidates]
    often = Counter(pair for found in pairs for pair in found)
    asked = _pairs(_content(question))
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
        scored.append(_Candidate(text, place, at, score))
    return _picked(sorted(scored, key=lambda c: -c.score))


def _about(passage: FoundPassage, asked: set[str]) -> float:
    """How much of what is asked stands in the passage; what stands in its title counts twice."""
    if not asked:
        return 0.0
    title, text = _pairs(passage.title), _pairs(passage.text)
    return (len(asked & title) + len(asked & (title | text))) / (2 * len(asked))


def sentences_of(text: str) -> list[str]:
    """The sentences of a passage, without list marks; headings are none."""
    lines = [_BULLET.sub("", line).strip() for line in text.splitlines()]
    found = [m[0].strip() for line in lines for m in _SENTENCE.finditer(line)]
    return [s for s in found if s and (s[-1] in "。！？!?”’」』）)" or len(s) > 2 * SHORTEST)]


def _picked(ranked: list[_Candidate]) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    for candidate in ranked:
        if len(chosen) == SENTENCES or candidate.score < LEAST * ranked[0].score:
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


def _follows_one(candidate: _Candidate, chosen: list[_Candidate]) -> bool:
    return any((c.place, c.at) == (candidate.place, candidate.at - 1) for c in chosen)


def _before(candidate: _Candidate, ranked: list[_Candidate]) -> _Candidate | None:
    """The sentence just before one that leans on it, where that stands by itself."""
    place = (candidate.place, candidate.at - 1)
    return next(
        (c for c in ranked if (c.place, c.at) == place and not _LEANS_BACK.match(c.text)), None
    )


def _content(question: str) -> str:
    """The question without the words that only ask."""
    return _ASKING.sub(" ", question)


def _pairs(text: str) -> set[str]:
    plain = re.sub(r"[^\w]+", " ", text.lower())
    found = set(re.findall(r"[a-z0-9.]{2,}", plain))
    for run in re.findall(r"[\u4e00-\u9fff]+", plain):
        found |= {run[at : at + 2] for at in range(len(run) - 1)}
    return found


def _alike(one: str, other: str) -> bool:
    first, second = _pairs(one), _pairs(other)
    return len(first & second) >= LIKE * max(1, min(len(first), len(second)))


# --- the answer ---------------------------------------------------------------------------


def _grouped(
    chosen: list[_Candidate], passages: list[FoundPassage]
) -> list[list[tuple[FoundPassage, str]]]:
    """Sentences by passage, the passage of the best one first, in the order they stand."""
    groups: dict[int, list[_Candidate]] = {}
    for candidate in chosen:
        groups.setdefault(candidate.place, []).append(candidate)
    return [
        [(passages[place], c.text) for c in sorted(group, key=lambda c: c.at)]
        for place, group in groups.items()
    ]


def _verbatim(passage: FoundPassage, text: str) -> Part:
    ended = text if text[-1] in "。！？!?”’」』）)" else f"{text}。"
    return bound(ended, _source(passage), ref_of(passage))


def _attributed(passage: FoundPassage) -> list[Part]:
    """Whose words they are, where they are one person's experience."""
    if not _REVIEWS.search(f"{passage.collection} {passage.source}"):
        return []
    if passage.series:
        name = bound(passage.series, _source(passage), ref_of(passage))
        return [say("有{name}车主说：", name=name)]
    return [words("有车主说：")]


def _facts(task: Task, material: Material) -> tuple[list[Part], tuple[int, ...]]:
    """What rows say of the cars named, where the question touches one of their figures."""
    trims = list(queries.trims_by_id(task.trims))
    for name in task.series:
        if all(trim.series != name for trim in trims):
            one = representative(trims_of(name, task.conditions))
            trims += [one] if one else []
    garage = Garage([trim.id for trim in trims[:2]])
    keys = [key for pattern, key in _TOPICS if re.search(pattern, task.text)][:1]
    facts = []
    for trim in garage.trims:
        for key in keys:
            fact = garage.fact(trim, key, own_ref=True)
            if applies(key, trim.energy) and fact is not None:
                label = garage.label(key)
                car = garage.name(trim)
                facts.append(say("{car}标称的{label}是 {fact}。", car=car, label=label, fact=fact))
                material.row(trim.id, f"{trim.full_name} 的{label}", fact)
    return facts, tuple(trim.id for trim in trims)


def _tail(task: Task, trims: tuple[int, ...]) -> tuple[DraftBlock, ...]:
    garage = queries.trims_by_id(trims[:2])
    links = tuple((f"{t.full_name} 的全部参数", f"/cars/trims/{t.id}") for t in garage)
    return (Links(links),) if links else ()


def _unanswered(
    task: Task,
    found: Retrieval,
    passages: list[FoundPassage],
    facts: list[Part],
    trims: tuple[int, ...],
) -> Draft:
    """It is not known; what there is instead."""
    sentences = [words("知识库里没有能可靠回答这个问题的内容，我不猜。")]
    sentences += facts
    links = [(p.title, f"/knowledge/passages/{p.id}") for p in passages[:NEAREST]]
    blocks: list[DraftBlock] = []
    if links:
        blocks.append(Remark(words("下面是最接近的资料，不一定对题。"), weak=True))
    links += [(f"{t.full_name} 的全部参数", f"/cars/trims/{t.id}")
              for t in queries.trims_by_id(trims[:2])]  # fmt: skip
    if task.conditions:
        links.append(("在列表里看符合条件的车", task.selection.url()))
    if links:
        blocks.append(Links(tuple(links)))
    blocks.append(Asks(("冬天纯电车续航会短多少", "插混和增程有什么区别")))
    return Draft("consult", lead=(paragraph(*sentences), *blocks), trims=trims, refused=True)
