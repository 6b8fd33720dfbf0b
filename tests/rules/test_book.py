"""What a rule says on a day, and to which car; and why it says nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests.rules.written import rules, scope, table, term
from webapp.rules.book import Book, Unknown
from webapp.rules.reading import read, shipped
from webapp.rules.records import Eligibility, Tables, Term, Vehicle

RELIEF = "purchase-tax-relief-nev"
BOOK = Book(shipped())


def given(code: str, day: str, basis: str | None = None, vehicle: Vehicle | None = None) -> Term:
    found = BOOK.at(code, date.fromisoformat(day), basis, vehicle)
    assert isinstance(found, Term), found
    return found


def missing(code: str, day: str, vehicle: Vehicle | None = None) -> Unknown:
    found = BOOK.at(code, date.fromisoformat(day), None, vehicle)
    assert isinstance(found, Unknown), found
    return found


@pytest.mark.parametrize(
    ("day", "rate", "cap"),
    [
        ("2024-01-01", "1", 3_000_000),
        ("2025-12-31", "1", 3_000_000),
        ("2026-01-01", "0.5", 1_500_000),
        ("2027-12-31", "0.5", 1_500_000),
    ],
)
def test_the_relief_of_an_electric_car_goes_by_the_day_of_the_invoice(
    day: str, rate: str, cap: int
) -> None:
    found = given(RELIEF, day, "invoice", Vehicle("BEV"))
    assert (found.rate, found.cap_fen) == (Decimal(rate), cap)


def test_after_the_last_term_nothing_is_given_and_the_year_is_named() -> None:
    found = missing(RELIEF, "2028-01-01", Vehicle("BEV"))
    assert found.why == "ended"
    assert found.reason.startswith("2028 年的新能源汽车购置税减免还没有登记规则")
    assert found.term is not None
    assert found.term.valid_to == date(2027, 12, 31)


def test_before_the_first_term_nothing_is_given() -> None:
    found = missing("gb-44721", "2026-11-30")
    assert (found.why, found.term and found.term.valid_from) == ("not begun", date(2027, 7, 1))


def test_a_rule_nobody_wrote_down_is_unknown() -> None:
    assert missing("no-such-rule", "2026-11-30").why == "unregistered"


@pytest.mark.parametrize("energy", ["ICE", "HEV"])
def test_a_petrol_car_is_out_of_the_relief_also_where_no_term_is_registered(energy: str) -> None:
    for day in ("2026-11-30", "2028-05-01"):
        assert missing(RELIEF, day, Vehicle(energy)).why == "out of scope"


@pytest.mark.parametrize(
    ("ranges", "outcome"),
    [
        ({"WLTC": 100.0, "CLTC": 125.0}, "given"),
        ({"WLTC": 99.0, "CLTC": 125.0}, "short"),
        ({"CLTC": 99.0}, "short"),
        ({"NEDC": 51.0}, "short"),
        ({"CLTC": 100.0}, "unclear"),
        ({"CLTC": 199.0}, "unclear"),
        ({"CLTC": 200.0}, "given"),
        ({"CLTC": 300.0, "WLTC": 90.0}, "short"),
        ({"EPA": 80.0}, "unclear"),
        ({}, "unclear"),
    ],
)
def test_a_plug_in_reaches_the_line_on_wltc_or_has_to_be_looked_up(
    ranges: dict[str, float], outcome: str
) -> None:
    for energy in ("PHEV", "EREV"):
        found = BOOK.at(RELIEF, date(2026, 11, 30), "invoice", Vehicle(energy, ranges=ranges))
        if isinstance(found, Unknown):
            assert found.why == outcome
            assert "要查目录" in found.reason
            assert found.term is not None
            assert found.term.rate == Decimal("0.5")
        else:
            assert outcome == "given"


def test_what_the_official_list_says_of_a_trim_comes_before_its_range() -> None:
    short = Vehicle("PHEV", ranges={"CLTC": 80.0}, key="qin")
    long = Vehicle("PHEV", ranges={"WLTC": 160.0}, key="song")
    day = date(2026, 11, 30)
    said = {"qin": "yes", "song": "no"}
    rows = [Eligibility(t, RELIEF, a, "第 30 批", "工信部", day) for t, a in said.items()]
    book = Book(shipped().overlaid(Tables(eligibilities={row.key: row for row in rows})))
    assert isinstance(book.at(RELIEF, day, None, short), Term)
    refused = book.at(RELIEF, day, None, long)
    assert isinstance(refused, Unknown)
    assert refused.why == "out of scope"
    assert "第 30 批" in refused.reason


def test_a_term_that_was_superseded_still_answers_for_its_own_time() -> None:
    assert given("nev-catalogue-phev", "2025-12-31").limit == 43
    assert given("nev-catalogue-phev", "2026-01-01").limit == 100
    assert given("nev-catalogue-phev", "2025-12-31").rule.document.endswith("2023年第32号")
    assert given("vat", "2019-04-01").rate == Decimal("0.13")


def test_what_differs_by_car_needs_a_car() -> None:
    assert missing("compulsory-insurance", "2026-11-30").why == "ambiguous"
    five, seven = Vehicle("ICE", seats=5), Vehicle("ICE", seats=7)
    assert given("compulsory-insurance", "2026-11-30", vehicle=five).amount_fen == 95_000
    assert given("compulsory-insurance", "2026-11-30", vehicle=seven).amount_fen == 110_000
    assert missing("compulsory-insurance", "2026-11-30", Vehicle("ICE")).why == "unclear"


def test_what_is_the_same_for_every_car_it_is_for_needs_none() -> None:
    assert given(RELIEF, "2026-11-30").cap_fen == 1_500_000


def test_the_basis_chooses_between_new_and_approved_types() -> None:
    assert given("gb-38031", "2026-11-30", "type-approval-new")
    found = BOOK.at("gb-38031", date(2026, 11, 30), "type-approval-existing")
    assert isinstance(found, Unknown)
    assert found.why == "not begun"


def test_small_petrol_cars_alone_are_in_the_trade_in() -> None:
    two, three = Vehicle("ICE", displacement_ml=1998), Vehicle("ICE", displacement_ml=2998)
    assert given("trade-in-scrap-petrol", "2026-11-30", vehicle=two).cap_fen == 1_500_000
    assert missing("trade-in-scrap-petrol", "2026-11-30", three).why == "out of scope"


def test_what_the_staff_entered_comes_before_a_shipped_row_of_the_same_time() -> None:
    tables = read({"rules": rules("tax"), "terms": table("terms", term("tax/a", "2026-01-01"))})
    own = read(
        {
            "rules": rules("tax"),
            "terms": table("terms", term("tax/own", "2026-06-01") | {"amount_fen": "7"}),
        }
    )
    book = Book(tables.overlaid(own), edited=own.terms)
    day = date(2026, 7, 1)
    found = book.at("tax", day, None, Vehicle("BEV"))
    assert isinstance(found, Term)
    assert found.amount_fen == 7
    assert book.doubled() == ["tax/own"]
    assert Book(tables).doubled() == []


def test_what_ends_soon_and_is_followed_by_nothing_is_listed() -> None:
    rows = [
        term("tax/followed", "2026-01-01", "2026-12-31"),
        term("tax/next", "2027-01-01", "2027-12-31"),
        term("vat/soon", "2026-01-01", "2026-12-31"),
        term("vat/soon-too", "2026-01-01", "2027-01-29"),
        term("vat/later", "2026-01-01", "2027-01-30"),
    ]
    scopes = [
        scope(f"vat/{name}", "energy", "in", energy)
        for name, energy in (("soon", "BEV"), ("soon-too", "ICE"), ("later", "HEV"))
    ]
    texts = {"rules": rules("tax", "vat"), "terms": table("terms", *rows)}
    book = Book(read(texts | {"scopes": table("scopes", *scopes)}))
    ending = [found.id for found in book.ending(date(2026, 11, 30), within=60)]
    assert ending == ["vat/soon", "vat/soon-too"]


def test_a_price_is_that_of_the_day_and_of_the_place_or_of_the_one_around_it() -> None:
    base = {"item": "petrol-92", "unit": "元/升", "source": "某委", "captured": "2026-11-01"}
    months = {"valid_from": "2026-11-01", "valid_to": "2026-11-30"}
    rows = [
        base | months | {"region": "CN", "value": "7.40"},
        base | months | {"region": "CN-31", "value": "7.35"},
    ]
    book = Book(read({"observations": table("observations", *rows)}))

    def value(region: str, day: str) -> str:
        found = book.observed("petrol-92", region, date.fromisoformat(day))
        return found.reason if isinstance(found, Unknown) else f"{found.region} {found.value}"

    assert value("CN-31", "2026-11-30") == "CN-31 7.35"
    assert value("CN-3101", "2026-11-01") == "CN-31 7.35"
    assert value("CN-11", "2026-11-15") == "CN 7.40"
    assert value("CN-31", "2026-12-01") == "2026 年 12 月 1 日的“petrol-92”没有登记"
