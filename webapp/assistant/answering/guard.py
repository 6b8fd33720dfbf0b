"""What the assistant never says and never obeys, held by code whoever wrote the sentence.

Three questions are asked: does the visitor want a promise or our instructions; does a text of
the knowledge base give orders; does a sentence that is about to be shown promise something or
repeat our instructions.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path
from typing import Final

PATTERNS: Final = Path(__file__).resolve().parent / "patterns"
PROMPTS: Final = Path(__file__).resolve().parent.parent / "prompts"
LEAK_RUN: Final = 12
"""So many characters in a row of our instructions are no accident."""


def wants_instructions(text: str) -> bool:
    """The visitor asks for our instructions, or gives new ones."""
    plain = folded(text)
    return bool(_pattern("asks_instructions").search(plain) or _pattern("takes_over").search(plain))


def wants_promise(text: str) -> bool:
    """The visitor asks for a price, discount, stock, delivery date or credit approval, and not
    only for advice in which these words occur."""
    plain = _pattern("of_range").sub("", folded(text))
    if not _pattern("asks_promise").search(plain):
        return False
    return not _pattern("asks_advice").search(plain) or bool(_pattern("insists").search(plain))


def asks_about_terms(text: str) -> bool:
    """The visitor asks for advice on discounts, stock or loans, and for none to be given."""
    plain = folded(text)
    return bool(_pattern("asks_promise").search(plain)) and not wants_promise(text)


def gives_orders(text: str) -> bool:
    """A text of the knowledge base speaks to the assistant instead of the reader."""
    return bool(_pattern("orders").search(folded(text)))


def promises(sentence: str) -> bool:
    """The sentence commits somebody to a price, stock, delivery, approval or discount."""
    plain = folded(sentence)
    return bool(_pattern("promises").search(_pattern("denials").sub("", plain)))


def solicits(sentence: str) -> bool:
    """A quoted sentence makes the reader an offer, rather than telling of one."""
    plain = folded(sentence)
    return promises(sentence) and bool(_pattern("to_the_reader").search(plain))


def leaks(sentence: str) -> bool:
    """The sentence repeats our instructions or speaks of them."""
    plain = folded(sentence)
    return bool(_pattern("of_itself").search(plain)) or not _runs(_bare(plain)).isdisjoint(
        _own_runs()
    )


def folded(text: str) -> str:
    """Without the tricks that hide a word from a pattern: width, invisible characters, spaces
    or dots between Chinese characters."""
    plain = unicodedata.normalize("NFKC", text)
    plain = "".join(char for char in plain if unicodedata.category(char) not in ("Cf", "Mn"))
    return re.sub(r"(?<=[\u4e00-\u9fff])[\s.·*_\-]+(?=[\u4e00-\u9fff])", "", plain)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _runs(text: str) -> set[str]:
    return {text[at : at + LEAK_RUN] for at in range(len(text) - LEAK_RUN + 1)}


@cache
def _own_runs() -> frozenset[str]:
    found: set[str] = set()
    for file in sorted(PROMPTS.glob("*.txt")):
        found |= _runs(_bare(folded(file.read_text("utf-8"))))
    return frozenset(found)


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The lines of a file of patterns as one; lines that begin with # are for the reader."""
    lines = (PATTERNS / f"{name}.txt").read_text("utf-8").splitlines()
    kept = [line for line in lines if line and not line.startswith("#")]
    return re.compile("|".join(kept), re.IGNORECASE | re.MULTILINE)
