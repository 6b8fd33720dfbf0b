"""Elasticsearch 9: numbered indices, and an alias that names the one in use.

The alias also names the layout, so that two versions of the product can search side by side,
and an index made for another layout is as good as none. Changes become visible by a refresh of
ours only, so that an update is seen whole.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    BadRequestError,
    Elasticsearch,
    NotFoundError,
    TransportError,
    UnsupportedProductError,
)

from webapp.backends.search.elastic_indices import (
    FINGERPRINT,
    chinese_tokenizers,
    mappings,
    settings,
    source_of,
)
from webapp.backends.search.elastic_queries import body, read
from webapp.backends.search.port import (
    ID,
    BadBuild,
    Changes,
    Document,
    EngineAway,
    EngineRefused,
    Found,
    Layout,
    NoIndex,
    Query,
    Report,
    State,
    difference,
)
from webapp.config.engines import search_hosts
from webapp.config.settings import bracketed

# It would write a line for each request.
logging.getLogger("elastic_transport").setLevel(logging.WARNING)

SEARCH_SECONDS: Final = 2.0
CHANGE_SECONDS: Final = 30.0
RETRIES: Final = 1
OPEN_SECONDS: Final = 5.0
"""After a server did not answer no search is tried for so long: a visitor must not wait for it."""
PORTION: Final = 1000
"""Documents sent at once."""


def client_of(url: str) -> tuple[Elasticsearch, str]:
    """The client and the prefix of SEARCH_URL, see `webapp/config/settings.py`; where one host does
    not answer it asks the next. Connects to nothing."""
    parts = urlsplit(url)
    options = {name: values[0] for name, values in parse_qs(parts.query).items()}
    usual = 443 if parts.scheme == "https" else 9200
    hosts = [
        f"{parts.scheme}://{bracketed(one.hostname or '')}:{one.port or usual}"
        for one in search_hosts(url)
    ]
    given: dict[str, Any] = {}
    if parts.username:
        given["basic_auth"] = (unquote(parts.username), unquote(parts.password or ""))
    if "api_key" in options:
        given["api_key"] = options["api_key"]
    if "ca" in options:
        given["ca_certs"] = options["ca"]
    client = Elasticsearch(
        hosts,
        request_timeout=SEARCH_SECONDS,
        max_retries=RETRIES,
        retry_on_status=(429, 502, 503, 504),
        **given,
    )
    return client, parts.path.strip("/")


class ElasticEngine:
    """See `port.SearchEngine`. All its indices have names that begin with `prefix`."""

    def __init__(self, client: Elasticsearch, prefix: str, layout: Layout) -> None:
        self._searching = client
        self._changing = client.options(request_timeout=CHANGE_SECONDS)
        self._base = f"{prefix}-cars"
        self._alias = f"{self._base}-{layout.digest}"
        self._layout = layout
        self._closed_until = 0.0

    def search(self, query: Query) -> Found:
        asked = body(query, self._layout)
        if time.monotonic() < self._closed_until:
            raise EngineAway("it did not answer a moment ago")
        try:
            with _our_errors():
                answer = self._searching.search(index=self._alias, **asked)
                return read(answer.body, query, self._layout)
        except (KeyError, TypeError) as error:
            raise EngineRefused(f"its answer cannot be read: {error!r}") from error
        except EngineAway:
            self._closed_until = time.monotonic() + OPEN_SECONDS
            raise

    def state(self) -> State:
        with _our_errors():
            return self._state(self._searching)

    def rebuild(self, documents: Sequence[Document], version: int, report: Report) -> Changes:
        with _our_errors():
            live = self._live()
            name = self._unfinished(live) or self._create()
            held = dict(self._held(name))
            changed, gone = difference(held, documents)
            self._write(name, changed, gone, len(documents), report)
            self._check(name, documents, version)
            self._put_in_use(name, live)
            return Changes(len(documents), len(changed), len(gone))

    def update(self, documents: Sequence[Document], version: int) -> Changes:
        with _our_errors():
            name = self._state(self._changing).generation
            changed, gone = difference(dict(self._held(name)), documents)
            self._write(name, changed, gone, len(documents), lambda _done, _all: None)
            self._check(name, documents, version)
            return Changes(len(documents), len(changed), len(gone))

    def _state(self, client: Elasticsearch) -> State:
        answer = client.indices.get_mapping(index=self._alias)
        ((name, index),) = answer.body.items()
        meta = index["mappings"]["_meta"]
        return State(name, meta["version"], meta["documents"])

    def _indices(self) -> dict[str, Any]:
        """Ours by name, oldest first: the mapping's notes and the aliases of each."""
        found = self._changing.indices.get(
            index=f"{self._base}-*", features=["aliases", "mappings"], expand_wildcards="open"
        ).body
        ours = {name: found[name] for name in found if self._number(name)}
        return {name: ours[name] for name in sorted(ours, key=self._number)}

    def _number(self, name: str) -> int:
        digits = name.removeprefix(f"{self._base}-")
        return int(digits) if digits.isdigit() else 0

    def _live(self) -> str | None:
        for name, index in self._indices().items():
            if self._alias in index["aliases"]:
                return name
        return None

    def _unfinished(self, live: str | None) -> str | None:
        """What a killed rebuild left behind, if it was made for this layout."""
        for name, index in reversed(self._indices().items()):
            if name == live:
                return None
            meta = index["mappings"].get("_meta", {})
            if meta.get("layout") == self._layout.digest and "version" not in meta:
                return name
        return None

    def _create(self) -> str:
        number = max(map(self._number, self._indices()), default=0) + 1
        name = f"{self._base}-{number}"
        tokenizers = chinese_tokenizers(self._changing)
        meta = {"layout": self._layout.digest, "chinese": tokenizers[0]}
        self._changing.indices.create(
            index=name, settings=settings(tokenizers), mappings=mappings(self._layout, meta)
        )
        return name

    def _held(self, name: str) -> Iterator[tuple[int, str]]:
        """Id and fingerprint of every document, those just written included."""
        self._changing.indices.refresh(index=name)
        order: list[Any] = [{ID: "asc"}]
        after: Any = None
        while True:
            hits = self._changing.search(
                index=name,
                size=PORTION * 5,
                sort=order,
                search_after=after,
                source=False,
                docvalue_fields=[{"field": FINGERPRINT}],
                track_total_hits=False,
            )["hits"]["hits"]
            yield from ((int(hit["_id"]), hit["fields"][FINGERPRINT][0]) for hit in hits)
            if not hits:
                return
            after = hits[-1]["sort"]

    def _write(
        self,
        name: str,
        changed: Sequence[Document],
        gone: Iterable[int],
        everything: int,
        report: Report,
    ) -> None:
        self._bulk(name, [{"delete": {"_id": str(number)}} for number in gone])
        done = everything - len(changed)
        report(done, everything)
        for start in range(0, len(changed), PORTION):
            portion = changed[start : start + PORTION]
            lines: list[dict[str, Any]] = []
            for document in portion:
                lines += [{"index": {"_id": str(document.id)}}, source_of(document)]
            self._bulk(name, lines)
            done += len(portion)
            report(done, everything)

    def _bulk(self, name: str, lines: list[dict[str, Any]]) -> None:
        if not lines:
            return
        answer = self._changing.bulk(index=name, operations=lines)
        failed = [item for entry in answer["items"] for item in entry.values() if item.get("error")]
        if failed:
            raise BadBuild(f"{len(failed)} documents refused, the first: {failed[0]['error']}")

    def _check(self, name: str, documents: Sequence[Document], version: int) -> None:
        """Make what was written visible and say so. Raises BadBuild where it is not all."""
        self._changing.indices.refresh(index=name)
        count = self._changing.count(index=name)["count"]
        if count != len(documents):
            raise BadBuild(f"{count} documents in the index, {len(documents)} wanted")
        meta = self._changing.indices.get_mapping(index=name).body[name]["mappings"]["_meta"]
        self._changing.indices.put_mapping(
            index=name, meta={**meta, "version": version, "documents": count}
        )

    def _put_in_use(self, name: str, previous: str | None) -> None:
        """Move the alias in one step; the index before it is kept, older ones go."""
        actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": self._alias}}]
        if previous:
            actions.append({"remove": {"index": previous, "alias": self._alias}})
        self._changing.indices.update_aliases(actions=actions)
        names = [*self._indices()]
        before = previous or next((n for n in reversed(names) if n != name), None)
        old = [n for n in names if n not in (name, before)]
        if old:
            self._changing.indices.delete(index=old, ignore_unavailable=True)


@contextmanager
def _our_errors() -> Iterator[None]:
    """Elasticsearch's errors as those of the port."""
    try:
        yield
    except NotFoundError as error:
        raise NoIndex(f"no index, or one for another layout: {error.error}") from error
    except (AuthenticationException, AuthorizationException, BadRequestError) as error:
        raise EngineRefused(f"{error.status_code} {error.error}") from error
    except UnsupportedProductError as error:
        raise EngineRefused(str(error)) from error
    except ApiError as error:
        raise EngineAway(f"{error.status_code} {error.error}") from error
    except TransportError as error:  # no connection, no answer in time
        raise EngineAway(type(error).__name__) from error
