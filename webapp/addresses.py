"""Each page has one address: numbers in addresses are written one way.

Werkzeug's own converter takes `0001` and full-width digits for 1, so that one page would have
endless addresses, each kept apart by every cache. What is written another way is not found: no
link of ours writes it.
"""

from __future__ import annotations

from typing import Final

from flask import Flask
from werkzeug.routing import IntegerConverter

DIGITS: Final = 10
"""As many as the largest number of a row, 2**31 - 1, has."""


class CanonicalInteger(IntegerConverter):
    """`<int:...>`: ASCII digits without a leading zero."""

    regex = f"0|[1-9][0-9]{{0,{DIGITS - 1}}}"


def init_app(app: Flask) -> None:
    """Call it before routes are added."""
    app.url_map.converters["int"] = CanonicalInteger
