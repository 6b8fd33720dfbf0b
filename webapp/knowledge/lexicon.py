"""The word index: BM25 over the terms of every passage, as arrays that processes share.

A generation is a folder of NumPy files which readers map into memory, so that a web worker
carries nothing of its own. A term is its 64-bit hash; two that collide in a million-term index
are one chance in ten million, and would add one wrong word to a score.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from webapp.knowledge import terms

K1: Final = 1.2
B: Final = 0.75
HEAD_WEIGHT: Final = 2
"""How often a term of the series, title or heading counts as standing in the passage itself."""

SPREAD: Final = 1000
"""In fewer passages it is chance which words are rare."""

LAYOUT: Final = f"words-{terms.RULES}-{K1}-{B}-{HEAD_WEIGHT}-{SPREAD}"

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Entry:
    """A passage to be indexed. `head` is what it is of: series, title and heading."""

    id: int
    document: int
    collection: str
    series: str
    head: str
    text: str


def write(folder: Path, entries: Iterable[Entry]) -> int:
    """Write the files of an index into an existing folder; returns how many entries it has."""
    numbers: dict[str, int] = {}
    found: list[tuple[int, int, int]] = []
    lengths: list[int] = []
    rows: list[tuple[int, int]] = []
    labels: dict[str, list[str]] = {"collections": [], "series": []}
    for row, entry in enumerate(entries):
        counts = Counter(terms.terms(entry.text))
        lengths.append(counts.total())
        for term in terms.terms(entry.head):
            counts[term] += HEAD_WEIGHT
        found += [(numbers.setdefault(t, len(numbers)), row, n) for t, n in counts.items()]
        rows.append((entry.id, entry.document))
        labels["collections"].append(entry.collection)
        labels["series"].append(entry.series)
    _write_postings(folder, numbers, np.array(found, np.int64).reshape(-1, 3), np.array(lengths))
    np.save(folder / "rows.npy", np.array(rows, np.int64).reshape(-1, 2))
    for name, values in labels.items():
        kinds, codes = np.unique(np.array(values, dtype=np.str_), return_inverse=True)
        np.save(folder / f"{name}.npy", codes.astype(np.int32))
        (folder / f"{name}.json").write_text(json.dumps(kinds.tolist(), ensure_ascii=False))
    return len(rows)


def _write_postings(
    folder: Path, numbers: dict[str, int], found: Integers, lengths: Integers
) -> None:
    """BM25 with all that does not depend on the question worked out beforehand."""
    hashes = np.array([_hash(term) for term in numbers], np.uint64)
    place = np.argsort(np.argsort(hashes))
    term, row, count = place[found[:, 0]], found[:, 1], found[:, 2]
    order = np.lexsort((row, term))
    term, row, count = term[order], row[order], count[order]
    spread = np.bincount(term, minlength=len(hashes))
    idf = np.log1p((max(len(lengths), SPREAD) - spread + 0.5) / (spread + 0.5))
    size = lengths / max(1.0, float(lengths.mean() if len(lengths) else 1.0))
    weight = idf[term] * count * (K1 + 1) / (count + K1 * (1 - B + B * size[row]))
    np.save(folder / "terms.npy", np.sort(hashes))
    np.save(folder / "starts.npy", np.concatenate([[0], np.cumsum(spread)]).astype(np.int64))
    np.save(folder / "postings.npy", row.astype(np.int32))
    np.save(folder / "weights.npy", weight.astype(np.float32))


class Lexicon:
    """One generation, opened for reading. Safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError or ValueError where the files are not those of an index."""
        self._folder = folder
        self._terms = self._array("terms")
        self._starts = self._array("starts")
        self._postings = self._array("postings")
        self._weights = self._array("weights")
        rows = self._array("rows")
        self.passages: Integers = rows[:, 0]
        self.documents: Integers = rows[:, 1]

    def __len__(self) -> int:
        return len(self.passages)

    def scores(self, question_terms: Iterable[str]) -> Floats:
        """BM25 of every row."""
        found = np.zeros(len(self), np.float32)
        for term in dict.fromkeys(question_terms):
            if (number := self._number(term)) is not None:
                held = slice(self._starts[number], self._starts[number + 1])
                found[self._postings[held]] += self._weights[held]
        return found

    def row_of(self, passage: int) -> int | None:
        """Rows are in the order of their passages' ids."""
        row = int(np.searchsorted(self.passages, passage))
        return row if row < len(self) and self.passages[row] == passage else None

    def spread(self, term: str) -> int:
        """How many rows hold a term."""
        number = self._number(term)
        return 0 if number is None else int(self._starts[number + 1] - self._starts[number])

    def rarity(self, term: str) -> float:
        """How telling a term is: its idf, in a small index as if there were SPREAD rows."""
        held = self.spread(term)
        return float(np.log1p((max(len(self), SPREAD) - held + 0.5) / (held + 0.5)))

    def series(self) -> Iterable[str]:
        """The names of the series passages are about."""
        return self._labels["series"][1]

    def mask(self, *, series: Sequence[str], collections: Sequence[str]) -> npt.NDArray[np.bool_]:
        """The rows of any of these series and of any of these collections; none named is all."""
        kept = np.ones(len(self), np.bool_)
        for name, wanted in (("series", series), ("collections", collections)):
            if wanted:
                codes, kinds = self._labels[name]
                kept &= np.isin(codes, [kinds[kind] for kind in wanted if kind in kinds])
        return kept

    @cached_property
    def _labels(self) -> dict[str, tuple[npt.NDArray[np.int32], dict[str, int]]]:
        labels = {}
        for name in ("series", "collections"):
            kinds = json.loads((self._folder / f"{name}.json").read_text())
            labels[name] = (self._array(name), {kind: code for code, kind in enumerate(kinds)})
        return labels

    def _number(self, term: str) -> int | None:
        wanted = np.uint64(_hash(term))
        place = int(np.searchsorted(self._terms, wanted))
        return place if place < len(self._terms) and self._terms[place] == wanted else None

    def _array(self, name: str) -> Any:
        # An empty file cannot be mapped.
        path = self._folder / f"{name}.npy"
        small = path.stat().st_size < 256
        return np.load(path, mmap_mode=None if small else "r")


def _hash(term: str) -> int:
    return int.from_bytes(blake2b(term.encode(), digest_size=8).digest(), "little")
