"""The words of the grammar, compiled once from the tables: what each may mean."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import product
from typing import Any, Final, Literal

from webapp.catalogue.filters import SORTS
from webapp.search.understanding.fields import FIELDS
from webapp.search.understanding.tables import rows, words_of
from webapp.search.understanding.trie import Trie

Side = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A named value of a choice field; `negative` where the word means anything but it.

    `note` says what the value leaves out, where it is only the nearest there is: 越野 is any SUV.
    """

    field: str
    values: tuple[str, ...]
    negative: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A word that names a number field: `bare` is what a number without bound means there,
    `factor` what a number without unit is multiplied by; others than low to high are meant
    for something else."""

    field: str
    bare: str
    low: float
    high: float
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Unit:
    """`kind` is a number field, or mm, yuan, people, year, count, or empty for no condition."""

    kind: str
    factor: float
    also: Choice | None = None
    """What it says besides: the T of 2.0T, the AT of 8AT."""


@dataclass(frozen=True, slots=True)
class Bound:
    """`operator`: <=, >=, ==, ~ (around), + (and a bit more), level, between, only (no more than
    that where amounts are bounded: 只要20万; 只要七座 means seven), reach (at least; of seconds
    at most), from (at least, unless the amount has an upper end: 从10万到15万), than (比15万贵)."""

    operator: str
    side: Side


@dataclass(frozen=True, slots=True)
class Hint:
    """What a vague word suggests: a condition, an order, or both.

    `when` are the energies it is meant for, where they are the only ones asked for; empty for
    all others. `value` may be `newest`, the newest model year there is; several values have
    spaces between. `note` says what the condition leaves out.
    """

    field: str
    operator: str
    value: str
    when: frozenset[str]
    sort: str
    note: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish that no field answers. `kind` is `wish` for what a car should have, `background`
    for who drives it, where and what for."""

    kind: str
    why: str


_WISH_KINDS: Final = ("wish", "background")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the tables with all it may mean; empty where it means nothing of the kind."""

    text: str
    choice: Choice | None = None
    measure: Measure | None = None
    before: Bound | None = None
    hints: tuple[Hint, ...] = ()
    wish: Wish | None = None
    sort: str = ""
    parameter: str | None = None
    roles: frozenset[str] = frozenset()
    cues: frozenset[str] = frozenset()

    @property
    def hint_for_any(self) -> bool:
        """Whether it suggests something whatever the energy."""
        return any(not hint.when for hint in self.hints)

    @property
    def hint(self) -> Hint | None:
        """What it suggests where nothing is known of the energy."""
        return self.hints[-1] if self.hints else None


@dataclass(frozen=True)
class Pair:
    """Two words that mean one thing when they stand together, in either order."""

    heads: frozenset[str]
    tails: frozenset[str]
    means: Word


@dataclass(frozen=True)
class Vocabulary:
    words: Trie[Word]
    heard: Trie[Word]
    units: Trie[Unit]
    afters: Trie[Bound]
    pairs: tuple[Pair, ...]
    all_words: dict[str, Word] = field(repr=False)
    measures: dict[str, Measure] = field(repr=False)


@cache
def vocabulary() -> Vocabulary:
    """The compiled tables. Raises ValueError naming the first row that makes no sense."""
    found: dict[str, Word] = {}
    measures: dict[str, Measure] = {}
    for row in rows("values.csv"):
        _merge(found, row, choice=_choice(row))
    for row in rows("fields.csv"):
        limits = (float(row["low"]), float(row["high"]))
        measure = Measure(_field(row["field"]), row["bare"], *limits, float(row["factor"]))
        measures.setdefault(measure.field, measure)
        _merge(found, row, measure=measure)
    for row in rows("vague.csv"):
        _merge(found, row, hints=(_hint(row),))
    for row in rows("sorts.csv"):
        _merge(found, row, sort=_sort(row["sort"]))
    for row in rows("parameters.csv"):
        _merge(found, row, parameter=row["parameter"])
    for row in rows("cues.csv"):
        _merge(found, row, roles=frozenset(row["roles"].split()))
    for row in rows("stop.csv"):
        _merge(found, row, roles=frozenset({"stop"}))
    for row in rows("wishes.csv"):
        _merge(found, row, wish=_wish(row), roles=frozenset({"stop"}))
    for row in rows("comparatives.csv"):
        # What a table says of the very words goes before.
        new = [text for text in _comparatives(row) if not _means(found.get(text))]
        _merge(found, {"words": " ".join(new)}, **_comparative(row))
    for row in rows("contexts.csv"):
        role = "_".join(filter(None, ("context", row["side"], row["of"])))
        _merge(found, row, roles=frozenset({role}))
    for row in rows("likeness.csv"):
        passed = {"stop"} if row["side"] in ("before", "after") else set()
        _merge(found, row, roles=frozenset({"like", *passed}))
    for row in rows("intents.csv"):
        _merge(found, row, cues=frozenset({row["cue"]}))
    afters = _bounds(found)
    pairs = _pairs(found)
    return Vocabulary(
        words=_trie(found),
        heard=_trie({row["words"]: found[row["words"]] for row in rows("homophones.csv")}),
        units=_trie(_units()),
        afters=_trie(afters),
        pairs=pairs,
        all_words=found,
        measures=measures,
    )


def with_synonyms(known: Vocabulary, words: Iterable[str]) -> Vocabulary:
    """The vocabulary with further words, that only say that they stand for something."""
    added = {text: Word(text, roles=frozenset({"synonym"})) for text in words}
    return replace(known, words=_trie(known.all_words | added)) if added else known


def _trie(entries: dict[str, Any]) -> Trie[Any]:
    trie: Trie[Any] = Trie()
    for text, payload in entries.items():
        trie.put(text, payload)
    return trie


def _merge(found: dict[str, Word], row: dict[str, str], **meaning: Any) -> None:
    """Add one meaning to every word of the row; roles and cues add up, the rest is the first."""
    for text in words_of(row):
        word = found.get(text, Word(text))
        for name, value in meaning.items():
            present = getattr(word, name)
            if isinstance(present, frozenset):
                value = present | value
            elif isinstance(present, tuple):
                value = (*present, *value)
            elif present:
                raise ValueError(f"{text} means two things: {present} and {value}")
            word = replace(word, **{name: value})
        found[text] = word


def _field(name: str) -> str:
    if name not in FIELDS:
        raise ValueError(f"no field {name}")
    return name


def _choice(row: dict[str, str]) -> Choice:
    negative = row["values"].startswith("!")
    values = tuple(row["values"].removeprefix("!").split())
    unknown = set(values) - set(FIELDS[_field(row["field"])].choices)
    if unknown:
        raise ValueError(f"{row['field']} has no value {unknown}")
    return Choice(row["field"], values, negative, row["note"])


_INFIXES: Final = ("", "要", "够", "得", "能")
_SUFFIXES: Final = ("", "的", "点", "点的", "一点", "一点的", "些", "些的", "一些")


def _comparatives(row: dict[str, str]) -> Iterator[str]:
    """后备厢大一点, 后备厢要大, 大后备厢."""
    for noun, adjective in product(row["nouns"].split(), row["adjectives"].split()):
        yield adjective + noun
        for infix, suffix in product(_INFIXES, _SUFFIXES):
            yield noun + infix + adjective + suffix


def _comparative(row: dict[str, str]) -> dict[str, Any]:
    """What the words suggest; without a value they are a wish that cannot be filtered by."""
    if not row["value"]:
        return {"wish": _wish({"words": row["nouns"], "kind": "wish", "why": row["note"]})}
    return {"hints": (_hint({**row, "when": "", "sort": ""}),)}


def _means(word: Word | None) -> bool:
    return word is not None and bool(word.hints or word.wish or word.choice or word.sort)


def _wish(row: dict[str, str]) -> Wish:
    if row["kind"] not in _WISH_KINDS:
        raise ValueError(f"{row['words'][:20]}: no kind {row['kind']}")
    return Wish(row["kind"], row["why"])


def _hint(row: dict[str, str]) -> Hint:
    if row["field"]:
        _field(row["field"])
    sort = _sort(row["sort"]) if row["sort"] else ""
    when = frozenset(row["when"].split())
    return Hint(row["field"], row["operator"], row["value"], when, sort, row["note"])


def _sort(name: str) -> str:
    if name not in SORTS:
        raise ValueError(f"no sort {name}")
    return name


def _units() -> dict[str, Unit]:
    return {
        text: Unit(row["field"], float(row["factor"]), _also(row["also"]))
        for row in rows("units.csv")
        for text in words_of(row)
    }


def _also(said: str) -> Choice | None:
    """“aspiration 涡轮增压” as a value; None for nothing."""
    field, _, value = said.partition(" ")
    return _choice({"field": field, "values": value, "note": ""}) if field else None


def _bounds(found: dict[str, Word]) -> dict[str, Bound]:
    """Bounds before a number join the words; those after one are only looked for there."""
    afters: dict[str, Bound] = {}
    for row in rows("bounds.csv"):
        if row["side"] == "before":
            _merge(found, row, before=Bound(row["operator"], "before"))
            continue
        for text in words_of(row):
            afters[text] = Bound(row["operator"], "after")
    return afters


def _pairs(found: dict[str, Word]) -> tuple[Pair, ...]:
    pairs = []
    for row in rows("pairs.csv"):
        heads, tails = frozenset(row["heads"].split()), frozenset(row["tails"].split())
        pairs.append(Pair(heads, tails, found[row["means"]]))
        for text in heads | tails:
            # Half of a pair alone means nothing, but must be seen as a word.
            word = found.get(text, Word(text))
            found[text] = replace(word, roles=word.roles | {"half"})
    return tuple(pairs)
