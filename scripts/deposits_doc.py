"""Write the states and kinds in docs/deposits.md from their tables:
`python -m scripts.deposits_doc`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

from webapp.config import ROOT
from webapp.deposits.pages import LABELS
from webapp.deposits.state import DEPOSIT
from webapp.deposits.terms import CHECKED_ON, EFFECTS

FILE: Final = ROOT / "docs" / "deposits.md"
BEGIN: Final = "<!-- written by scripts.deposits_doc -->\n"
END: Final = "<!-- up to here -->\n"


def states() -> Iterator[str]:
    yield "| state | its owner reads | may be followed by |"
    yield "| --- | --- | --- |"
    for state, following in DEPOSIT.items():
        named = f"`{state}`" if state else "(new)"
        yield f"| {named} | {LABELS.get(state, '')} | {', '.join(sorted(following)) or 'nothing'} |"


def kinds() -> Iterator[str]:
    yield f"| kind | effect, as it is shown | articles (wording compared on {CHECKED_ON}) |"
    yield "| --- | --- | --- |"
    for effect in EFFECTS.values():
        yield f"| {effect.label} | {' '.join(effect.lines)} | {effect.law} |"


def render(page: str) -> str:
    """The page with what stands between the marks written anew."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    written = "\n".join(["", *states(), "", *kinds(), "", ""])
    return f"{before}{BEGIN}{written}{END}{after}"


def main() -> None:
    argparse.ArgumentParser(
        prog="python -m scripts.deposits_doc", description="Write docs/deposits.md anew."
    ).parse_args()
    FILE.write_text(render(FILE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
