"""What kind of thing a sentence asks for, by likeness to sentences whose kind is known.

`utterances.csv` has sentences as people type them, with the state of the conversation and the
kind. `scripts/seed/build_kinds.py` fits a multinomial logistic regression to them and to the
titles of the shipped pages, and writes `weights.txt`; nothing is learnt while the product runs.
"""

from __future__ import annotations

import base64
import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Final, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from webapp.search.understanding.reading import Parse, interpret

Kind = Literal[
    "find", "refine", "figure", "versions", "compare", "rank", "sales", "sum", "advise", "judge",
    "tell", "talk",
]  # fmt: skip
State = Literal["alone", "list", "cars", "topic", "sum"]
"""What was answered before: nothing, a list, values or a comparison of cars, advice of no car, a
sum of money."""

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
STATES: Final[tuple[State, ...]] = get_args(State)
UTTERANCES: Final = Path(__file__).with_name("utterances.csv")
WEIGHTS: Final = Path(__file__).with_name("weights.txt")
LONGEST: Final = 3
"""Characters of a piece of the text."""
OF_PARSE: Final = 0.4
"""What a feature of the parse weighs; pieces of the text weigh as one together."""
COLUMNS: Final = (*KINDS, "goes_on")


class Utterance(NamedTuple):
    state: State
    kind: Kind
    text: str


@dataclass(frozen=True)
class Kinds:
    """The probability of each kind; `goes_on` is that of a sentence whose subject stands in the
    one before."""

    of: Mapping[Kind, float]
    goes_on: float

    @property
    def best(self) -> Kind:
        return max(self.of, key=self.of.__getitem__)

    def first(self, number: int) -> tuple[tuple[Kind, float], ...]:
        """The likeliest kinds, each with its probability."""
        return tuple(sorted(self.of.items(), key=lambda one: -one[1])[:number])


def kinds_of(parse: Parse, state: State) -> Kinds:
    """The kinds a sentence may be of in this state. Takes half a millisecond beside the parse."""
    weights = _weights()
    found = {"": 1.0} | features(parse, state)
    known = {weights.places[name]: value for name, value in found.items() if name in weights.places}
    total = np.array([*known.values()], np.float32) @ weights.rows[[*known]]
    odds = np.exp(total[: len(KINDS)] - total[: len(KINDS)].max())
    shares = odds / odds.sum()
    return Kinds(
        dict(zip(KINDS, shares.tolist(), strict=True)), 1 / (1 + math.exp(-float(total[-1])))
    )


def features(parse: Parse, state: State) -> dict[str, float]:
    """Pieces of up to three characters, without the names of cars and with 0 for any number, and
    what the parse found; each once more for the state where something was said before."""
    pieces = set(_pieces(_plain(parse)))
    own, share = set(_of_parse(parse)), 1 / math.sqrt(len(pieces) or 1)
    found = dict.fromkeys(pieces, share) | dict.fromkeys(own, OF_PARSE)
    found[f"state {state}"] = 1.0
    if state != "alone":
        found |= {f"+{piece}": share for piece in pieces}
        found |= {f"{state}:{piece}": share for piece in pieces if len(piece) < LONGEST}
        found |= {f"{state}:{one}": OF_PARSE for one in own}
    return found


def _plain(parse: Parse) -> str:
    text = parse.text.lower()
    for (start, end), _ in sorted(parse.named_at, reverse=True):
        text = f"{text[:start]}@{text[end:]}"
    runs = (instead or "".join(run) for instead, run in groupby(text, _instead))
    return f"^{''.join(runs).strip()}$"


def _instead(char: str) -> str:
    """What stands for a run of such characters; nothing for those that count themselves."""
    if char.isdigit() or char == ".":
        return "0"
    return "" if char.isalnum() or char == "@" else " "


def _pieces(text: str) -> Iterator[str]:
    for length in range(1, LONGEST + 1):
        for start in range(len(text) - length + 1):
            yield text[start : start + length]


def _of_parse(parse: Parse) -> Iterator[str]:
    read = interpret(parse)
    sure = [one.condition.field for one in read.conditions if not one.inferred]
    others = [field for field in sure if field not in ("series", "brand")]
    yield f"intent {read.intent}"
    yield f"names {min(2, len(parse.named_at))}"
    yield f"field {bool(read.field)}"
    yield f"sorted {bool(read.sort)}"
    yield f"conditions {min(3, len(others))}"
    yield f"length {min(4, len(parse.text) // 8)}"
    yield from (f"condition {field}" for field in sure)
    yield from (f"cue {meaning.cue}" for cue in parse.cues for meaning in cue.meanings)


def utterances(file: Path = UTTERANCES) -> list[Utterance]:
    """All of them, in the order of the file. Raises ValueError for a state or kind that is none."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [Utterance(row["state"], row["kind"], row["text"]) for row in csv.DictReader(lines)]  # type: ignore[arg-type]
    for row in rows:
        if row.state not in STATES or row.kind not in KINDS:
            raise ValueError(f"{row.text}: {row.state}, {row.kind}")
    return rows


class Weights(NamedTuple):
    """A row for each feature, a column for each of `COLUMNS`; the row of "" is the constant."""

    digest: str
    places: dict[str, int]
    rows: npt.NDArray[np.float32]


def learnt_from() -> str:
    """The digest of the sentences that the weights are of."""
    return _weights().digest


def forget() -> None:
    """Read the weights anew when they are next needed."""
    _weights.cache_clear()


@cache
def _weights() -> Weights:
    return read_weights(WEIGHTS.read_text("utf-8"))


def read_weights(text: str) -> Weights:
    head, *lines = text.splitlines()
    digest, scale = head.split(" ")
    parts = [line.partition(" ") for line in lines]
    steps = np.frombuffer(b"".join(base64.b64decode(packed) for packed, _, _ in parts), np.int8)
    rows = steps.reshape(-1, len(COLUMNS)) * np.float32(scale)
    return Weights(digest, {feature: at for at, (*_, feature) in enumerate(parts)}, rows)


def written_weights(digest: str, rows: Mapping[str, Sequence[float]]) -> str:
    """The file: the digest of what was learnt from with the size of one step, then a line for each
    feature, its weights in signed bytes."""
    scale = max(abs(number) for row in rows.values() for number in row) / 127
    lines = [f"{digest} {scale!r}"]
    for feature, row in sorted(rows.items()):
        steps = np.rint(np.asarray(row) / scale).astype(np.int8)
        if steps.any():
            lines.append(f"{base64.b64encode(steps.tobytes()).decode()} {feature}")
    return "\n".join(lines) + "\n"
