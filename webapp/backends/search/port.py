"""What the product asks of a search engine, in words that belong to no engine and no feature.

A document is a number with values to filter by and texts to search in. The relational database
is the truth: an engine may be thrown away and filled again at any time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from hashlib import blake2b
from typing import Final, Literal, Protocol

from webapp.backends.search.analysis import RULES

Value = str | int | float
Operator = Literal["==", "!=", ">=", "<=", "in", "not in"]
Report = Callable[[int, int], None]
"""Told of progress: documents written, documents to write."""

ID: Final = "id"
"""The document's number, which can be filtered by like any number field."""
ANYWHERE: Final = "anywhere"
"""Stands for the text field in `Matched` where an engine's own analysis found a word."""
MOST_HITS: Final = 100_000

BM25_K1: Final = 1.2
BM25_B: Final = 0.75
"""Both engines rate words by BM25 as Elasticsearch computes it, so that they rank alike."""


@dataclass(frozen=True)
class Layout:
    """What documents hold. Any field may be missing in a document; then it is unknown.

    `numbers` and `words` hold one value, `sets` any number of words. `texts` maps a text field
    to the weight of a match in it; those that are `names` may also match as a whole. `boosts`
    maps a number field to the weight w in w * log10(1 + n), which is added to the score of the
    text.
    """

    numbers: tuple[str, ...]
    words: tuple[str, ...]
    sets: tuple[str, ...]
    texts: Mapping[str, float]
    names: tuple[str, ...]
    boosts: Mapping[str, float]

    @cached_property
    def digest(self) -> str:
        """Differs where an index built for another layout, or by other rules, is of no use."""
        return _digest([RULES, self.numbers, self.words, self.sets, [*self.texts]])


@dataclass(frozen=True)
class Document:
    """`texts` are strings as people write them; the engine takes them to pieces."""

    id: int
    values: Mapping[str, Value | tuple[str, ...]]
    texts: Mapping[str, tuple[str, ...]]

    @cached_property
    def fingerprint(self) -> str:
        """16 characters that differ where the contents do."""
        return _digest([self.values, self.texts])


def _digest(content: object) -> str:
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Filter:
    """One condition; unknown satisfies none, negated ones included.

    A set takes `==` and `in` only, which ask for any of the values. ID is a number field.
    """

    field: str
    operator: Operator
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Order:
    """By a number; unknown comes last either way."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Word:
    """A word asked for: it matches where all its tokens stand in the same text field."""

    text: str
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Affinity:
    """Documents to choose from, by id, each with how near it is, above 0.

    The score is that times 1 + `weight` * log10(1 + n), n being the number field `popular`, 0
    where it is unknown.
    """

    scores: tuple[tuple[int, float], ...]
    popular: str
    weight: float


@dataclass(frozen=True)
class Query:
    """All filters and all words must hold.

    `exact` are whole names that raise the score where one is called so, and are not required.
    `by_score` puts the best match first; `order` decides after that, and at last the id.
    A facet leaves the filters of its own field out, so that one sees what its other values
    would give; a facet of a set does not, because its conditions add up. With `explain` each
    hit says why it stands where it stands. `limit` is at most MOST_HITS. With `affinity` only
    its documents are found and its score is the score; there are no words and no `explain` then.
    """

    filters: tuple[Filter, ...] = ()
    words: tuple[Word, ...] = ()
    exact: tuple[str, ...] = ()
    by_score: bool = False
    order: tuple[Order, ...] = ()
    limit: int = 20
    facets: tuple[str, ...] = ()
    explain: bool = False
    affinity: Affinity | None = None

    def others(self, field: str | None) -> list[Filter]:
        """The filters of all other fields."""
        return [item for item in self.filters if item.field != field]


@dataclass(frozen=True)
class Matched:
    """A word, the text field it was found in and what that is worth. Whole names have
    `whole` set."""

    word: str
    field: str
    score: float
    whole: bool = False


@dataclass(frozen=True)
class Explanation:
    """Why a hit stands where it stands: `words` sum up to `text`; `text` and `boosts` sum up to
    `score`, all to three decimals."""

    words: tuple[Matched, ...]
    text: float
    boosts: Mapping[str, float]
    score: float


def explanation(words: Sequence[Matched], boosts: Mapping[str, float]) -> Explanation:
    """Rounded so that what is shown adds up to the digit."""
    rounded = tuple(Matched(w.word, w.field, round(w.score, 3), w.whole) for w in words)
    parts = {name: round(part, 3) for name, part in boosts.items()}
    text = round(sum(word.score for word in rounded), 3)
    return Explanation(rounded, text, parts, round(text + sum(parts.values()), 3))


@dataclass(frozen=True)
class Hit:
    id: int
    explanation: Explanation | None = None


@dataclass(frozen=True)
class Found:
    """`total` counts all matches, `hits` is the part asked for. A facet holds the values that
    would give something; numbers without a fraction are int."""

    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[Value, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class State:
    """What is being searched: `version` is the caller's mark given with the last change."""

    generation: str
    version: int
    documents: int


@dataclass(frozen=True)
class Changes:
    """What a rebuild or an update did: documents now in the index, written, taken out."""

    documents: int
    written: int
    removed: int

    def as_dict(self) -> dict[str, int]:
        return asdict(self)


class SearchError(Exception):
    """A search or a change that did not happen; `retry` says whether trying again may help."""

    retry = False


class EngineAway(SearchError):
    """The engine cannot be reached, or has too much to do."""

    retry = True


class EngineBusy(SearchError):
    """Another process is changing the index."""

    retry = True


class NoIndex(SearchError):
    """Nothing to search in: never built, or built for another layout. Rebuild it."""


class BadBuild(SearchError):
    """The new index does not hold what it was given; the old one stays in use."""


class EngineRefused(SearchError):
    """The engine does not accept what it was sent: a wrong password, a wrong query."""


class SearchEngine(Protocol):
    """An engine. Making one connects to nothing and reads nothing; all methods raise SearchError.

    While `rebuild` and `update` run, searches see the index as it was before.
    """

    def search(self, query: Query) -> Found: ...

    def state(self) -> State:
        """Of the index being searched. May be some seconds old."""
        ...

    def rebuild(self, documents: Sequence[Document], version: int, report: Report) -> Changes:
        """A new index beside the old one, then in its place once it holds every document; the
        old one is kept. After a kill the next call goes on where it was left."""
        ...

    def update(self, documents: Sequence[Document], version: int) -> Changes:
        """Make the index hold exactly these documents, writing only those that differ."""
        ...


def plain(value: float) -> int | float:
    """A number as people write it: 5, not 5.0."""
    return int(value) if value == int(value) else value


def difference(
    held: Mapping[int, str], documents: Sequence[Document]
) -> tuple[list[Document], set[int]]:
    """Which documents must be written over `held` (id to fingerprint), and which ids go."""
    changed = [item for item in documents if held.get(item.id) != item.fingerprint]
    return changed, held.keys() - {item.id for item in documents}
