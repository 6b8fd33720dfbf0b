"""Write docs/settings.md from the table of settings: `python -m scripts.settings_doc`."""

from __future__ import annotations

import argparse
from typing import Any, Final

from scripts.settings import config

FILE: Final = config.ROOT / "docs" / "settings.md"

HEAD: Final = """\
# Settings

Environment variables, read once at start-up. A value that cannot be used stops the start with
one line for each problem; an empty value counts as not set. This page is generated from
`webapp/config/settings.py` by `.venv/bin/python -m scripts.settings_doc`.

A setting marked *secret* is never shown, and `NAME_FILE` may name a file that holds it instead.

| name | default | allowed | meaning |
| --- | --- | --- | --- |
"""


def render() -> str:
    """The whole page."""
    return HEAD + "".join(
        f"| `{row.name}` | {_default(row)} | {row.kind.allowed} "
        f"| {row.help}{' *Secret.*' if row.secret else ''} |\n"
        for row in config.SETTINGS
    )


def _default(row: Any) -> str:
    return row.default_text or f"`{row.default}`"


if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="python -m scripts.settings_doc", description="Write docs/settings.md."
    ).parse_args()
    FILE.write_text(render(), encoding="utf-8")
