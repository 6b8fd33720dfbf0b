"""The product's version and its day, in this place only; `CHANGELOG.md` says what each brought."""

from __future__ import annotations

from datetime import date
from typing import Final

VERSION: Final = "0.1.0"
RELEASED: Final = date(2026, 11, 30)
"""The day for which the shipped rules and pages were last compared with their documents."""
