"""The product's version, in this place only; `CHANGELOG.md` says what each one brought."""

from __future__ import annotations

from typing import Final

VERSION: Final = "0.1.0"
