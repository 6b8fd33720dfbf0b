"""Our indices in Elasticsearch: names, mapping, and which Chinese analysis the server has."""

from __future__ import annotations

from typing import Any, Final

from elasticsearch import BadRequestError, Elasticsearch

from webapp.backends.search.analysis import index_tokens
from webapp.backends.search.port import ANYWHERE, ID, Document, Layout

Json = dict[str, Any]

FINGERPRINT: Final = "fingerprint"
OWN: Final = "own_tokens"
SERVER: Final = "server_words"
SERVER_QUERY: Final = "server_words_asked"

TOKENIZERS: Final = (
    # What to index with, what to search with; the first the server has is taken.
    ("ik_max_word", "ik_smart"),
    ("smartcn_tokenizer", "smartcn_tokenizer"),
)
CJK: Final = "cjk"
"""Built in, pairs of neighbours: for a server without a plugin for Chinese."""


def chinese_tokenizers(client: Elasticsearch) -> tuple[str, str]:
    """The server's best tokenizers for Chinese, to index and to search with."""
    for to_index, to_search in TOKENIZERS:
        try:
            client.indices.analyze(tokenizer=to_index, text="新能源汽车")
        except BadRequestError:
            continue
        return to_index, to_search
    return CJK, CJK


def settings(tokenizers: tuple[str, str]) -> Json:
    """Changes are seen when we refresh and not before, so that an update is seen whole."""
    return {
        "number_of_shards": 1,
        "number_of_replicas": 0,
        "auto_expand_replicas": "0-1",
        "refresh_interval": "-1",
        "max_result_window": 100_000,
        "analysis": {
            "analyzer": {
                # Our own tokens, see `analysis`, with blanks between.
                OWN: {"type": "custom", "tokenizer": "whitespace"},
                SERVER: _analyzer(tokenizers[0]),
                SERVER_QUERY: _analyzer(tokenizers[1]),
            }
        },
    }


def _analyzer(tokenizer: str) -> Json:
    if tokenizer == CJK:
        return {"type": CJK}
    return {"type": "custom", "tokenizer": tokenizer, "filter": ["lowercase"]}


def mappings(layout: Layout, meta: Json) -> Json:
    own = {"type": "text", "analyzer": OWN, "index_options": "docs"}
    return {
        "_meta": meta,
        "dynamic": "strict",
        "properties": {
            ID: {"type": "long"},
            FINGERPRINT: {"type": "keyword", "index": False},
            **{name: {"type": "double"} for name in layout.numbers},
            **{name: {"type": "keyword"} for name in (*layout.words, *layout.sets)},
            **dict.fromkeys(layout.texts, own),
            ANYWHERE: {"type": "text", "analyzer": SERVER, "search_analyzer": SERVER_QUERY},
        },
    }


def source_of(document: Document) -> Json:
    """A document as it is sent."""
    return {
        ID: document.id,
        FINGERPRINT: document.fingerprint,
        **document.values,
        **{name: " ".join(index_tokens(texts)) for name, texts in document.texts.items()},
        ANYWHERE: [text for texts in document.texts.values() for text in texts],
    }
