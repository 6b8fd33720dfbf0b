"""Vector indexes behind one port: `edge` inside the process, `qdrant` on a server."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from webapp.backends.vectors.port import VectorIndex


def make_index(url: str, folder: Path, *, name: str) -> VectorIndex:
    """The index VECTORS_URL names. `name` tells vectors of one embedder from another's; edge
    keeps its files in `folder`. Connects to nothing."""
    if url == "edge:":
        from webapp.backends.vectors.edge import EdgeIndex

        return EdgeIndex(folder, name=name)
    from webapp.backends.vectors.qdrant import QdrantIndex

    parts = urlsplit(url)
    key = dict(parse_qsl(parts.query)).get("api_key")
    port = parts.port or (443 if parts.scheme == "https" else 6333)
    address = f"{parts.scheme}://{parts.hostname}:{port}"
    return QdrantIndex({"url": address}, prefix=f"{parts.path[1:]}_2_{name}", api_key=key)
