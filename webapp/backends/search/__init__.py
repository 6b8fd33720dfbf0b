"""Search engines behind one port: `port` says what an engine does, `whoosh_engine` and `elastic`
do it, `analysis` cuts text into words for both."""

from __future__ import annotations

from pathlib import Path

from webapp.backends.search.port import Layout, SearchEngine


def make_engine(url: str, folder: Path, layout: Layout) -> SearchEngine:
    """The engine SEARCH_URL names; Whoosh lives in `folder`. Connects to nothing."""
    if url == "whoosh:":
        from webapp.backends.search.whoosh_engine import WhooshEngine

        return WhooshEngine(folder, layout)
    from webapp.backends.search.elastic import ElasticEngine, client_of

    client, prefix = client_of(url)
    return ElasticEngine(client, prefix, layout)
