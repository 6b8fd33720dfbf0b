"""The rules in force in an application, and what its catalogue knows of a trim."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from webapp import rules

pytestmark = pytest.mark.database


def test_a_new_database_has_the_shipped_rules(app: Flask) -> None:
    found = rules.at("purchase-tax", date(2026, 11, 30), "invoice")
    assert isinstance(found, rules.Term)
    assert found.rule.document == "中华人民共和国车辆购置税法"
    assert isinstance(rules.observed("petrol-92", "CN-99", date(2026, 11, 30)), rules.Unknown)
