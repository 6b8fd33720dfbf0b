"""The rules in force in an application, and what its catalogue knows of a trim."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.catalogue import catalogue
from tests.rules.written import table
from webapp import rules
from webapp.audit import COMMAND_LINE
from webapp.rules import service
from webapp.rules.taxes import PurchaseTax, purchase_tax

pytestmark = pytest.mark.database


def test_a_new_database_has_the_shipped_rules(app: Flask) -> None:
    found = rules.at("purchase-tax", date(2026, 11, 30), "invoice")
    assert isinstance(found, rules.Term)
    assert found.rule.document == "中华人民共和国车辆购置税法"
    assert isinstance(rules.observed("petrol-92", "CN-99", date(2026, 11, 30)), rules.Unknown)


def car(key: str, energy: str, **numbers: float) -> int:
    made = catalogue.trim(key, energy=energy, seats=5)
    for name, number in numbers.items():
        catalogue.value(made, catalogue.parameter(name, name), number=number)
    catalogue.publish()
    return made.id


def test_what_scopes_ask_is_read_from_the_rows_of_a_trim(app: Flask) -> None:
    plug_in = car("a", "PHEV", range_cltc_km=80, range_wltc_km=60, displacement_l=1.5)
    petrol = car("b", "ICE", displacement_ml=2998)
    found = rules.vehicles([plug_in, petrol])
    assert found[plug_in] == rules.Vehicle("PHEV", 1500, 5, {"CLTC": 80, "WLTC": 60}, "a")
    assert found[petrol] == rules.Vehicle("ICE", 2998, 5, {}, "b")


@pytest.mark.parametrize(("answer", "due"), [("yes", 4416), ("no", 8832)])
def test_what_the_official_list_says_of_a_trim_settles_its_tax(
    app: Flask, answer: str, due: int
) -> None:
    trim_id, day = car("qin-80", "PHEV", range_wltc_km=60), date(2026, 11, 30)

    def tax() -> PurchaseTax:
        vehicle = rules.vehicles([trim_id])[trim_id]
        found = purchase_tax(rules.book(), 9_980_000, day, vehicle)
        assert isinstance(found, PurchaseTax)
        return found

    assert tax().doubt is not None
    row = {
        "trim": "qin-80",
        "rule": "purchase-tax-relief-nev",
        "answer": answer,
        "batch": "第 30 批",
        "source": "工业和信息化部",
        "captured": "2026-11-30",
    }
    service.import_files(texts={"eligibilities": table("eligibilities", row)}, actor=COMMAND_LINE)
    assert (round(tax().due / 100), tax().doubt) == (due, None)
