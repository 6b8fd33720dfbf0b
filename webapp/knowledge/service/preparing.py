"""How far the knowledge base is with what was taken in, for answers, staff and the start."""

from __future__ import annotations

from typing import NamedTuple

from webapp.backends.vectors.port import VectorsError
from webapp.knowledge import queries
from webapp.knowledge.service import embedding, indexing


class Preparation(NamedTuple):
    """Passages that are embedded and in the word index, of all there are. `complete` only when
    the indexes in use were built since the last change, which comes a moment later."""

    ready: int
    total: int
    complete: bool

    @property
    def line(self) -> str:
        """“知识库正在准备：1,824 / 2,239”."""
        if not self.total:
            return "知识库里还没有内容"
        if self.complete:
            return f"知识库已准备好：{self.total:,} 段"
        return f"知识库正在准备：{self.ready:,} / {self.total:,}"


def preparation() -> Preparation:
    """Costs one row and two small files while nothing is left to do."""
    version, words = queries.version(), indexing.held()
    current = words is not None and words.version == version
    model = embedding.model_in_use()
    if words is not None and current and (model is None or _compared(version)):
        return Preparation(words.documents, words.documents, complete=True)
    ready, total = embedding.progress(model) if model else (queries.size().passages,) * 2
    if not current:
        ready = min(ready, words.documents if words else 0)
    return Preparation(ready, total, complete=False)


def state_line() -> str:
    """`Preparation.line` as of now."""
    return preparation().line


def _compared(version: int) -> bool:
    """Whether the vector index holds this version; True too where it is away: it is not behind,
    as far as anybody can tell, and `State.why` says so."""
    try:
        held = embedding.index().state()
    except VectorsError:
        return True
    return held is not None and held.version == version
