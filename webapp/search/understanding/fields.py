"""The fields a sentence can speak of: those of the filter table, and parameters it does not have.

A condition on a field that is no filter (yet) is shown to the visitor as unsupported, with the
reason its row in `unfiltered.csv` gives. To make such a field a filter, add it to the filter
table under the same name; its words are read already.
"""

from __future__ import annotations

from typing import Final

from webapp.catalogue.filters import FIELDS_BY_NAME, Field
from webapp.catalogue.filters.fields import VOCABULARY
from webapp.search.understanding.tables import rows

_ROWS: Final = {row["field"]: row for row in rows("unfiltered.csv")}


def _unfiltered(row: dict[str, str]) -> Field:
    number = row["kind"] == "number"
    return Field(
        row["field"],
        row["label"],
        "number" if number else "choice",
        row["unit"],
        integer=row["integer"] == "yes",
        choices=tuple(row["choices"].split()),
    )


FIELDS: Final = {name: _unfiltered(row) for name, row in _ROWS.items()} | FIELDS_BY_NAME


IN_VOCABULARY: Final = frozenset(row.name for row in VOCABULARY)
"""The fields that programs which ask for conditions know; the others are parameters."""


def why_unfiltered(field: str) -> str | None:
    """Why the list cannot be filtered by this field; None where it can."""
    return None if field in FIELDS_BY_NAME else _ROWS[field]["why"]
