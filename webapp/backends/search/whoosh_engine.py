"""The embedded engine: Whoosh keeps the inverted index, columns beside it answer the rest.

Whoosh is asked for one thing only, which documents hold a token. Each list of postings is read
once and then stands as an array, so that scoring, filtering and counting are operations on whole
arrays: a search neither walks postings in Python nor keeps other requests waiting.
`Searcher.refresh` is never used (it forgets deletions): a generation is opened anew instead.
"""

from __future__ import annotations

import errno
import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from whoosh import fields, index
from whoosh.analysis import SpaceSeparatedTokenizer  # type: ignore[attr-defined]
from whoosh.reading import TermNotFound

from webapp.backends.search.analysis import index_tokens, whole_token
from webapp.backends.search.columns import Columns, Floats, Ints, columns_of, load, save
from webapp.backends.search.generations import Generations
from webapp.backends.search.port import (
    BM25_B,
    BM25_K1,
    ID,
    BadBuild,
    Changes,
    Document,
    EngineAway,
    Explanation,
    Found,
    Hit,
    Layout,
    Matched,
    NoIndex,
    Query,
    Report,
    SearchError,
    State,
    difference,
    explanation,
)

COLUMNS: Final = "columns.npz"
FINGERPRINT: Final = "fingerprint"
PORTION: Final = 2000
"""Documents committed at once, which is what a killed rebuild loses at most."""
WAIT_SECONDS: Final = 10.0
"""How long a rebuild waits for an update that is under way."""
WRITER_MB: Final = 128
KEPT_POSTINGS: Final = 4096
PASSING: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN})
FILES: Final = (".seg", ".toc")
"""Whoosh writes each of these once and never over."""


class WhooshEngine:
    """See `port.SearchEngine`. Everything lives in `root`."""

    def __init__(self, root: Path, layout: Layout) -> None:
        self._layout = layout
        self._generations = Generations(root)
        self._opened: tuple[str, _Opened] | None = None
        self._opening = threading.Lock()

    def search(self, query: Query) -> Found:
        name, opened = self._current()
        try:
            return opened.search(query)
        except _Damaged as error:
            self._generations.condemn(name, error)
            self._opened = None
            raise

    def state(self) -> State:
        """The index is opened for it: what cannot be read is none."""
        state = self._held_state(self._generations.current())
        self._current()
        return state

    def _held_state(self, name: str | None) -> State:
        state = self._generations.state(name, layout=self._layout.digest) if name else None
        if state is None:
            raise NoIndex("no index, or a damaged one, or one for another layout")
        return state

    def rebuild(self, documents: Sequence[Document], version: int, report: Report) -> Changes:
        with self._generations.locked(wait=WAIT_SECONDS):
            folder = self._generations.begin(layout=self._layout.digest)
            try:
                held = _held(folder)
            except BadBuild:
                self._generations.discard(folder)  # not even a half one can be made of it
                folder = self._generations.begin(layout=self._layout.digest)
                held = {}
            try:
                return self._change(folder, held, documents, version, report)
            except BadBuild:
                self._generations.discard(folder)  # the next one starts from nothing
                raise

    def update(self, documents: Sequence[Document], version: int) -> Changes:
        with self._generations.locked():
            name = self.state().generation
            held = load(self._generations.root / name / COLUMNS, self._layout).held()
            folder = self._generations.fork(name, FILES)
            try:
                return self._change(folder, held, documents, version, lambda _done, _all: None)
            finally:
                self._generations.discard(folder)  # published, it is no longer there

    def _change(
        self,
        folder: Path,
        held: Mapping[int, str],
        documents: Sequence[Document],
        version: int,
        report: Report,
    ) -> Changes:
        """Make the index in `folder`, which holds `held`, hold the documents; publish it."""
        changed, gone = difference(held, documents)
        replaced = [document.id for document in changed if document.id in held]
        _delete(folder, self._layout, [*gone, *replaced])
        done = len(documents) - len(changed)
        report(done, len(documents))
        for start in range(0, len(changed), PORTION):
            portion = changed[start : start + PORTION]
            _add(folder, self._layout, portion)
            done += len(portion)
            report(done, len(documents))
        save(columns_of(documents, self._layout), folder / COLUMNS)
        _verify(folder, documents)
        self._generations.publish(
            folder, layout=self._layout.digest, version=version, documents=len(documents)
        )
        return Changes(len(documents), len(changed), len(gone))

    def _current(self) -> tuple[str, _Opened]:
        """The generation in use and its name. Raises NoIndex."""
        for _ in range(3):  # a generation may go between reading its name and opening it
            name = self._generations.current()
            if self._opened is not None and self._opened[0] == name:
                return self._opened
            with self._opening:
                if self._opened is None or self._opened[0] != name:
                    if self._generations.current() != name:
                        continue
                    self._opened = None
                    name = self._held_state(name).generation
                    self._opened = name, self._open(name)
                return self._opened
        raise EngineAway("the index changes faster than it can be opened")

    def _open(self, name: str) -> _Opened:
        folder = self._generations.root / name
        try:
            with _reading(_Damaged):
                columns = load(folder / COLUMNS, self._layout)
                reader: Any = index.open_dir(str(folder))
                return _Opened(reader.reader(), columns, self._layout)
        except NoIndex as error:
            self._generations.condemn(name, error)
            raise


class _Damaged(NoIndex):
    """The files of an index are there and are not what they should be."""


@contextmanager
def _reading(raised: type[SearchError]) -> Iterator[None]:
    """Whatever Whoosh stumbles over in damaged files, as one error; it raises all there are.

    What passes by itself stays what it is: too many files are open, too little memory is left.
    """
    try:
        yield
    except (SearchError, MemoryError):
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno in PASSING:
            raise EngineAway(f"the index cannot be read now: {error.strerror}") from error
        raise raised(f"the index cannot be read: {type(error).__name__}: {error}") from error


class _Opened:
    """One generation, open for reading. It never changes, so whatever was read is kept."""

    def __init__(self, reader: Any, columns: Columns, layout: Layout) -> None:
        # Searches may still be under way when the next generation is opened: the files are
        # closed when the last one has let go.
        weakref.finalize(self, reader.close)
        self._columns = columns
        self._layout = layout
        self._rows = _rows_by_place(reader, columns.ids)
        self._boosts = {
            name: weight * np.log10(1 + np.nan_to_num(columns.numbers[name]))
            for name, weight in layout.boosts.items()
        }
        self._lengths = {
            name: 1 - BM25_B + BM25_B * lengths / max(lengths[lengths > 0].mean(), 1)
            if lengths.any()
            else np.ones(len(lengths))
            for name, lengths in columns.lengths.items()
        }
        self._documents = {
            name: int(np.count_nonzero(lengths)) for name, lengths in columns.lengths.items()
        }
        # Not a method: a cache on the class would keep every generation alive.
        self._postings = lru_cache(KEPT_POSTINGS)(_postings_of(reader, self._rows))

    def search(self, query: Query) -> Found:
        columns = self._columns
        matches = [self._word(word.tokens, [*self._layout.texts]) for word in query.words]
        wholes = [self._word([whole_token(name)], self._layout.names) for name in query.exact]
        texts = np.ones(len(columns.ids), dtype=np.bool_)
        for match in matches:
            texts &= match.best > 0
        rows = texts & columns.where(query.filters)
        scores = None
        if query.by_score:
            scores = np.zeros(len(columns.ids))
            for part in [*(match.best for match in (*matches, *wholes)), *self._boosts.values()]:
                scores += part
        if query.affinity:
            scores = columns.near(query.affinity)
            rows &= scores > 0
        ordered = columns.in_order(rows, scores, query.order)[: query.limit]
        return Found(
            hits=tuple(
                Hit(number, self._explain(row, query, matches, wholes) if query.explain else None)
                for row, number in zip(ordered.tolist(), columns.ids[ordered].tolist(), strict=True)
            ),
            total=int(np.count_nonzero(rows)),
            facets={
                name: columns.facet(
                    name,
                    texts & columns.where(query.others(name))
                    if name not in self._layout.sets
                    else rows,
                )
                for name in query.facets
            },
        )

    def _word(self, tokens: Collection[str], names: Iterable[str]) -> _Match:
        """What a word is worth in each document: the best of these text fields."""
        size = len(self._columns.ids)
        match = _Match(np.zeros(size), np.zeros(size, dtype=np.int64))
        places = [*self._layout.texts]
        for name in names:
            scores = self._in_field(name, tokens)
            if scores is None:
                continue
            scores = self._layout.texts[name] * scores
            better = scores > match.best
            match.best[better] = scores[better]
            match.field[better] = places.index(name)
        return match

    def _in_field(self, name: str, tokens: Iterable[str]) -> Floats | None:
        """BM25 for each document in which all tokens stand in the field, else 0; None where
        there is none. A token stands in a field once or not at all."""
        size = len(self._columns.ids)
        documents, lengths = self._documents[name], self._lengths[name]
        held = np.ones(size, dtype=np.bool_)
        rarity = 0.0
        for token in tokens:
            rows = self._postings(name, token)
            if not len(rows):
                return None
            has = np.zeros(size, dtype=np.bool_)
            has[rows] = True
            held &= has
            rarity += np.log(1 + (documents - len(rows) + 0.5) / (len(rows) + 0.5))
        return np.where(held, rarity * (1 + BM25_K1) / (1 + BM25_K1 * lengths), 0.0)

    def _explain(
        self, row: int, query: Query, matches: list[_Match], wholes: list[_Match]
    ) -> Explanation:
        fields_ = [*self._layout.texts]
        words = [
            Matched(text, fields_[match.field[row]], float(match.best[row]), whole)
            for texts, found, whole in (
                ([word.text for word in query.words], matches, False),
                (query.exact, wholes, True),
            )
            for text, match in zip(texts, found, strict=True)
            if match.best[row] > 0
        ]
        return explanation(words, {n: float(part[row]) for n, part in self._boosts.items()})


class _Match:
    """By row: the score of a word, 0 where it does not match, and the place of its field."""

    def __init__(self, best: Floats, field: Ints) -> None:
        self.best = best
        self.field = field


def _postings_of(reader: Any, rows: Ints) -> Callable[[str, str], Ints]:
    def read(name: str, token: str) -> Ints:
        """The rows whose document holds the token in the field."""
        with _reading(_Damaged):
            try:
                return rows[list(reader.postings(name, token).all_ids())]
            except TermNotFound:
                return rows[:0]

    return read


def _rows_by_place(reader: Any, ids: Ints) -> Ints:
    """Row in the columns by Whoosh's document number."""
    rows = np.zeros(reader.doc_count_all(), dtype=np.int64)
    for place, stored in reader.iter_docs():
        rows[place] = np.searchsorted(ids, int(stored[ID]))
    return rows


def _schema(layout: Layout) -> fields.Schema:
    texts: dict[str, fields.FieldType] = {
        # Our own tokens, see `analysis`: nothing of them may be cut or dropped.
        name: fields.KEYWORD(analyzer=SpaceSeparatedTokenizer(), scorable=False)
        for name in layout.texts
    }
    own = {ID: fields.ID(stored=True, unique=True), FINGERPRINT: fields.STORED()}
    return fields.Schema(**own, **texts)


def _held(folder: Path) -> dict[int, str]:
    """Fingerprint by id of what an earlier, killed rebuild has committed."""
    with _reading(BadBuild):
        if not index.exists_in(str(folder)):
            return {}
        opened: Any = index.open_dir(str(folder))
        with opened.reader() as reader:
            return {int(stored[ID]): stored[FINGERPRINT] for _, stored in reader.iter_docs()}


def _opened_or_made(folder: Path, layout: Layout) -> Any:
    if index.exists_in(str(folder)):
        return index.open_dir(str(folder))
    return index.create_in(str(folder), _schema(layout))


def _delete(folder: Path, layout: Layout, ids: Iterable[int]) -> None:
    with _reading(BadBuild), _opened_or_made(folder, layout).writer(limitmb=WRITER_MB) as writer:
        for number in ids:
            writer.delete_by_term(ID, str(number))


def _add(folder: Path, layout: Layout, documents: Iterable[Document]) -> None:
    with _reading(BadBuild), _opened_or_made(folder, layout).writer(limitmb=WRITER_MB) as writer:
        for document in documents:
            texts = {
                name: " ".join(index_tokens(document.texts[name]))
                for name in layout.texts
                if document.texts.get(name)
            }
            writer.add_document(
                **{ID: str(document.id), FINGERPRINT: document.fingerprint}, **texts
            )


def _verify(folder: Path, documents: Sequence[Document]) -> None:
    """Raises BadBuild where the index does not hold every document once, as it is now."""
    held = _held(folder)
    opened: Any = index.open_dir(str(folder))
    count = opened.doc_count()
    wanted = {document.id: document.fingerprint for document in documents}
    if held != wanted or count != len(wanted):
        raise BadBuild(f"{count} documents in the index, {len(wanted)} wanted")
