"""Tables as CSV that a spreadsheet may open: the one place that writes them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final

_FORMULA: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
"""A spreadsheet runs a cell that begins so, the wide ones in Chinese and Japanese editions."""
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?%?")


def csv_text(rows: Iterable[Sequence[str | float]]) -> str:
    """Rows as CSV, the head row among them. With a BOM: Excel would read UTF-8 without one as GBK.

    Text that a spreadsheet would run gets an apostrophe in front; numbers, also those written as
    text, stay as they are.
    """
    out = io.StringIO()
    csv.writer(out).writerows([_harmless(cell) for cell in row] for row in rows)
    return "\ufeff" + out.getvalue()


def _harmless(cell: str | float) -> str | float:
    if not isinstance(cell, str) or _NUMBER.fullmatch(cell):
        return cell
    runs = cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA)
    return f"'{cell}" if runs else cell
