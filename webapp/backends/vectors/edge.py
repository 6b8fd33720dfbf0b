"""Qdrant's engine inside the process, with its files in a folder of generations.

The engine locks nothing: two processes that write one shard lose each other's points. So a
shard is written by one process before anyone sees it, and only read afterwards.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from webapp.backends.search.generations import Generations
from webapp.backends.search.port import EngineBusy
from webapp.backends.vectors.port import Filters, Hit, Record, State, VectorsError

if TYPE_CHECKING:
    import qdrant_edge

BATCH: Final = 500
LOOK_SECONDS: Final = 1.0
SHARD: Final = "shard"
REWRITTEN: Final = ("edge_config.json", "tracker_journal.dat")
FIELDS: Final = ("meta.kind", "meta.collection", "meta.series")
"""Indexed: without an index a filter looks at every point."""


class EdgeIndex:
    def __init__(self, folder: Path, *, name: str) -> None:
        self._generations = Generations(folder, rewritten=REWRITTEN)
        self._layout = f"edge-2-{name}"
        self._opened: tuple[str, qdrant_edge.EdgeShard] | None = None
        self._looked_at = float("-inf")
        self._lock = threading.Lock()

    def search(
        self, vector: Sequence[float], *, limit: int, filters: Filters | None = None
    ) -> list[Hit]:
        import qdrant_edge

        shard = self._shard()
        if shard is None:
            return []
        request = qdrant_edge.QueryRequest(
            limit=limit,
            query=qdrant_edge.Query.Nearest([float(number) for number in vector]),
            filter=_translated(filters) if filters else None,
            with_payload=False,
        )
        try:
            points = shard.query(request)
        except Exception as error:  # the engine raises its own, of no common base
            raise VectorsError(f"{type(error).__name__}: {error}", retry=False) from error
        return [Hit(int(str(point.id)), float(point.score)) for point in points]

    def state(self) -> State | None:
        name = self._generations.current()
        held = self._generations.state(name, layout=self._layout) if name else None
        return State(held.version, held.documents) if held else None

    def rebuild(self, records: Iterable[Record], *, version: int) -> int:
        try:
            with self._generations.locked():
                folder = self._generations.begin(layout=self._layout)
                shutil.rmtree(folder / SHARD, ignore_errors=True)  # what a killed one left
                count = _write(folder / SHARD, records)
                self._generations.publish(
                    folder, layout=self._layout, version=version, documents=count
                )
        except EngineBusy as error:
            raise VectorsError(str(error), retry=True) from error
        self._looked_at = float("-inf")
        return count

    def _shard(self) -> qdrant_edge.EdgeShard | None:
        """The shard in use, opened anew when the pointer has moved. An old one is closed when
        the last question to it is answered."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            with self._lock:
                self._looked_at = now
                self._open_current()
        return self._opened[1] if self._opened else None

    def _open_current(self) -> None:
        import qdrant_edge

        name = self._generations.current()
        if name is None or (self._opened and self._opened[0] == name):
            return
        if self._generations.state(name, layout=self._layout) is None:
            self._opened = None
            return
        try:
            shard = qdrant_edge.EdgeShard.load(str(self._generations.root / name / SHARD))
        except Exception as error:
            self._generations.condemn(name, error)
            self._opened = None
            raise VectorsError(f"{name} cannot be opened: {error}", retry=False) from error
        self._opened = (name, shard)


def _write(folder: Path, records: Iterable[Record]) -> int:
    import qdrant_edge as edge

    source = iter(records)
    first = list(islice(source, BATCH))
    folder.mkdir(parents=True)
    size = len(first[0].vector) if first else 1
    shard = edge.EdgeShard.create(
        str(folder),
        edge.EdgeConfig(
            vectors=edge.EdgeVectorParams(size=size, distance=edge.Distance.Cosine),
            wal_enabled=False,
            max_search_threads=1,
        ),
    )
    count = 0
    for batch in _batches(first, source):
        points = [
            edge.Point(
                record.id,
                [float(number) for number in record.vector],
                {"id": str(record.id), "meta": dict(record.meta)},
            )
            for record in batch
        ]
        shard.update(edge.UpdateOperation.upsert_points(points))
        count += len(points)
    for field in FIELDS:
        shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
    shard.flush()
    shard.close()
    return count


def _batches(first: list[Record], rest: Iterator[Record]) -> Iterator[list[Record]]:
    batch = first
    while batch:
        yield batch
        batch = list(islice(rest, BATCH))


def _translated(filters: Filters) -> qdrant_edge.Filter:
    """Haystack's filters as the engine's. Raises VectorsError for what it does not know."""
    import qdrant_edge as edge

    operator = filters.get("operator")
    if operator in ("AND", "OR", "NOT"):
        parts: list[Any] = [_translated(part) for part in filters["conditions"]]
        if operator == "AND":
            return edge.Filter(must=parts)
        if operator == "OR":
            return edge.Filter(should=parts)
        return edge.Filter(must_not=[edge.Filter(must=parts)])
    field, value = filters.get("field"), filters.get("value")
    if operator not in ("==", "!=", "in", "not in") or not isinstance(field, str):
        raise VectorsError(f"a filter that is not known: {filters!r}", retry=False)
    values: Any = list(value or ()) if operator in ("in", "not in") else [value]
    condition = edge.FieldCondition(field, match=edge.MatchAny(values))
    if operator in ("==", "in"):
        return edge.Filter(must=[condition])
    return edge.Filter(must_not=[condition])
