"""What a spreadsheet gets to open."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from webapp.csvtext import csv_text

ROOT = Path(__file__).resolve().parent.parent


def opened(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "＝", "－", "\t", "\n=", " ="])
def test_no_cell_is_run_as_a_formula_neither_in_the_head_row_nor_below(first: str) -> None:
    cell = f'{first}cmd|"/c calc"!A1'
    assert opened(csv_text([[cell], [cell]])) == [[f"'{cell}"], [f"'{cell}"]]


@pytest.mark.parametrize("number", ["-20", "+3.5", "-0.5%", "120", "12.98"])
def test_numbers_stay_numbers(number: str) -> None:
    assert opened(csv_text([[number, -20, 1.5]])) == [[number, "-20", "1.5"]]


def test_what_only_begins_like_a_number_is_text() -> None:
    assert opened(csv_text([["-1+cmd"], ["-"]])) == [["'-1+cmd"], ["'-"]]


def test_nothing_else_writes_csv() -> None:
    writing = re.compile(r"csv\.(writer|DictWriter)|text/csv")
    found = {
        path.name for path in (ROOT / "webapp").rglob("*.py") if writing.search(path.read_text())
    }
    # Two name the kind of file; a workbook, and what staff say of a rule, become tables for our
    # own readers.
    assert found == {"csvtext.py", "views.py", "catalogue.py", "workbook.py", "service.py"}
