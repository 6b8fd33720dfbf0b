"""From a sentence to an understanding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from webapp.catalogue.filters import FIELDS_BY_NAME
from webapp.search.understanding.asking import (
    QUALIFIERS,
    Asked,
    asked_parameters,
    asked_value,
    main_parameter,
    qualifying,
)
from webapp.search.understanding.choices import Said, choice_findings, said_values
from webapp.search.understanding.clauses import Tokens, join_pairs, without_corrected
from webapp.search.understanding.findings import Finding
from webapp.search.understanding.intents import Clues, intent_of
from webapp.search.understanding.lexicon import Lexicon
from webapp.search.understanding.merge import merged
from webapp.search.understanding.named import Named, named, unlisted
from webapp.search.understanding.normalise import Normal, normalise
from webapp.search.understanding.polarity import Group, groups, kind_of
from webapp.search.understanding.quantities import Quantities
from webapp.search.understanding.result import Intent, ReadCondition, Span, Understanding
from webapp.search.understanding.synonyms import substituted
from webapp.search.understanding.tokens import Token, tokenise
from webapp.search.understanding.unread import unread_words
from webapp.search.understanding.vague import hints, sorts

LONGEST: Final = 2_000
"""Characters of a sentence that are read; what follows is left out."""


@dataclass(frozen=True)
class _Sentence:
    """Everything found in one sentence, before the intent decides what counts."""

    tokens: Tokens
    groups: Sequence[Group]
    names: Sequence[Named]
    quantities: Quantities
    findings: Sequence[Finding]
    understood: frozenset[int]
    """Tokens that were understood, even if what they say came to nothing."""
    sort: str | None
    parameter: Asked | None
    parameters: Sequence[Asked]
    value: Asked | None


def understand(text: str, lexicon: Lexicon) -> Understanding:
    """Read one sentence. Never fails, whatever the text is."""
    normal = substituted(normalise(text[:LONGEST]), lexicon)
    sentence = _parsed(normal, lexicon)
    intent = intent_of(_clues(sentence))
    findings = _that_count(intent, sentence)
    return Understanding(
        intent=intent,
        conditions=tuple(_read(finding, sentence.tokens, normal) for finding in findings),
        sort=sentence.sort if intent == "search" else None,
        entities=tuple(dict.fromkeys(text for name in sentence.names for text in name.texts)),
        field=_field(sentence) if intent == "lookup" else None,
        asked=_asked(sentence) if intent in ("lookup", "compare") else (),
        unread=unread_words(sentence.tokens, sentence.understood, normal, text, lexicon.vocabulary),
    )


def _parsed(normal: Normal, lexicon: Lexicon) -> _Sentence:
    known = lexicon.vocabulary
    tokens = without_corrected(join_pairs(tokenise(normal.text, lexicon), known))
    found = groups(tokens)
    energies = _energies(said_values(tokens, found, ()))
    refused = (group.members for group in found if group.polarity == "no")
    names = named(tokens, lexicon, energies, frozenset(chain.from_iterable(refused)))
    quantities = Quantities(tokens, known)
    explicit = [*quantities.findings, *choice_findings(said_values(tokens, found, names))]
    parameters = asked_parameters(tokens, quantities.measures)
    vague = hints(tokens, known, quantities.thrift, energies)
    return _Sentence(
        tokens=tokens,
        groups=found,
        names=names,
        quantities=quantities,
        understood=frozenset(index for finding in explicit for index in finding.used)
        | quantities.seen,
        findings=merged(explicit, [*quantities.hints, *vague]),
        sort=sorts(tokens, known, quantities.thrift),
        parameter=main_parameter(tokens, parameters),
        parameters=parameters,
        value=asked_value(tokens, quantities.findings),
    )


def _energies(said: Iterable[Said]) -> frozenset[str]:
    """The energies asked for, whatever else is."""
    wanted = [one for one in said if one.field == "energy" and one.wanted]
    return frozenset(value for one in wanted for value in one.values)


def _clues(sentence: _Sentence) -> Clues:
    names = sentence.names
    series = {text for name in names if name.kind == "series" for text in name.texts}
    conditions = [finding.condition.field for finding in sentence.findings]
    return Clues(
        tokens=sentence.tokens,
        cars=len(series) + unlisted(sentence.tokens, names),
        brands=sum(name.kind != "series" for name in names),
        parameter=sentence.parameter is not None,
        value=sentence.value is not None,
        fields=frozenset(conditions) - {"brand", "series"},
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
    return word is not None and bool(word.choice or word.hint or word.sort or word.measure)


def _is_doubted(tokens: Tokens, index: int) -> bool:
    """空间大吗, 加速快不快: a vague word with nothing but the question behind it."""
    word = tokens[index].word
    after = tokens[index + 1].word if index + 1 < len(tokens) else None
    return bool(word and word.hint and after and after.text in ("吗", "么", "嘛"))


def _weighs(sentence: _Sentence) -> bool:
    """增程还是插混: alternatives to choose from, unless 都行 takes either."""
    tokens = sentence.tokens
    if any(token.has("either") or token.has("indifferent") for token in tokens):
        return False
    for group in sentence.groups:
        inside = tokens[group.members[0] : group.members[-1] + 1]
        if len(group.members) > 1 and any(token.has("versus") for token in inside):
            return True
    return False


def _that_count(intent: Intent, sentence: _Sentence) -> list[Finding]:
    """All findings of a search; of a comparison or a lookup those that pick trims."""
    if intent == "search":
        return list(sentence.findings)
    if intent not in ("compare", "lookup"):
        return []
    near = qualifying(sentence.tokens, sentence.names)
    asked = {_field(sentence), *(fields[0] for fields in _asked(sentence))}
    return [
        finding
        for finding in sentence.findings
        if finding.condition.field in QUALIFIERS
        and not (intent == "lookup" and finding.condition.field in asked)
        and not finding.inferred
        and near.issuperset(i for i in finding.used)
    ]


def _asked(sentence: _Sentence) -> tuple[tuple[str, ...], ...]:
    """What every parameter named means, and the value a yes-no question is about; one that
    picks versions is not asked about."""
    asked = [*sentence.parameters]
    value = sentence.value
    if value and value.index not in qualifying(sentence.tokens, sentence.names):
        asked.append(value)
    asked.sort(key=lambda one: one.index)
    return tuple(dict.fromkeys(one.fields for one in asked if one.fields))


def _field(sentence: _Sentence) -> str | None:
    asked = sentence.parameter or sentence.value
    if asked:
        return asked.field
    weighed = (group for group in sentence.groups if len(group.members) > 1)
    return next((kind_of(sentence.tokens[group.members[0]]) for group in weighed), None)


def _read(finding: Finding, tokens: Tokens, normal: Normal) -> ReadCondition:
    spans: list[Span] = []
    for index in finding.used:
        start, end = normal.original(tokens[index].start, tokens[index].end)
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, end))
    return ReadCondition(finding.condition, finding.inferred, tuple(spans))
