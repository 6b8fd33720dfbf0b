"""The values of all documents as columns, one array a field: filters, facets and order.

Over some thousand documents a comparison of a whole column takes microseconds, where an
inverted index would walk its postings in Python.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from webapp.backends.search.analysis import index_tokens
from webapp.backends.search.port import (
    ID,
    Affinity,
    Document,
    EngineRefused,
    Filter,
    Layout,
    NoIndex,
    Order,
    Value,
    plain,
)

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SET_VALUES: Final = 62
"""A set is a bit mask in a signed number."""


@dataclass(frozen=True)
class Coded:
    """Words or sets: `names` are the values, `codes` the place of each document's value in
    them (-1 where unknown), or a mask of places."""

    names: list[str]
    codes: Ints

    def places(self, wanted: Iterable[Value]) -> list[int]:
        return [self.names.index(str(value)) for value in wanted if value in self.names]


@dataclass(frozen=True)
class Columns:
    """Rows stand in the order of `ids`, which rise. Unknown numbers are NaN. `lengths` counts
    the tokens of each text field."""

    ids: Ints
    fingerprints: npt.NDArray[np.str_]
    numbers: Mapping[str, Floats]
    words: Mapping[str, Coded]
    sets: Mapping[str, Coded]
    lengths: Mapping[str, Ints]

    def held(self) -> dict[int, str]:
        """Fingerprint by id."""
        return dict(zip(self.ids.tolist(), self.fingerprints.tolist(), strict=True))

    def where(self, filters: Iterable[Filter]) -> Bools:
        """The rows for which all filters hold. Raises EngineRefused for one that makes no sense."""
        rows = np.ones(len(self.ids), dtype=np.bool_)
        for item in filters:
            rows &= self._holds(item)
        return rows

    def facet(self, field: str, rows: Bools) -> dict[Value, int]:
        """How many of the rows have each value. Raises EngineRefused for an unknown field."""
        if field in self.sets:
            coded = self.sets[field]
            masks = coded.codes[rows]
            counts = [int(np.count_nonzero(masks >> bit & 1)) for bit in range(len(coded.names))]
            return {name: n for name, n in zip(coded.names, counts, strict=True) if n}
        if field in self.words:
            coded = self.words[field]
            known = coded.codes[rows & (coded.codes >= 0)]
            found = np.bincount(known, minlength=len(coded.names)).tolist()
            return {name: n for name, n in zip(coded.names, found, strict=True) if n}
        column = self._number(field)[rows]
        values, amounts = np.unique(column[~np.isnan(column)], return_counts=True)
        return {plain(v): n for v, n in zip(values.tolist(), amounts.tolist(), strict=True)}

    def in_order(self, rows: Bools, scores: Floats | None, order: Sequence[Order]) -> Ints:
        """The rows by score, then by `order`, then by id."""
        chosen = np.flatnonzero(rows)
        keys: list[Any] = [chosen]
        for item in reversed(order):
            column = self._number(item.field)[chosen]
            keys.append(-column if item.descending else column)  # NaN comes last either way
        if scores is not None:
            keys.append(-scores[chosen])
        return chosen[np.lexsort(keys)]

    def near(self, affinity: Affinity) -> Floats:
        """The score of each row, 0 for what is not to choose from."""
        given = dict(affinity.scores)
        near = np.array([given.get(number, 0.0) for number in self.ids.tolist()])
        popular = np.nan_to_num(self._number(affinity.popular))
        scores: Floats = near * (1 + affinity.weight * np.log10(1 + popular))
        return scores

    def _holds(self, item: Filter) -> Bools:
        negative = item.operator in ("!=", "not in")
        any_of = item.operator in ("==", "in")
        if item.field in self.sets and any_of:
            bits = sum(1 << place for place in self.sets[item.field].places(item.values))
            held: Bools = (self.sets[item.field].codes & bits) != 0
            return held
        if item.field in self.words and (any_of or negative):
            coded = self.words[item.field]
            chosen = np.isin(coded.codes, coded.places(item.values))
            return ~chosen & (coded.codes >= 0) if negative else chosen
        if item.field == ID or item.field in self.numbers:
            return self._compares(item, negative=negative)
        raise EngineRefused(f"no filter {item.field} {item.operator}")

    def _compares(self, item: Filter, *, negative: bool) -> Bools:
        column = self._number(item.field)
        try:
            values = [float(value) for value in item.values]
        except ValueError as error:
            raise EngineRefused(f"{item.field} is compared with numbers") from error
        if item.operator == ">=":
            return column >= values[0]
        if item.operator == "<=":
            return column <= values[0]
        chosen = np.isin(column, values)
        return ~chosen & ~np.isnan(column) if negative else chosen

    def _number(self, field: str) -> Floats:
        if field == ID:
            return self.ids.astype(np.float64)
        if field not in self.numbers:
            raise EngineRefused(f"no number field {field}")
        return self.numbers[field]


def columns_of(documents: Iterable[Document], layout: Layout) -> Columns:
    """Raises EngineRefused where a set has more values than a mask has bits."""
    ordered = sorted(documents, key=lambda document: document.id)
    return Columns(
        ids=np.array([document.id for document in ordered], dtype=np.int64),
        fingerprints=np.array([document.fingerprint for document in ordered], dtype=np.str_),
        numbers={
            name: np.array([d.values.get(name, np.nan) for d in ordered], dtype=np.float64)
            for name in layout.numbers
        },
        words={name: _words([d.values.get(name) for d in ordered]) for name in layout.words},
        sets={name: _sets(name, [d.values.get(name, ()) for d in ordered]) for name in layout.sets},
        lengths={
            name: np.array(
                [len(index_tokens(d.texts.get(name, ()))) for d in ordered], dtype=np.int64
            )
            for name in layout.texts
        },
    )


def _words(values: Sequence[Any]) -> Coded:
    names = sorted({value for value in values if value is not None})
    places = {name: place for place, name in enumerate(names)} | {None: -1}
    return Coded(names, np.array([places[value] for value in values], dtype=np.int64))


def _sets(field: str, values: Sequence[Any]) -> Coded:
    names = sorted({name for held in values for name in held})
    if len(names) > SET_VALUES:
        raise EngineRefused(f"{field} has more than {SET_VALUES} values")
    bits = {name: 1 << place for place, name in enumerate(names)}
    masks = [sum(bits[name] for name in held) for held in values]
    return Coded(names, np.array(masks, dtype=np.int64))


def save(columns: Columns, file: Path) -> None:
    arrays: dict[str, Any] = {"ids": columns.ids, "fingerprints": columns.fingerprints}
    for kind, fields in (("number", columns.numbers), ("length", columns.lengths)):
        arrays |= {f"{kind} {name}": column for name, column in fields.items()}
    for kind, coded in (("word", columns.words), ("set", columns.sets)):
        for name, column in coded.items():
            arrays[f"{kind} {name}"] = column.codes
            arrays[f"{kind} {name} names"] = np.array(column.names, dtype=np.str_)
    np.savez(file, **arrays)


def load(file: Path, layout: Layout) -> Columns:
    """Raises NoIndex where the file is no such file."""
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:

            def coded(kind: str, names: tuple[str, ...]) -> dict[str, Coded]:
                return {
                    name: Coded(arrays[f"{kind} {name} names"].tolist(), arrays[f"{kind} {name}"])
                    for name in names
                }

            return Columns(
                ids=arrays["ids"],
                fingerprints=arrays["fingerprints"],
                numbers={name: arrays[f"number {name}"] for name in layout.numbers},
                words=coded("word", layout.words),
                sets=coded("set", layout.sets),
                lengths={name: arrays[f"length {name}"] for name in layout.texts},
            )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise NoIndex(f"columns cannot be read: {error}") from error
