"""A Qdrant server, through Haystack's document store.

Each build is a collection of its own, `PREFIX_vN`; the alias PREFIX says which one is in use and
is moved in one step when the new one is complete.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from webapp import clock
from webapp.backends.vectors.port import Filters, Hit, Record, State, VectorsError

if TYPE_CHECKING:
    from haystack_integrations.components.retrievers.qdrant import QdrantEmbeddingRetriever
    from qdrant_client import QdrantClient

BATCH: Final = 200
SECONDS: Final = 2
"""How long one call may take; building is given more."""
BUILD_SECONDS: Final = 30
LOOK_SECONDS: Final = 1.0
FIELDS: Final = ("meta.kind", "meta.collection", "meta.series")


class QdrantIndex:
    def __init__(self, place: dict[str, Any], *, prefix: str, api_key: str | None = None) -> None:
        """`place` is {"url": ...}, or {"location": ":memory:"} for the client's own engine."""
        self._place = place
        self._prefix = prefix
        self._key = api_key
        self._lock = threading.RLock()
        self._clients: dict[int, QdrantClient] = {}
        self._opened: tuple[str, QdrantEmbeddingRetriever] | None = None
        self._looked_at = float("-inf")

    def search(
        self, vector: Sequence[float], *, limit: int, filters: Filters | None = None
    ) -> list[Hit]:
        with _told(), self._guarded():
            retriever = self._retriever()
            if retriever is None:
                return []
            found = retriever.run(
                query_embedding=[float(number) for number in vector],
                top_k=limit,
                filters=dict(filters) if filters else None,
            )
        return [Hit(int(item.id), float(item.score or 0.0)) for item in found["documents"]]

    def state(self) -> State | None:
        with _told(), self._guarded():
            name = self._current()
            if name is None:
                return None
            return State(_version_of(name), self._client(SECONDS).count(name).count)

    def rebuild(self, records: Iterable[Record], *, version: int) -> int:
        with _told():
            return self._rebuild(iter(records), version)

    def drop(self) -> None:
        """Delete every collection of this index from the server."""
        with _told():
            client = self._client(BUILD_SECONDS)
            for held in client.get_collections().collections:
                if held.name.startswith(f"{self._prefix}_v"):
                    client.delete_collection(held.name)

    def close(self) -> None:
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _rebuild(self, source: Iterator[Record], version: int) -> int:
        from haystack import Document

        client = self._client(BUILD_SECONDS)
        before = self._current()
        name = f"{self._prefix}_v{version}"
        if name == before:
            name += f"_{int(clock.timestamp())}"
        first = list(islice(source, BATCH))
        dimension = len(first[0].vector) if first else 1
        self._make_collection(name, dimension=dimension)
        store = self._store(name, dimension=dimension, seconds=BUILD_SECONDS)
        count, batch = 0, first
        while batch:
            documents = [
                Document(id=str(r.id), meta=dict(r.meta), embedding=[float(n) for n in r.vector])
                for r in batch
            ]
            store.write_documents(documents)
            count += len(documents)
            batch = list(islice(source, BATCH))
        self._point_at(name, before)
        for old in client.get_collections().collections:
            if old.name.startswith(f"{self._prefix}_v") and old.name not in (name, before):
                client.delete_collection(old.name)
        self._looked_at = float("-inf")
        return count

    def _point_at(self, name: str, before: str | None) -> None:
        from qdrant_client import models

        alias = self._prefix
        changes: list[Any] = []
        if before:
            dropped = models.DeleteAlias(alias_name=alias)
            changes.append(models.DeleteAliasOperation(delete_alias=dropped))
        made = models.CreateAlias(collection_name=name, alias_name=alias)
        changes.append(models.CreateAliasOperation(create_alias=made))
        self._client(BUILD_SECONDS).update_collection_aliases(changes)

    def _retriever(self) -> QdrantEmbeddingRetriever | None:
        from haystack_integrations.components.retrievers.qdrant import QdrantEmbeddingRetriever

        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            name = self._current()
            if name is None:
                self._opened = None
            elif self._opened is None or self._opened[0] != name:
                store = self._store(name, dimension=self._dimension(name), seconds=SECONDS)
                self._opened = (name, QdrantEmbeddingRetriever(store))
            self._looked_at = now
        return self._opened[1] if self._opened else None

    def _current(self) -> str | None:
        """The collection the alias names."""
        aliases = self._client(SECONDS).get_aliases().aliases
        return next((a.collection_name for a in aliases if a.alias_name == self._prefix), None)

    def _dimension(self, name: str) -> int:
        held: Any = self._client(SECONDS).get_collection(name).config.params.vectors
        return int(held.size)

    def _store(self, name: str, *, dimension: int, seconds: int) -> Any:
        from haystack_integrations.document_stores.qdrant import QdrantDocumentStore

        store = QdrantDocumentStore(
            index=name,
            embedding_dim=dimension,
            progress_bar=False,
            write_batch_size=BATCH,
        )
        # It would connect, and make the collection, by itself: one client serves all stores.
        store._client = self._client(seconds)
        return store

    def _make_collection(self, name: str, *, dimension: int) -> None:
        from qdrant_client import models

        client = self._client(BUILD_SECONDS)
        client.delete_collection(name)  # what a killed build left
        size = models.VectorParams(size=dimension, distance=models.Distance.COSINE)
        client.create_collection(name, vectors_config=size)
        if "url" in self._place:
            for field in FIELDS:
                client.create_payload_index(name, field, models.PayloadSchemaType.KEYWORD)

    def _client(self, seconds: int) -> QdrantClient:
        from qdrant_client import QdrantClient

        with self._lock:
            kept = 0 if "url" not in self._place else seconds
            if kept not in self._clients:
                self._clients[kept] = QdrantClient(
                    **self._place, api_key=self._key, timeout=seconds, check_compatibility=False
                )
            return self._clients[kept]

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """The client's own engine takes one call at a time; a server any number."""
        if "url" in self._place:
            yield
            return
        with self._lock:
            yield


@contextmanager
def _told() -> Iterator[None]:
    """The client's many errors as ours."""
    try:
        yield
    except VectorsError:
        raise
    except Exception as error:
        from haystack.errors import FilterError

        status = getattr(error, "status_code", None) or 0
        lasting = isinstance(error, FilterError) or 400 <= status < 500
        raise VectorsError(type(error).__name__, retry=not lasting) from error


def _version_of(name: str) -> int:
    digits = name.rpartition("_v")[2].partition("_")[0]
    return int(digits) if digits.isdigit() else -1
