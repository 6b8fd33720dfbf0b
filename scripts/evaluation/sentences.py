"""How well sentences are read: hard conditions, intents, and what is only inferred."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from scripts.evaluation.figures import Figure, percentile, share

PART = "understanding"

Line = dict[str, Any]
Triple = tuple[str, str, object]


@dataclass
class Score:
    """Counts over all sentences."""

    sentences: int = 0
    hits: int = 0
    invented: int = 0
    missed: int = 0
    exact: int = 0
    intents: int = 0
    sorts: int = 0
    invented_fields: int = 0
    inferred_hits: int = 0
    inferred_gold: int = 0
    inferred_read: int = 0
    parameters: int = 0
    parameters_exact: int = 0
    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, gold: Line, read: Line) -> None:
        wanted, found = triples(gold["conditions"]), triples(read["conditions"])
        self.sentences += 1
        self.hits += len(wanted & found)
        self.invented += len(found - wanted)
        self.missed += len(wanted - found)
        self.exact += wanted == found
        self.intents += gold["intent"] == read["intent"]
        self.sorts += gold.get("sort") == read["sort"]
        fields = {condition["field"] for condition in gold["conditions"]}
        self.invented_fields += len({triple[0] for triple in found} - fields)
        self._add_inferred(gold["conditions"], read["conditions"])
        further = self._add_parameters(gold, read)
        if wanted != found or gold["intent"] != read["intent"] or not further:
            self.wrong.append(_difference(gold, read, wanted, found))

    def _add_parameters(self, gold: Line, read: Line) -> bool:
        """Whether the further parameters are as they should be, where a line says how."""
        if "parameters" not in gold:
            return True
        exact = triples(gold["parameters"]) == triples(read.get("parameters", []))
        self.parameters += 1
        self.parameters_exact += exact
        return exact

    def _add_inferred(self, gold: Sequence[Line], read: Sequence[Line]) -> None:
        wanted = [condition for condition in gold if condition.get("inferred")]
        found = [condition for condition in read if condition.get("inferred")]
        self.inferred_gold += len(wanted)
        self.inferred_read += len(found)
        self.inferred_hits += sum(any(alike(one, other) for other in found) for one in wanted)

    def figures(self) -> list[Figure]:
        slots = 2 * self.hits + self.invented + self.missed
        hints = self.inferred_gold + self.inferred_read
        return [
            Figure(PART, "sentences", self.sentences),
            Figure(PART, "slot F1", share(2 * self.hits, slots), 0.95),
            Figure(PART, "whole query exact", share(self.exact, self.sentences), 0.85, unit="%"),
            Figure(PART, "intent", share(self.intents, self.sentences), 0.95, unit="%"),
            Figure(PART, "invented fields", self.invented_fields, 0, at_most=True),
            *(
                [
                    Figure(
                        PART,
                        "parameters exact",
                        share(self.parameters_exact, self.parameters),
                        0.85,
                        unit="%",
                        note=f"of {self.parameters}",
                    )
                ]
                if self.parameters
                else []
            ),
            Figure(PART, "inferred F1", share(2 * self.inferred_hits, hints)),
            Figure(PART, "sort", share(self.sorts, self.sentences), unit="%"),
            Figure(PART, "p50", percentile(self.seconds, 0.5), unit="ms"),
            Figure(PART, "p95", percentile(self.seconds, 0.95), 15, at_most=True, unit="ms"),
        ]


def measure(lines: Iterable[Line]) -> tuple[list[Figure], list[str]]:
    """Read every sentence with the catalogue of the current application: the figures, and the
    sentences that are read wrongly."""
    from webapp.search.service import read_sentence

    read_sentence("")  # compiles the names, which no visitor waits for
    score = Score()
    for gold in lines:
        started = time.perf_counter()
        understood = read_sentence(gold["q"])
        score.seconds.append(time.perf_counter() - started)
        score.add(gold, understood.as_dict())
    return score.figures(), score.wrong


def triples(conditions: Iterable[Line]) -> set[Triple]:
    """The hard conditions; of a list the order does not matter, nor 20 from 20.0."""
    return {
        (one["field"], one["operator"], _comparable(one["value"]))
        for one in conditions
        if not one.get("inferred")
    }


def alike(one: Line, other: Line) -> bool:
    """Whether two inferred conditions agree: field and operator, the value within 20 %."""
    if (one["field"], one["operator"]) != (other["field"], other["operator"]):
        return False
    wanted, found = one["value"], other["value"]
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(found - wanted) <= 0.2 * abs(wanted)
    return _comparable(wanted) == _comparable(found)


def _comparable(value: object) -> object:
    if isinstance(value, list):
        return frozenset(map(_comparable, value))
    return float(value) if isinstance(value, int | float) else value


def _difference(gold: Line, read: Line, wanted: set[Triple], found: set[Triple]) -> str:
    parts = [f"{gold.get('id', '')} {gold['q']}"]
    if gold["intent"] != read["intent"]:
        parts.append(f"intent {read['intent']}, should be {gold['intent']}")
    parts += [f"missing {_shown(one)}" for one in sorted(wanted - found, key=str)]
    parts += [f"too many {_shown(one)}" for one in sorted(found - wanted, key=str)]
    return "; ".join(parts)


def _shown(triple: Triple) -> str:
    field_, operator, value = triple
    shown = "/".join(sorted(map(str, value))) if isinstance(value, frozenset) else value
    return f"{field_} {operator} {shown}"
