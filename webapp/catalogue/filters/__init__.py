"""The one filter table of the catalogue, on the engine of `webapp.filtering`.

`fields` holds the table, `selection` what is asked of the list of cars, `words` the sentences and
chips, `sql` where the fields are stored. All follow the vocabulary: a condition is a field, an
operator and a value, all conditions hold for the same trim, and unknown satisfies none.
"""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from webapp import filtering
from webapp.catalogue.filters.fields import FIELDS, FIELDS_BY_NAME, SORTS, TABLE
from webapp.catalogue.filters.selection import Selection
from webapp.filtering import MAX_TEXT, Condition, Field, Problem, UnreadableSelection

__all__ = [
    "FIELDS",
    "FIELDS_BY_NAME",
    "MAX_TEXT",
    "SORTS",
    "TABLE",
    "Condition",
    "Field",
    "Problem",
    "Selection",
    "UnreadableSelection",
    "read_selection",
]


def read_selection(args: MultiDict[str, str]) -> Selection:
    """A selection of trims from an address. Raises `UnreadableSelection` listing all that cannot
    be honoured; names of brands and series are checked by `queries.unknown_names`."""
    return filtering.read_selection(Selection, args)
