"""The Haystack components that embed: passages by either, questions by a server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final, Protocol

from flask import current_app
from haystack import Document, component

from webapp.backends.embedder import package
from webapp.backends.threads import beside_the_hub

QUESTION_SECONDS: Final = 3.0
BATCH_SECONDS: Final = 60.0
BATCH_RETRIES: Final = 2


class TextEmbedder(Protocol):
    """Haystack's protocol for the text of a question."""

    def run(self, text: str) -> dict[str, Any]: ...


class DocumentEmbedder(Protocol):
    """Haystack's protocol for passages."""

    def run(self, documents: list[Document]) -> dict[str, Any]: ...


@component
class E5DocumentEmbedder:
    """Passages by the model in the package, one after the other: a batch is no faster."""

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, Any]:
        return {"documents": [self._embedded(item) for item in documents]}

    def _embedded(self, document: Document) -> Document:
        vector = beside_the_hub(package.embed_passage, document.content or "")
        return replace(document, embedding=vector)


def embedding_of(question: str) -> list[float]:
    """By the server EMBEDDER names. Raises whatever the client does."""
    embedding: list[float] = _servers(*_settings())[0].run(text=question)["embedding"]
    return embedding


def embeddings_of(texts: Sequence[str]) -> list[list[float]]:
    """Of passages, in their order. Raises whatever the embedder does."""
    own = current_app.config["EMBEDDER"] == "package"
    chosen = E5DocumentEmbedder() if own else _servers(*_settings())[1]
    done = chosen.run(documents=[Document(content=text) for text in texts])
    return [item.embedding for item in done["documents"]]


def _settings() -> tuple[str, str, str]:
    config = current_app.config
    return config["EMBEDDER"], config["EMBEDDER_MODEL"] or "", config["EMBEDDER_API_KEY"] or "none"


@cache
def _servers(base: str, model: str, key: str) -> tuple[TextEmbedder, DocumentEmbedder]:
    from haystack.components.embedders import OpenAIDocumentEmbedder, OpenAITextEmbedder
    from haystack.utils import Secret

    options: dict[str, Any] = {
        "api_key": Secret.from_token(key),
        "api_base_url": base,
        "model": model,
    }
    return (
        OpenAITextEmbedder(**options, timeout=QUESTION_SECONDS, max_retries=0),
        OpenAIDocumentEmbedder(
            **options,
            timeout=BATCH_SECONDS,
            max_retries=BATCH_RETRIES,
            progress_bar=False,
            raise_on_failure=True,
        ),
    )
