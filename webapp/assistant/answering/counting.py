"""How many sentences of a model were withheld, by reason, for `/metrics`."""

from __future__ import annotations

from collections import Counter as Tally
from typing import Final

from prometheus_client import Counter

from webapp.assistant.answering.checking import Reason

_WITHHELD: Final = Counter(
    "chezhi_assistant_withheld_sentences",
    "Sentences a language model wrote that were not shown, by the rule they broke.",
    ("reason",),
)


def count_withheld(withheld: Tally[Reason]) -> None:
    for reason, number in withheld.items():
        _WITHHELD.labels(reason).inc(number)
