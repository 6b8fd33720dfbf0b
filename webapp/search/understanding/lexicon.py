"""What a sentence is read with: the tables of words and the names of the catalogue."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, Protocol

from webapp.search.understanding.normalise import normalise
from webapp.search.understanding.sounds import sound_alike, spelled
from webapp.search.understanding.tables import rows, words_of
from webapp.search.understanding.trie import SEPARATORS, Trie, is_han
from webapp.search.understanding.vocabulary import Vocabulary, Word, vocabulary, with_synonyms

NameKind = Literal["brand", "series", "group"]


class NameLike(Protocol):
    """A brand, a series or a group of brands with its folded written forms.

    The first `plain` forms are said without the brand's name in front.
    """

    @property
    def kind(self) -> NameKind: ...
    @property
    def text(self) -> str: ...
    @property
    def brand(self) -> str: ...
    @property
    def forms(self) -> tuple[str, ...]: ...
    @property
    def pinyin(self) -> str: ...
    @property
    def initials(self) -> str: ...
    @property
    def members(self) -> tuple[str, ...]: ...


Names = tuple[NameLike, ...]
"""What one form may name, the most likely first."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Texts beside a name that show it to be an ordinary word: 理想 in 比较理想."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def never(self) -> bool:
        return self.before == ("*",)


@dataclass(frozen=True)
class CarFacts:
    """What a series measures: the mean of its trims, the ends of its prices; None unknown."""

    length_mm: float | None
    wheelbase_mm: float | None
    range_km: float | None
    fuel_l_100km: float | None
    accel_0_100_s: float | None
    price_low: float | None
    price_high: float | None


@dataclass(frozen=True)
class Lexicon:
    """Compiled once per version of the catalogue; reading changes nothing in it."""

    vocabulary: Vocabulary
    names: Trie[Names]
    letters: dict[str, Names]
    """Names by what is typed of them in Latin letters only: pinyin, initials, Latin forms."""
    latin_forms: tuple[str, ...]
    heard_letters: dict[str, Word]
    """Words of the vocabulary by their pinyin."""
    neighbours: dict[str, Neighbours]
    series: dict[str, NameLike]
    """Series by their folded canonical names."""
    brands: frozenset[str]
    makers: frozenset[str]
    """Folded names of all makers there are, also of those without a car in the catalogue."""
    models: Trie[str]
    """Series people speak of that the catalogue does not have, each with its maker."""
    cars: Mapping[str, CarFacts]
    newest: int | None
    """The newest model year there is."""
    either: Mapping[str, tuple[str, ...]]
    """Folded forms that may mean several series of one brand, and which."""
    synonyms: dict[str, str]
    """Folded words of the staff's own to the normal text of what they mean."""


_NUMERALS: Final = dict(zip("0123456789", "零一二三四五六七八九", strict=True))
_LATIN: Final = re.compile(r"[a-z0-9+#]+")
_SHORTEST_PINYIN: Final = 4
_SHORTEST_INITIALS: Final = 3


def compile_lexicon(
    names: Iterable[NameLike],
    synonyms: Mapping[str, str] = MappingProxyType({}),
    *,
    makers: Iterable[str] = (),
    cars: Mapping[str, CarFacts] = MappingProxyType({}),
    newest: int | None = None,
    either: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
) -> Lexicon:
    """Build from names, the one that is meant most often first, and from synonyms; one that a
    table has come to know by itself does nothing. `makers` are all there are, `cars` what each
    series measures, `newest` is the newest model year there is, `either` the forms that may mean
    several series."""
    listed = tuple(names)
    grammar = vocabulary()
    own = {word: meaning for word, meaning in synonyms.items() if word not in grammar.all_words}
    known = with_synonyms(grammar, own)
    sound_alike("", "")  # reads its table now rather than at a visitor's first slip
    neighbours = _neighbours()
    by_form: defaultdict[str, list[NameLike]] = defaultdict(list)
    for name in listed:
        for form in name.forms:
            if not (form in neighbours and neighbours[form].never):
                by_form[form].append(name)
    for form, named in [*by_form.items()]:
        for spoken in _with_numerals(form):
            by_form[spoken].extend(name for name in named if name not in by_form[spoken])
    trie: Trie[Names] = Trie()
    for form, named in by_form.items():
        trie.put(form, tuple(named))
    latin = tuple(form for form in by_form if len(form) > 2 and _LATIN.fullmatch(form))
    return Lexicon(
        vocabulary=known,
        names=trie,
        letters=_letters(listed, by_form),
        latin_forms=latin,
        heard_letters=_heard_letters(known),
        neighbours=neighbours,
        brands=frozenset(name.text for name in listed if name.kind == "brand"),
        makers=frozenset(fold(maker) for maker in makers if len(maker) > 1),
        models=_models(by_form),
        cars=cars,
        newest=newest,
        either=either,
        synonyms={word: normalise(meaning).text for word, meaning in own.items()},
        series={fold(name.text): name for name in reversed(listed) if name.kind == "series"},
    )


def fold(text: str) -> str:
    """A name as the trie of names has it: no case, spaces or hyphens."""
    return "".join(char for char in text.lower() if char not in SEPARATORS)


def _with_numerals(form: str) -> Iterator[str]:
    """A form as it is spoken: 3系 三系, 问界m7 问界m七, 领克03 领克零三."""
    digits = [char for char in form if char.isdigit()]
    if digits and len(digits) <= 3 and any(map(is_han, form)):
        yield "".join(_NUMERALS.get(char, char) for char in form)


def _models(there: Mapping[str, object]) -> Trie[str]:
    """Of the known series those no name of the catalogue is written like."""
    models: Trie[str] = Trie()
    for row in rows("models.csv"):
        for form in words_of(row):
            if form not in there:
                models.put(form, row["maker"])
    return models


def _letters(names: Names, forms: dict[str, list[NameLike]]) -> dict[str, Names]:
    found: dict[str, list[NameLike]] = {}
    for name in names:
        if len(name.pinyin) >= _SHORTEST_PINYIN:
            found.setdefault(name.pinyin, []).append(name)
    for form, named in forms.items():
        letters = spelled(form)
        if len(letters) >= _SHORTEST_PINYIN and sum(map(is_han, form)) > 1:
            found.setdefault(letters, []).extend(named)
    for name in names:
        if len(name.initials) >= _SHORTEST_INITIALS:
            found.setdefault(name.initials, [name])
    return {letters: tuple(dict.fromkeys(named)) for letters, named in found.items()}


def _heard_letters(known: Vocabulary) -> dict[str, Word]:
    """Pinyin of words that mean a condition; two characters at least, no digits."""
    found: dict[str, Word] = {}
    for text, word in known.all_words.items():
        telling = word.choice or word.hints or word.measure
        if telling and len(text) > 1 and all(map(is_han, text)):
            found.setdefault(spelled(text), word)
    found.pop("", None)
    return found


def _neighbours() -> dict[str, Neighbours]:
    return {
        text: Neighbours(tuple(row["before"].split()), tuple(row["after"].split()))
        for row in rows("not_names.csv")
        for text in words_of(row)
    }
