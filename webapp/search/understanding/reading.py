"""From a sentence to an understanding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Final

from webapp.catalogue.filters import FIELDS_BY_NAME, Condition
from webapp.search.understanding.absent import Absent, absent_cars
from webapp.search.understanding.asking import (
    QUALIFIERS,
    Asked,
    asked_parameters,
    asked_value,
    main_parameter,
    qualifying,
)
from webapp.search.understanding.choices import Said, choice_findings, said_values
from webapp.search.understanding.clauses import (
    Tokens,
    join_pairs,
    without_corrected,
    without_had,
)
from webapp.search.understanding.dialogue import Cue, cues_in
from webapp.search.understanding.fields import IN_VOCABULARY, why_unfiltered
from webapp.search.understanding.findings import Finding
from webapp.search.understanding.intents import Clues, intent_of
from webapp.search.understanding.lexicon import Lexicon
from webapp.search.understanding.likeness import (
    Reference,
    is_likened,
    like_findings,
    likened_makers,
    references,
)
from webapp.search.understanding.merge import Overruled, merged
from webapp.search.understanding.named import Named, named, without_own_brands
from webapp.search.understanding.negation import Scopes
from webapp.search.understanding.normalise import Normal, normalise
from webapp.search.understanding.people import people_hints
from webapp.search.understanding.polarity import Group, groups, kind_of, scoped
from webapp.search.understanding.quantities import Quantities
from webapp.search.understanding.result import Intent, ReadCondition, Span, Understanding
from webapp.search.understanding.synonyms import substituted
from webapp.search.understanding.tokens import Token, tokenise
from webapp.search.understanding.unread import unread_words
from webapp.search.understanding.unsupported import Leftovers, unsupported
from webapp.search.understanding.vague import hints, sorts
from webapp.search.understanding.vocabulary import Vocabulary

_APART: Final = 4
"""Tokens that may stand between two things weighed: 增程好还是插混好."""
LONGEST: Final = 2_000
"""Characters of a sentence that are read; what follows is left out."""


@dataclass(frozen=True)
class _Sentence:
    """Everything found in one sentence, before the intent decides what counts."""

    tokens: Tokens
    every: Tokens
    """With those that were taken back: 换成 takes back what stands before it."""
    groups: Sequence[Group]
    scope: Scopes
    names: Sequence[Named]
    absent: Sequence[Absent]
    references: Sequence[Reference]
    quantities: Quantities
    findings: Sequence[Finding]
    overruled: Sequence[Overruled]
    makers: Sequence[tuple[int, ...]]
    """Brands to compare with of which there is no car, by their tokens."""
    corrected: Sequence[Token]
    """What was taken back, with the words that say so."""
    had: Sequence[Token]
    """What describes the car one has."""
    unfiltered: Sequence[Finding]
    """On fields that are no filter."""
    understood: frozenset[int]
    """Tokens that were understood, even if what they say came to nothing."""
    sort: str | None
    parameter: Asked | None
    parameters: Sequence[Asked]
    value: Asked | None


@dataclass(frozen=True)
class Parse:
    """A sentence with everything found in it, before anyone expects anything of it."""

    text: str
    normal: Normal
    sentence: _Sentence
    vocabulary: Vocabulary

    @cached_property
    def cues(self) -> tuple[Cue, ...]:
        """Its dialogue words."""
        return cues_in(self.normal, self.sentence.every, self.text)

    @cached_property
    def named_at(self) -> tuple[tuple[Span, str], ...]:
        """Where names of cars stand in the text, and whose they are; also of names that the
        sentence takes back."""
        names = (token for token in self.sentence.every if token.kind == "name")
        return tuple((self.normal.original(t.start, t.end), t.names[0].text) for t in names)

    @cached_property
    def values(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The named values in it by field, whatever is said of them: SUV in 不非要SUV."""
        words = (token.word for token in self.sentence.tokens if token.word)
        return tuple((word.choice.field, word.choice.values) for word in words if word.choice)

    @cached_property
    def amounts(self) -> tuple[tuple[float, int], ...]:
        """The numbers in it, and where in the text each begins."""
        amounts = ((t.amount, t.start) for t in self.sentence.tokens if t.amount)
        return tuple((a.high, self.normal.original(at, at + 1)[0]) for a, at in amounts)


def parse(text: str, lexicon: Lexicon) -> Parse:
    """Find what is in one sentence. Never fails, whatever the text is."""
    normal = substituted(normalise(text[:LONGEST]), lexicon)
    return Parse(text, normal, _parsed(normal, lexicon), lexicon.vocabulary)


def interpret(
    parsed: Parse, *, expecting: Intent | None = None, about: bool = False
) -> Understanding:
    """What a sentence means. `expecting` is the intent it is known to have; `about` says that it
    is of one car which it does not name, as if the name stood before it."""
    sentence, normal = parsed.sentence, parsed.normal
    clues = _clues(sentence)
    if about:
        clues = replace(clues, cars=max(clues.cars, 1))
    intent = expecting or intent_of(clues)
    findings = _that_count(intent, sentence, about=about)
    return Understanding(
        intent=intent,
        conditions=tuple(
            _read(finding, sentence.tokens, normal, parsed.text) for finding in findings
        ),
        sort=sentence.sort if intent == "search" else None,
        entities=tuple(dict.fromkeys(text for name in sentence.names for text in name.texts)),
        field=_field(sentence) if intent == "lookup" else None,
        asked=_asked(sentence, about=about) if intent in ("lookup", "compare") else (),
        unread=unread_words(
            sentence.tokens, sentence.understood, normal, parsed.text, parsed.vocabulary
        ),
        unsupported=unsupported(_left(sentence), normal, parsed.text, searching=intent == "search"),
        absent=tuple(
            _written(car.used, sentence.tokens, normal, parsed.text) for car in sentence.absent
        ),
    )


def understand(text: str, lexicon: Lexicon) -> Understanding:
    """Read one sentence. Never fails, whatever the text is."""
    return interpret(parse(text, lexicon))


def _left(sentence: _Sentence) -> Leftovers:
    used = {index for finding in sentence.findings for index in finding.used}
    sorting = {
        index
        for index, token in enumerate(sentence.tokens)
        if token.word and (token.word.sort or (token.word.hint and token.word.hint.sort))
        if not sentence.scope.refuses(index)
    }
    return Leftovers(
        tokens=sentence.tokens,
        used=used | sorting | {index for car in sentence.absent for index in car.used},
        findings=sentence.unfiltered,
        groups=sentence.groups,
        scope=sentence.scope,
        quantities=sentence.quantities,
        absent=sentence.absent,
        references=sentence.references,
        names=sentence.names,
        overruled=sentence.overruled,
        makers=sentence.makers,
        corrected=sentence.corrected,
        had=sentence.had,
    )


def _written(used: Sequence[int], tokens: Tokens, normal: Normal, text: str) -> str:
    start, end = normal.original(tokens[used[0]].start, tokens[used[-1]].end)
    while text[end : end + 1].isascii() and text[end : end + 1].isalnum():
        end += 1  # 极氪7X is no 极氪7
    return text[start:end]


def _parsed(normal: Normal, lexicon: Lexicon) -> _Sentence:
    known = lexicon.vocabulary
    spoken = join_pairs(tokenise(normal.text, lexicon), known)
    current, corrected = without_corrected(spoken)
    tokens, had = without_had(current)
    scope = scoped(tokens)
    found = groups(tokens, scope)
    energies = _energies(said_values(tokens, found, ()))
    every = named(tokens, lexicon, energies)
    absent = absent_cars(tokens, normal.text, every, lexicon)
    makers = likened_makers(tokens, normal.text, lexicon)
    elsewhere = {index for used in (*(car.used for car in absent), *makers) for index in used}
    refused = frozenset(i for group in found if group.polarity == "no" for i in group.members)
    names = without_own_brands([n for n in every if n.index not in elsewhere], refused)
    compared = references(tokens, names)
    only_compared = {reference.name.index for reference in compared}
    quantities = Quantities(tokens, known, scope)
    wanted = [name for name in names if name.index not in only_compared]
    said = choice_findings(said_values(tokens, found, wanted))
    explicit = [*quantities.findings, *(one for one in said if not one.inferred)]
    hinted = [
        *(one for one in said if one.inferred),
        *people_hints(tokens),
        *hints(tokens, lexicon, scope, quantities.thrift, energies),
        *like_findings(compared, lexicon.cars),
        *_of_makers(c for c in absent if not is_likened(tokens, c.used[0], c.used[-1])),
    ]
    parameters = asked_parameters(tokens, quantities.measures)
    conditions, overruled = merged(explicit, hinted)
    return _Sentence(
        tokens=tokens,
        every=spoken,
        groups=found,
        scope=scope,
        names=names,
        absent=absent,
        references=compared,
        quantities=quantities,
        understood=frozenset(index for finding in explicit for index in finding.used)
        | quantities.seen
        | elsewhere,
        overruled=overruled,
        makers=makers,
        corrected=corrected,
        had=had,
        findings=[one for one in conditions if why_unfiltered(one.condition.field) is None],
        unfiltered=[one for one in conditions if why_unfiltered(one.condition.field)],
        sort=sorts(tokens, lexicon, scope, quantities.thrift),
        parameter=main_parameter(tokens, parameters),
        parameters=parameters,
        value=asked_value(tokens, quantities.findings),
    )


def _of_makers(absent: Iterable[Absent]) -> list[Finding]:
    """The other cars of the maker are near one that is not there."""
    return [
        Finding(Condition("brand", "in", car.brands), car.used, inferred=True)
        if len(car.brands) > 1
        else Finding(Condition("brand", "==", car.brands[0]), car.used, inferred=True)
        for car in absent
        if car.brands
    ]


def _energies(said: Iterable[Said]) -> frozenset[str]:
    """The energies asked for, whatever else is."""
    wanted = [one for one in said if one.field == "energy" and one.wanted]
    return frozenset(value for one in wanted for value in one.values)


def _clues(sentence: _Sentence) -> Clues:
    names = [n for n in sentence.names if n not in {r.name for r in sentence.references}]
    series = {name.texts[0] for name in names if name.kind == "series"}
    conditions = [
        one.condition.field for one in sentence.findings if one.condition.field in IN_VOCABULARY
    ]
    return Clues(
        tokens=sentence.tokens,
        cars=len(series) + len(sentence.absent),
        brands=sum(name.kind != "series" for name in names),
        parameter=sentence.parameter is not None,
        value=sentence.value is not None,
        fields=frozenset(conditions) - {"brand", "series"},
        said=frozenset(f.condition.field for f in sentence.findings if not f.inferred)
        & IN_VOCABULARY - {"brand", "series"},
        wished=bool(sentence.unfiltered)
        or any(f.condition.field not in IN_VOCABULARY for f in sentence.findings)
        or any(t.word and t.word.wish and t.word.wish.kind == "wish" for t in sentence.tokens),
        likened=bool(sentence.references or sentence.makers),
        superlative=any(token.word is not None and token.word.sort for token in sentence.tokens),
        ordered=sentence.sort is not None,
        alternatives=_weighs(sentence),
        doubted=any(_is_doubted(sentence.tokens, i) for i in range(len(sentence.tokens))),
        mentions=any(_tells(token) for token in sentence.tokens),
    )


def _tells(token: Token) -> bool:
    """Whether a word is about cars, whatever became of it: 不用四驱 is no condition."""
    if token.amount:
        unit = token.amount.unit
        return token.amount.wan or (unit is not None and unit.kind in FIELDS_BY_NAME)
    word = token.word
    return word is not None and bool(word.choice or word.hints or word.sort or word.measure)


def _is_doubted(tokens: Tokens, index: int) -> bool:
    """空间大吗, 加速快不快: a vague word with nothing but the question behind it."""
    word = tokens[index].word
    after = tokens[index + 1].word if index + 1 < len(tokens) else None
    return bool(word and word.hints and after and after.text in ("吗", "么", "嘛"))


def _weighs(sentence: _Sentence) -> bool:
    """增程还是插混: alternatives to choose from, unless 都行 takes either."""
    tokens = sentence.tokens
    if any(token.has("either") or token.has("indifferent") for token in tokens):
        return False
    if any(t.word and t.word.parameter and "还是" in t.word.text for t in tokens):
        return True
    for one, other in pairwise(sentence.groups):
        between = tokens[one.members[-1] + 1 : other.members[0]]
        same = kind_of(tokens[one.members[0]]) == kind_of(tokens[other.members[0]])
        if same and len(between) <= _APART and any(token.has("versus") for token in between):
            return True
    for group in sentence.groups:
        inside = tokens[group.members[0] : group.members[-1] + 1]
        if len(group.members) > 1 and any(token.has("versus") for token in inside):
            return True
    return False


def _that_count(intent: Intent, sentence: _Sentence, *, about: bool) -> list[Finding]:
    """All findings of a search; of a comparison or a lookup those that pick trims."""
    if intent == "search":
        return list(sentence.findings)
    if intent not in ("compare", "lookup"):
        return []
    near = qualifying(sentence.tokens, sentence.names, leads=about)
    asked = {_field(sentence), *(fields[0] for fields in _asked(sentence, about=about))}
    return [
        finding
        for finding in sentence.findings
        if finding.condition.field in QUALIFIERS
        and not (intent == "lookup" and finding.condition.field in asked)
        and not finding.inferred
        and near.issuperset(i for i in finding.used)
    ]


def _asked(sentence: _Sentence, *, about: bool) -> tuple[tuple[str, ...], ...]:
    """What every parameter named means, and the value a yes-no question is about; one that
    picks versions is not asked about."""
    asked = [*sentence.parameters]
    value = sentence.value
    near = qualifying(sentence.tokens, sentence.names, leads=about)
    if value and value.index not in near:
        asked.append(value)
    asked.sort(key=lambda one: one.index)
    return tuple(dict.fromkeys(one.fields for one in asked if one.fields))


def _field(sentence: _Sentence) -> str | None:
    asked = sentence.parameter or sentence.value
    if asked:
        return asked.field
    weighed = (group for group in sentence.groups if len(group.members) > 1)
    return next((kind_of(sentence.tokens[group.members[0]]) for group in weighed), None)


def _read(finding: Finding, tokens: Tokens, normal: Normal, text: str) -> ReadCondition:
    spans: list[Span] = []
    for index in finding.used:
        start, end = normal.original(tokens[index].start, tokens[index].end)
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, end))
    words = "".join(text[start:end] for start, end in spans)
    return ReadCondition(finding.condition, finding.inferred, tuple(spans), words)
