"""What other parts ask of search: reading a sentence; keeping the tables of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from sqlalchemy import select

from webapp.catalogue.reading.doubts import near_brands
from webapp.catalogue.reading.reference import brands
from webapp.catalogue.service.projected import bump_version
from webapp.catalogue.subjects import NAMES
from webapp.errors import BadInput, NotFound
from webapp.extensions import db
from webapp.search import queries
from webapp.search.aliases import sync_aliases
from webapp.search.compiled import PerVersion
from webapp.search.known import already_means, in_words, not_known
from webapp.search.models import KINDS, Alias, Synonym
from webapp.search.names import all_names, fold
from webapp.search.names import compile_lexicon as compile_names
from webapp.search.names import lexicon as names_lexicon
from webapp.search.proposing import with_proposals
from webapp.search.queries import AliasRow, BrandRow, SeriesRow
from webapp.search.understanding.lexicon import Lexicon, compile_lexicon
from webapp.search.understanding.normalise import normalise
from webapp.search.understanding.reading import Parse, interpret, parse, understand
from webapp.search.understanding.result import Understanding
from webapp.transactions import transaction

ALIAS_LENGTH: Final = 60
SYNONYM_SHORTEST, SYNONYM_LENGTH, MEANING_LENGTH = 2, 20, 40
_EARLY: Final = 0.05
"""The part of all series whose newest model year may be ahead of the others."""


def read_sentence(text: str) -> Understanding:
    """What a sentence means, by the rules and the names of the present catalogue.

    Never fails, whatever the text; what is compiled from the catalogue is kept per version.
    """
    return interpret(parse_sentence(text))


def parse_sentence(text: str) -> Parse:
    """What is in a sentence, by the same rules and names; `interpret` says what it means."""
    return parse(text, _LEXICON.get())


def read_with_model(text: str, *, may_ask: bool = True) -> Understanding:
    """`read_sentence`, and where LLM_BASE_URL is set what a model proposes for the words it
    could not read; takes up to 1.5 s. With `may_ask` False only what it said before."""
    read = read_sentence(text)
    if not read.unread:
        return read
    names = {name.text for name in all_names() if name.kind != "group"}
    return with_proposals(read, text, names, may_ask=may_ask)


def refresh_aliases() -> bool:
    """Bring the alias table in line with the shipped one, in one transaction; whether it
    differed. Caches of names follow the catalogue's version, which then rises."""
    with transaction():
        changed = sync_aliases()
        if changed:
            bump_version(NAMES)
    return changed


def save_alias(*, kind: str, alias: str, name: str, members: str = "") -> AliasRow | None:
    """Let `alias` mean the brand, series or group called `name`; an empty name takes it out of
    use, shipped or not. What the row was before. Raises the catalogue's version, in the caller's
    transaction.

    Raises BadInput for what the catalogue does not have.
    """
    row = read_alias(kind=kind, alias=alias, name=name, members=members)
    stored = db.session.scalar(select(Alias).filter_by(kind=row.kind, alias=row.alias))
    before = None if stored is None else alias_row(stored)
    stored = stored or Alias(kind=row.kind, alias=row.alias)
    stored.name, stored.members, stored.origin = row.name, row.members, "edited"
    db.session.add(stored)
    bump_version(NAMES)
    return before


def forget_edit(*, alias_id: int) -> AliasRow:
    """Go back to what is shipped: the row as it is there, or none. What it was before. In the
    caller's transaction.

    Raises NotFound.
    """
    stored = db.session.get(Alias, alias_id)
    if stored is None or stored.origin != "edited":
        raise NotFound("没有这条修改过的别名。")
    before = alias_row(stored)
    db.session.delete(stored)
    db.session.flush()
    sync_aliases()
    bump_version(NAMES)
    return before


def preview_alias(
    text: str, *, kind: str, alias: str, name: str, members: str = ""
) -> tuple[Understanding, Understanding]:
    """How a sentence is read now, and how it would be with this alias. Raises BadInput."""
    row = read_alias(kind=kind, alias=alias, name=name, members=members)
    others = [old for old in queries.alias_rows() if (old.kind, old.alias) != (kind, row.alias)]
    names = compile_names(queries.brand_rows(), queries.series_rows(), [*others, row]).names
    return read_sentence(text), understand(text, compile_lexicon(names))


def read_alias(*, kind: str, alias: str, name: str, members: str) -> AliasRow:
    """What staff typed, checked against the catalogue. Raises BadInput."""
    alias, name = " ".join(alias.split()), " ".join(name.split())
    if kind not in KINDS:
        raise BadInput("请选择别名属于品牌、车系还是一组品牌。")
    if not 1 <= len(alias) <= ALIAS_LENGTH or not fold(alias):
        raise BadInput(f"别名要有 1 到 {ALIAS_LENGTH} 个字，至少一个汉字、字母或数字。")
    known = {fold(row.name): row.name for row in _named(kind)}
    if kind == "group":
        members = _members(members, needed=bool(name))
    elif name and fold(name) not in known:
        near = _near(name) if kind == "brand" else ""
        raise BadInput(
            f"车库里没有叫“{name[:40]}”的{'品牌' if kind == 'brand' else '车系'}。{near}"
        )
    canonical = known.get(fold(name), name) if name else ""
    return AliasRow(kind, canonical, alias, members if kind == "group" else "")


def _members(members: str, *, needed: bool) -> str:
    """Brands by their own names, also where another name of theirs was typed. Raises BadInput."""
    known = {fold(n): row.name for row in queries.brand_rows() for n in row.aliases.split()}
    known |= {fold(row.name): row.name for row in queries.brand_rows()}
    missing = [word for word in members.split() if fold(word) not in known]
    if missing or (needed and not members.split()):
        near = "".join(_near(word) for word in missing)
        raise BadInput(f"这些品牌不在车库里：{'、'.join(missing) or '（没有填写）'}。{near}")
    return " ".join(dict.fromkeys(known[fold(word)] for word in members.split()))


def _near(name: str) -> str:
    """The brands of the catalogue that may be meant."""
    there = {row.name for row in queries.brand_rows()}
    near = [brand for brand in near_brands(name) if brand in there]
    return f"“{name[:40]}”是不是{'、'.join(near)}？" if near else ""


def save_synonym(*, word: str, meaning: str) -> str | None:
    """Let `word` mean what `meaning` means; what it meant before. Raises the catalogue's version,
    in the caller's transaction. Raises BadInput as `read_synonym`."""
    word, meaning = read_synonym(word=word, meaning=meaning)
    stored = db.session.scalar(select(Synonym).filter_by(word=word))
    before = None if stored is None else stored.meaning
    stored = stored or Synonym(word=word)
    stored.meaning = meaning
    db.session.add(stored)
    bump_version(NAMES)
    return before


def forget_synonym(*, synonym_id: int) -> tuple[str, str]:
    """Take a synonym away, in the caller's transaction; the word and what it meant. Raises
    NotFound."""
    stored = db.session.get(Synonym, synonym_id)
    if stored is None:
        raise NotFound("没有这个同义词，它可能已经移走了。")
    before = (stored.word, stored.meaning)
    db.session.delete(stored)
    bump_version(NAMES)
    return before


def preview_synonym(text: str, *, word: str, meaning: str) -> tuple[Understanding, Understanding]:
    """How a sentence is read now, and how it would be with this synonym. Raises BadInput."""
    word, meaning = read_synonym(word=word, meaning=meaning)
    after = _lexicon_with(_synonyms() | {word: meaning})
    return read_sentence(text), understand(text, after)


def read_synonym(*, word: str, meaning: str) -> tuple[str, str]:
    """The word folded, and what it is to mean. Raises BadInput where the grammar does not know
    the meaning, or knows the word already."""
    folded, meaning = fold(normalise(word).text), " ".join(meaning.split())
    if not SYNONYM_SHORTEST <= len(folded) <= SYNONYM_LENGTH:
        raise BadInput(f"同义词要有 {SYNONYM_SHORTEST} 到 {SYNONYM_LENGTH} 个字。")
    if not 1 <= len(meaning) <= MEANING_LENGTH:
        raise BadInput(f"请写出它等于哪个词，最多 {MEANING_LENGTH} 个字。")
    lexicon = compile_lexicon(all_names())
    if said := already_means(folded, lexicon):
        raise BadInput(f"“{word.strip()}”已经有意思：{said}，不能再当同义词。")
    if why := not_known(meaning, lexicon):
        raise BadInput(f"“{meaning}”{why}")
    return folded, meaning


def maker_of(model: str) -> str | None:
    """Who makes a series that is known and not in the catalogue."""
    return _LEXICON.get().models.get(fold(model))


def meaning_in_words(meaning: str) -> str:
    """The conditions that a synonym's meaning comes to, for people; empty where it comes to
    none."""
    return in_words(read_sentence(meaning))


def alias_row(stored: Alias) -> AliasRow:
    return AliasRow(stored.kind, stored.name, stored.alias, stored.members)


def _named(kind: str) -> Sequence[BrandRow | SeriesRow]:
    if kind == "brand":
        return queries.brand_rows()
    return queries.series_rows() if kind == "series" else []


def _compile() -> Lexicon:
    return _lexicon_with(_synonyms())


def _lexicon_with(synonyms: Mapping[str, str]) -> Lexicon:
    return compile_lexicon(
        all_names(),
        synonyms,
        either=names_lexicon().either,
        makers=(name for row in brands().values() for name in (row.name, *row.aliases.split())),
        cars=queries.car_facts(),
        newest=_newest_year(row.newest for row in names_lexicon().series.values()),
    )


def _newest_year(years: Iterable[int | None]) -> int | None:
    """The newest model year that more than a few series have: one that came early is not yet
    what a new car is."""
    known = sorted((year for year in years if year), reverse=True)
    return known[int(len(known) * _EARLY)] if known else None


def _synonyms() -> dict[str, str]:
    return {row.word: row.meaning for row in queries.synonyms()}


_LEXICON: Final = PerVersion("search_understanding", _compile)
