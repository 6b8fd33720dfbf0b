"""Values of rules inside a text: `{rule:CODE.FIELD}`, `{rule:CODE@2025-06-01.FIELD}`,
`{rule:CODE}` and `{price:ITEM@REGION}`.

CODE is the code of a rule, or the id of one of its terms (`compulsory-insurance/seats-from-6`).
Texts keep their macros and are rendered whenever they are shown, for the day on which they are:
a sentence whose term has ended says that it has, instead of a figure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Final, Literal

from webapp.rules.book import Book
from webapp.rules.reading import shipped
from webapp.rules.records import Rule, Term
from webapp.rules.wording import day_in_words, money, percent, plain, price
from webapp.version import RELEASED

_MACRO: Final = re.compile(
    r"\{(?P<kind>rule|price):(?P<target>[a-z0-9-]+(?:/[a-z0-9-]+)?)"
    r"(?:@(?P<on>[0-9A-Z-]+))?(?:\.(?P<field>[a-z]+))?\}"
)
_SENTENCE: Final = re.compile(r"(?:\{[^{}\n]*\}|[^。！？；|\n{]|\{)+|[。！？；|\n]")
_MARKUP: Final = re.compile(r"\s*(?:(?:[-*+]|\d+[.)])\s+|#+\s+|>\s*)*")

FIELDS: Final[dict[str, Callable[[Term], str | None]]] = {
    "rate": lambda term: None if term.rate is None else percent(term.rate),
    "amount": lambda term: None if term.amount_fen is None else money(term.amount_fen),
    "cap": lambda term: None if term.cap_fen is None else money(term.cap_fen),
    "floor": lambda term: None if term.floor_fen is None else money(term.floor_fen),
    "limit": lambda term: None if term.limit is None else f"{plain(term.limit)} {term.unit}",
    "from": lambda term: day_in_words(term.valid_from),
    "until": lambda term: day_in_words(term.valid_to) if term.valid_to else None,
    "document": lambda term: term.rule.document,
    "title": lambda term: term.rule.title,
    "text": lambda term: term.text,
    "note": lambda term: term.note,
}
"""What can be written of a term, None where it does not say that."""
_LASTING: Final = frozenset({"document", "title"})
"""What stays true when a term has ended."""
_FIGURES: Final = frozenset({"rate", "amount", "cap", "floor", "limit"})
"""What would be false before a term has begun."""

Outcome = Literal["value", "lapsed", "missing"]


@dataclass(frozen=True)
class Macro:
    """One macro as it stands in a text."""

    written: str
    kind: str
    target: str
    on: str | None
    field: str | None


@dataclass(frozen=True)
class Said:
    """What a macro comes to: its value; or why there is none, of the rule called `title`."""

    outcome: Outcome
    value: str
    title: str = ""

    @property
    def text(self) -> str:
        return f"“{self.title}”{self.value}" if self.title else self.value


def has_macros(text: str) -> bool:
    return bool(_MACRO.search(text))


def macros_of(text: str) -> list[Macro]:
    return [
        Macro(found[0], found["kind"], found["target"], found["on"], found["field"])
        for found in _MACRO.finditer(text)
    ]


def codes_of(text: str) -> list[str]:
    """The codes of the rules a text rests on, each once."""
    targets = (macro.target for macro in macros_of(text) if macro.kind == "rule")
    return list(dict.fromkeys(target.partition("/")[0] for target in targets))


def rules_of(text: str, book: Book, day: date) -> list[Rule]:
    """The rules behind a text on a day: of one that superseded another, whose term it is."""
    found: dict[str, Rule] = {}
    for macro in macros_of(text):
        term = _term(macro, book, day) if macro.kind == "rule" else None
        rule = term.rule if term else book.rule(macro.target.partition("/")[0])
        if rule is not None:
            found.setdefault(rule.code, rule)
    return list(found.values())


def render(text: str, book: Book, day: date) -> str:
    """The text with the values of that day. A sentence, an item or a cell in which a value has
    lapsed says so in its place; what is no macro, or of no rule that is known, stays."""
    if not has_macros(text):
        return text
    pieces: list[str] = []
    for found in _SENTENCE.finditer(text):
        piece = found[0]
        if has_macros(piece):
            piece = _sentence(piece, book, day)
            if pieces[-2:-1] == [piece]:
                pieces.pop()  # the same was just said; its full stop stands already
                continue
        pieces.append(piece)
    return "".join(pieces)


def indexed(text: str) -> str:
    """The text with the shipped values of the day of release: what is searched and embedded, the
    same on every day and in every installation of a version."""
    return render(text, _released(), RELEASED)


def problems(text: str, book: Book, day: date) -> list[str]:
    """The macros of a text that have no value on that day, with the reason."""
    found = []
    for macro in macros_of(text):
        said = _said(macro, book, day)
        if said is None:
            found.append(f"{macro.written}: unknown")
        elif said.outcome != "value":
            found.append(f"{macro.written}: {said.text}")
    return found


@cache
def _released() -> Book:
    return Book(shipped())


def _sentence(piece: str, book: Book, day: date) -> str:
    lapsed: dict[str, list[str]] = {}

    def value(found: re.Match[str]) -> str:
        macro = Macro(found[0], found["kind"], found["target"], found["on"], found["field"])
        said = _said(macro, book, day)
        if said is None:
            return found[0]
        if said.outcome != "value" and said.title not in lapsed.setdefault(said.value, []):
            lapsed[said.value].append(said.title)
        return said.text

    filled = _MACRO.sub(value, piece)
    if not lapsed:
        return filled
    markup = _MARKUP.match(piece)
    lead = markup[0] if markup else ""
    bold = "**" if piece.count("**") % 2 else ""
    clauses = (f"{''.join(f'“{title}”' for title in lapsed[why])}{why}" for why in lapsed)
    return f"{lead}{bold}{'，'.join(clauses)}"


def _said(macro: Macro, book: Book, day: date) -> Said | None:
    """None for what is not known at all: the macro then stays as it is written."""
    if macro.kind == "price":
        return _price(macro, book, day)
    rule = book.rule(macro.target.partition("/")[0])
    if rule is None or (macro.field is not None and macro.field not in FIELDS):
        return None
    if macro.on is not None:
        if (own := _day(macro.on)) is None:
            return None
        day = own
    if macro.field is None:
        return Said("value", "")
    terms = _candidates(macro, book)
    if not terms:
        return None
    valid = [term for term in terms if term.covers(day)]
    if valid:
        values = {FIELDS[macro.field](term) for term in valid}
        (value, *others) = values
        if others or value is None:
            return Said("missing", "要看具体情形", rule.title)
        return Said("value", value)
    return _outside(macro.field, rule, terms, day)


def _outside(field: str, rule: Rule, terms: list[Term], day: date) -> Said:
    """What to say of a field on a day that no term covers: the next term's, while it lasts in
    advance; else that the last one has ended."""
    coming = [term for term in terms if term.valid_from > day]
    if coming:
        first = min(coming, key=lambda term: term.valid_from)
        value = FIELDS[field](first)
        if field not in _FIGURES and value is not None:
            return Said("value", value)
        return Said("lapsed", f"从 {day_in_words(first.valid_from)}起", rule.title)
    last = max(terms, key=lambda term: term.valid_to or date.max)
    if field in _LASTING:
        return Said("value", FIELDS[field](last) or "")
    assert last.valid_to is not None
    ended = day_in_words(last.valid_to)
    return Said("lapsed", f"这一条到 {ended}为止，之后的还没有登记", rule.title)


def _price(macro: Macro, book: Book, day: date) -> Said | None:
    """The newest observation known by that day: it says itself of which month it is."""
    region = macro.on or "CN"
    for wider in dict.fromkeys((region, region[:5], "CN")):
        rows = [
            row
            for row in book.tables.observations.values()
            if row.item == macro.target and row.region == wider and row.valid_from <= day
        ]
        if rows:
            return Said("value", price(max(rows, key=lambda row: row.valid_from)))
    return None


def _candidates(macro: Macro, book: Book) -> list[Term]:
    code, slash, _ = macro.target.partition("/")
    if not slash:
        return book.terms_of(code)
    term = book.tables.terms.get(macro.target)
    return [term] if term else []


def _term(macro: Macro, book: Book, day: date) -> Term | None:
    """The term a macro means: that of the day, or the one nearest to it."""
    on = _day(macro.on) if macro.on else None
    day = on or day
    terms = _candidates(macro, book)
    valid = [term for term in terms if term.covers(day)]
    own = [term for term in valid if term.rule.code == macro.target.partition("/")[0]]
    if own or valid:
        return (own or valid)[0]
    return min(terms, key=lambda term: abs((term.valid_from - day).days), default=None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
