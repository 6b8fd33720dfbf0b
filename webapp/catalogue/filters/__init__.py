"""The one filter table of the catalogue and what it yields.

`fields` holds the table, `selection` what is asked, `address` the URL grammar, `words` the
sentences and chips, `sql` the conditions. All follow the vocabulary: a condition is a field, an
operator and a value, all conditions hold for the same trim, and unknown satisfies none.
"""

from webapp.catalogue.filters.address import Problem, UnreadableSelection, read_selection
from webapp.catalogue.filters.fields import FIELDS, FIELDS_BY_NAME, SORTS, Field
from webapp.catalogue.filters.selection import MAX_TEXT, Condition, Selection

__all__ = [
    "FIELDS",
    "FIELDS_BY_NAME",
    "MAX_TEXT",
    "SORTS",
    "Condition",
    "Field",
    "Problem",
    "Selection",
    "UnreadableSelection",
    "read_selection",
]
