"""The word index: BM25 over the terms of every passage, as arrays that processes share.

A generation is a folder of NumPy files which readers map into memory, so that a web worker
carries nothing of its own. A term is its 64-bit hash; two that collide in a million-term index
are one chance in ten million, and would add one wrong word to a score.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import repeat
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

import numpy as np
import numpy.typing as npt

from webapp.knowledge import terms

K1: Final = 1.2
B: Final = 0.75
HEAD_WEIGHT: Final = 2
"""How often a term of the series, title or heading counts as standing in the passage itself."""

SPREAD: Final = 1000
"""In fewer passages it is chance which words are rare."""

BLOCK: Final = 1_000_000
"""So many postings are held in memory while an index is built."""

LAYOUT: Final = f"words-{terms.RULES}-{K1}-{B}-{HEAD_WEIGHT}-{SPREAD}"

_POSTING: Final = np.dtype([("term", np.uint64), ("row", np.int32), ("count", np.int32)])

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


def write(folder: Path, entries: Iterable[Entry], *, block: int = BLOCK) -> int:
    """Write the files of an index into an existing folder; returns how many entries it has.

    Memory holds `block` postings or those of a 256th of all terms, and some 30 bytes an entry.
    """
    rows, lengths = array("q"), array("q")
    codes = {"collections": array("i"), "series": array("i")}
    kinds: dict[str, dict[str, int]] = {name: {} for name in codes}
    with TemporaryDirectory(dir=folder) as place:
        postings = _Postings(Path(place), block)
        for row, entry in enumerate(entries):
            counts = Counter(terms.terms(entry.text))
            lengths.append(counts.total())
            for term in terms.terms(entry.head):
                counts[term] += HEAD_WEIGHT
            postings.add(row, counts)
            rows.extend((entry.id, entry.document))
            for name, value in (("collections", entry.collection), ("series", entry.series)):
                codes[name].append(kinds[name].setdefault(value, len(kinds[name])))
        _write_postings(folder, postings, np.array(lengths))
    np.save(folder / "rows.npy", np.array(rows, np.int64).reshape(-1, 2))
    for name, known in kinds.items():
        ordered = sorted(known)
        code = {kind: number for number, kind in enumerate(ordered)}
        final = np.array([code[kind] for kind in known], np.int32)
        np.save(folder / f"{name}.npy", final[np.array(codes[name], np.int32)])
        (folder / f"{name}.json").write_text(json.dumps(ordered, ensure_ascii=False))
    return len(lengths)


class _Postings:
    """Postings in files by the first byte of their term, so that memory holds few at a time."""

    def __init__(self, folder: Path, block: int) -> None:
        self.total = 0
        self._folder = folder
        self._block = block
        self._hash = lru_cache(1 << 18)(_hash)
        self._terms, self._rows, self._counts = array("Q"), array("i"), array("i")

    def add(self, row: int, counts: Counter[str]) -> None:
        """Rows come in ascending order."""
        self._terms.extend(map(self._hash, counts))
        self._rows.extend(repeat(row, len(counts)))
        self._counts.extend(counts.values())
        self.total += len(counts)
        if len(self._terms) >= self._block:
            self._put_away()

    def sorted(self) -> Iterator[Any]:
        """All of them in pieces, by term and row; each term is in one piece."""
        self._put_away()
        for path in sorted(self._folder.iterdir()):
            found = np.fromfile(path, _POSTING)
            yield found[np.argsort(found["term"], kind="stable")]

    def _put_away(self) -> None:
        found = np.empty(len(self._terms), _POSTING)
        found["term"], found["row"], found["count"] = self._terms, self._rows, self._counts
        first = (found["term"] >> 56).astype(np.uint8)
        found = found[np.argsort(first, kind="stable")]
        ends = np.cumsum(np.bincount(first, minlength=256))
        for number, piece in enumerate(np.split(found, ends[:-1])):
            if len(piece):
                with (self._folder / f"{number:02x}").open("ab") as file:
                    piece.tofile(file)
        del self._terms[:], self._rows[:], self._counts[:]


def _write_postings(folder: Path, postings: _Postings, lengths: Integers) -> None:
    """BM25 with all that does not depend on the question worked out beforehand."""
    size = lengths / max(1.0, float(lengths.mean() if len(lengths) else 1.0))
    hashes, spreads = [np.empty(0, np.uint64)], [np.zeros(1, np.int64)]
    with (
        (folder / "postings.npy").open("wb") as rows,
        (folder / "weights.npy").open("wb") as weights,
    ):
        _head(rows, np.int32, postings.total)
        _head(weights, np.float32, postings.total)
        for found in postings.sorted():
            row, count = found["row"], found["count"]
            known, spread = np.unique(found["term"], return_counts=True)
            idf = np.log1p((max(len(lengths), SPREAD) - spread + 0.5) / (spread + 0.5))
            saturated = count + K1 * (1 - B + B * size[row])
            weight = np.repeat(idf, spread) * count * (K1 + 1) / saturated
            row.astype(np.int32).tofile(rows)
            weight.astype(np.float32).tofile(weights)
            hashes.append(known)
            spreads.append(spread)
    np.save(folder / "terms.npy", np.concatenate(hashes))
    np.save(folder / "starts.npy", np.cumsum(np.concatenate(spreads), dtype=np.int64))


def _head(file: IO[bytes], kind: npt.DTypeLike, count: int) -> None:
    """The beginning of a NumPy file of so many numbers."""
    description = np.lib.format.dtype_to_descr(np.dtype(kind))
    np.lib.format.write_array_header_1_0(
        file, {"descr": description, "fortran_order": False, "shape": (count,)}
    )
    file.flush()


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
        held = len(self._postings)
        if len(self._starts) != len(self._terms) + 1 or not self._starts[-1] == held == len(
            self._weights
        ):
            raise ValueError("the files of the word index do not belong together")
        self._labels = self._read_labels()

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

    def _read_labels(self) -> dict[str, tuple[npt.NDArray[np.int32], dict[str, int]]]:
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
