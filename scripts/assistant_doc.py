"""Write the rules and tools in docs/assistant.md from their tables:
`python -m scripts.assistant_doc`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Final

import webapp.assistant.answering  # noqa: F401  (its composers and the rules import each other)
from webapp.assistant.dialogue.rule import Needs
from webapp.assistant.dialogue.rules import RULES
from webapp.assistant.dialogue.tools import described
from webapp.config import ROOT

FILE: Final = ROOT / "docs" / "assistant.md"
BEGIN: Final = "<!-- written by scripts.assistant_doc -->\n"
END: Final = "<!-- up to here -->\n"
_CARS: Final = {"a": "北斗", "b": "天舟", "c": "织女"}


def rules() -> Iterator[str]:
    """The table of rules in their order, each with what it needs and one conversation."""
    yield "| rule | needs | for example |"
    yield "| --- | --- | --- |"
    for rule in RULES:
        said = " / ".join(rule.examples[0]).format(**_CARS)
        yield f"| {rule.name} | {_needs(rule.needs)} | {said} |"


def _needs(needs: Needs) -> str:
    parts = [
        f"one of {', '.join(needs.cues)}" if needs.cues else "",
        f"none of {', '.join(needs.without)}" if needs.without else "",
        f"after {', '.join(needs.after)}" if needs.after else "",
        {True: "points at a car", False: "points at none", None: ""}[needs.points],
        {True: "names a car", False: "names none", None: ""}[needs.named],
        "short" if needs.bare else "",
        "a list to go on with" if needs.base else "",
    ]
    return "; ".join(filter(None, parts))


def render(page: str) -> str:
    """The page with what stands between the marks written anew."""
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    lines = [
        "The first rule whose needs hold and which makes something wins.",
        "",
        *rules(),
        "",
        "What a model may ask for:",
        "",
        *described(),
    ]
    written = "\n".join(lines)
    return f"{before}{BEGIN}\n{written}\n\n{END}{after}"


if __name__ == "__main__":
    argparse.ArgumentParser(
        prog="python -m scripts.assistant_doc",
        description="Write the rules and tools in docs/assistant.md.",
    ).parse_args()
    FILE.write_text(render(FILE.read_text("utf-8")), encoding="utf-8")
