"""The shipped rules and the pages that use them, as they are on the day of release.

The running clock has no part in it: an old release still passes.
"""

from __future__ import annotations

from datetime import date, timedelta

from tests.rules.written import rules, table, term
from webapp.knowledge import markdown
from webapp.knowledge.drafts import cut
from webapp.knowledge.service.shipped import as_drafts
from webapp.knowledge.shipped import shipped_pages
from webapp.rules import macros
from webapp.rules.book import Book
from webapp.rules.overlaps import overlaps
from webapp.rules.reading import read, shipped
from webapp.rules.records import Tables
from webapp.version import RELEASED

FRESH = {
    "tax": timedelta(days=90),
    "relief": timedelta(days=90),
    "subsidy": timedelta(days=90),
    "standard": timedelta(days=365),
}
"""How long before the release a rule of a kind may have been compared with its document."""
FAR = date(2099, 1, 1)


def stale(tables: Tables, released: date) -> list[str]:
    return [
        rule.code
        for rule in tables.rules.values()
        if rule.kind in FRESH
        and rule.verified_on is not None
        and not timedelta(0) <= released - rule.verified_on <= FRESH[rule.kind]
        and not rule.superseded_by
    ]


def test_what_was_compared_too_long_before_the_release_is_found() -> None:
    text = rules("tax", "gb standard")
    tables = read({"rules": text})
    assert stale(tables, date(2026, 11, 30) + timedelta(days=90)) == []
    assert stale(tables, date(2026, 11, 30) + timedelta(days=91)) == ["tax"]
    assert stale(tables, date(2026, 11, 30) + timedelta(days=366)) == ["tax", "gb"]
    assert stale(tables, date(2026, 11, 29)) == ["tax", "gb"]


def test_taxes_subsidies_and_standards_were_compared_shortly_before_the_release() -> None:
    assert stale(shipped(), RELEASED) == []


def test_no_two_shipped_terms_apply_to_one_car_on_one_day() -> None:
    assert list(overlaps(shipped())) == []
    both = {"tax/a": "2026-01-01", "tax/b": "2027-01-01"}
    rows = [term(id_, since) for id_, since in both.items()]
    tables = read(
        {
            "rules": rules("tax"),
            "terms": table("terms", rows[0] | {"valid_to": "2026-12-31"}, rows[1]),
        }
    )
    forced = Tables(tables.rules, {k: vars_open(t) for k, t in tables.terms.items()})
    assert list(overlaps(forced)) == [("terms", "tax/b", "tax/a")]


def vars_open(found: object) -> object:
    return type(found)(**{**vars(found), "valid_to": None})


def test_every_value_a_page_uses_is_in_force_on_the_day_of_release() -> None:
    book = Book(shipped())
    wrong = {page.id: macros.problems(page.text, book, RELEASED) for page in shipped_pages()}
    assert {page: said for page, said in wrong.items() if said} == {}


def test_titles_hold_no_values_for_they_are_not_rendered() -> None:
    pages = list(shipped_pages())
    assert [page.id for page in pages if macros.has_macros(page.title + page.also)] == []
    assert [page.id for page in pages if len(page.summary) > 600] == []


def test_a_passage_reads_the_same_from_its_source_as_when_it_was_cut() -> None:
    book = Book(shipped())
    for draft in as_drafts(shipped_pages()):
        for piece in cut(draft):
            assert piece.markdown is not None
            assert markdown.plain(macros.render(piece.markdown, book, RELEASED)) == piece.text


def test_a_page_whose_rules_have_all_ended_is_still_well_formed() -> None:
    book = Book(shipped())
    for draft in as_drafts(shipped_pages()):
        for piece in cut(draft):
            if piece.markdown and macros.has_macros(piece.markdown):
                later = macros.render(piece.markdown, book, FAR)
                assert later.count("**") % 2 == 0, draft.id
                assert not macros.has_macros(later), draft.id
