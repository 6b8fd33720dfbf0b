"""Every name of the catalogue with the ways people write it, compiled once per version.

A form is a spelling without case, width, spaces, hyphens and dots (`fold`): of 大众-高尔夫
they are 高尔夫, 大众高尔夫, vw高尔夫, golf ... `drafts` says which there are. Where one form could
mean several names, the nearer claim wins: a name of its own, then an alias, then a form
derived by rule. What still names several (m5: 问界M5, 宝马M5) stays with each; `all_names`
lists the one that is meant most often first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from webapp.search import queries
from webapp.search.compiled import PerVersion
from webapp.search.drafts import Draft, Kind, brand_drafts, fold, group_drafts, series_drafts
from webapp.search.pinyin import Readings, initials, learn_readings
from webapp.search.queries import AliasRow, BrandRow, SeriesRow

__all__ = ["Lexicon", "Name", "all_names", "compile_lexicon", "fold", "lexicon"]


@dataclass(frozen=True, slots=True)
class Name:
    """A brand, a series, or a group of brands such as BBA.

    `text` is the canonical name, `brand` that of the series' brand (of a group empty).
    `forms` are folded; the first `plain` of them are said without the brand's name in front.
    `weight` compares how often names are meant. `members` are the brands of a group.
    """

    kind: Kind
    text: str
    brand: str
    forms: tuple[str, ...]
    pinyin: str
    initials: str
    weight: float
    series_id: int | None = None
    members: tuple[str, ...] = ()
    plain: int = 0


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All names, how their characters read, and the catalogue's rows behind the series."""

    names: tuple[Name, ...]
    readings: Readings
    series: Mapping[int, SeriesRow]
    either: Mapping[str, tuple[str, ...]]
    """Forms that may mean several series of one brand (途观: 途观 and 途观L), and which."""


def all_names() -> tuple[Name, ...]:
    """Every name, the one meant most often first."""
    return lexicon().names


def lexicon() -> Lexicon:
    """What was compiled from the present catalogue."""
    return _LEXICON.get()


def compile_lexicon(
    brands: Sequence[BrandRow], series: Sequence[SeriesRow], aliases: Sequence[AliasRow]
) -> Lexicon:
    """Work out the forms of all names."""
    transcribed = [(row.name, row.pinyin) for row in brands]
    transcribed += [(row.name, row.pinyin) for row in series]
    known = learn_readings((fold(name), pinyin) for name, pinyin in transcribed)
    drafts = [*brand_drafts(brands, series, aliases), *series_drafts(series, brands, aliases)]
    weights = {draft.text: draft.weight for draft in drafts if draft.kind == "brand"}
    drafts += group_drafts(aliases, weights)
    nearest: dict[str, int] = {}
    for draft in drafts:
        for form, level in draft.claims.items():
            nearest[form] = min(level, nearest.get(form, level))
    drafts.sort(key=lambda draft: (-draft.rank, draft.second, draft.text))
    return Lexicon(
        names=tuple(_finish(draft, nearest, known) for draft in drafts),
        readings=known,
        series={row.id: row for row in series},
        either=_either(drafts),
    )


def _either(drafts: Sequence[Draft]) -> dict[str, tuple[str, ...]]:
    """By form, the series of the brand meant most often, the nearest claim first; entries that
    only differ in spelling are one."""
    claims: dict[str, list[tuple[int, Draft]]] = {}
    for draft in drafts:
        if draft.kind == "series" and not draft.second:
            for form, level in draft.claims.items():
                claims.setdefault(form, []).append((level, draft))
    found = {}
    for form, claimed in claims.items():
        claimed.sort(key=lambda claim: claim[0])  # stable: the more usual first
        brand = claimed[0][1].brand
        texts = tuple(draft.text for _, draft in claimed if draft.brand == brand)
        if len(texts) > 1:
            found[form] = texts
    return found


def _finish(draft: Draft, nearest: Mapping[str, int], known: Readings) -> Name:
    forms = [form for form, level in draft.claims.items() if nearest[form] == level]
    forms.sort(key=lambda form: (form in draft.qualified, draft.claims[form]))
    return Name(
        kind=draft.kind,
        text=draft.text,
        brand=draft.brand,
        forms=tuple(forms),
        pinyin=draft.pinyin,
        initials=initials(fold(draft.text), known),
        weight=round(draft.weight, 3),
        series_id=draft.series_id,
        members=draft.members,
        plain=sum(form not in draft.qualified for form in forms),
    )


def _from_catalogue() -> Lexicon:
    """Three statements."""
    return compile_lexicon(queries.brand_rows(), queries.series_rows(), queries.alias_rows())


_LEXICON: Final = PerVersion("search_lexicon", _from_catalogue)
