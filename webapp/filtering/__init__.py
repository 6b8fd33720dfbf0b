"""The filter engine: what a list can be asked, as a table, and all that follows from it.

`fields` holds the rows of a table, `selection` what is asked, `address` the URL grammar, `words`
the sentences, `given` conditions as JSON, `sql` the expressions, `counting` facets and totals,
`form` the boxes beside a list. Nothing here names what is filtered: a feature makes a
`FilterTable` with its `SqlColumns`, and a `Selection` of its own that points at the table.
"""

from webapp.filtering.address import Problem, UnreadableSelection, read_selection
from webapp.filtering.fields import Field, FilterTable
from webapp.filtering.selection import MAX_TEXT, Condition, Scalar, Selection

__all__ = [
    "MAX_TEXT",
    "Condition",
    "Field",
    "FilterTable",
    "Problem",
    "Scalar",
    "Selection",
    "UnreadableSelection",
    "read_selection",
]
