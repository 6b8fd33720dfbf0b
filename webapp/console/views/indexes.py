"""The search index and the knowledge base's: their state, and building them anew."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import staff_required
from webapp.backends.search.port import SearchError
from webapp.catalogue.queries import catalogue_version
from webapp.console import service
from webapp.console.telling import INDEX_LABELS
from webapp.console.views import bp
from webapp.console.views.overview import actor
from webapp.knowledge import service as knowledge
from webapp.knowledge.labels import why_in_chinese
from webapp.operations import progress
from webapp.operations.progress import Progress
from webapp.search.engine import engine


@dataclass(frozen=True)
class IndexState:
    """`lines` say what it holds; `behind` whether the database is ahead of it."""

    kind: str
    label: str
    lines: list[str]
    behind: bool
    progress: Progress | None


@bp.get("/indexes")
@staff_required("index")
def indexes() -> str:
    return htmx.render(
        "console/indexes.html", "console/_indexes.html", indexes=[_search(), _knowledge()]
    )


@bp.post("/indexes/<kind>/rebuild")
@staff_required("index")
def rebuild_index(kind: str) -> BaseResponse:
    service.rebuild_index(actor=actor(), kind=kind)
    return htmx.redirect_to(url_for("console.indexes"))


@bp.post("/indexes/<kind>/stop")
@staff_required("index")
def stop_index(kind: str) -> BaseResponse:
    service.stop_index(actor=actor(), kind=kind)
    return htmx.redirect_to(url_for("console.indexes"))


def _search() -> IndexState:
    try:
        state = engine().state()
    except SearchError as error:
        lines, behind = [f"现在不可用：{error}。搜索由数据库代替。"], True
    else:
        version = catalogue_version()
        lines = [
            f"{state.documents:,} 款车型，索引 {state.generation}",
            f"索引的版本 {state.version}，车库的版本 {version}",
        ]
        behind = state.version != version
    return IndexState("search", INDEX_LABELS["search"], lines, behind, progress.read("search"))


def _knowledge() -> IndexState:
    state = knowledge.state()
    lines = [
        f"{state.documents:,} 篇文档，{state.passages:,} 个段落，{state.embedded:,} 个有向量",
        f"词索引的版本 {state.built}，知识库的版本 {state.version}",
        "词和含义都比较" if state.mode == "hybrid" else f"只比较词：{why_in_chinese(state.why)}",
    ]
    behind = state.built != state.version or (state.can_embed and state.embedded < state.passages)
    return IndexState(
        "knowledge", INDEX_LABELS["knowledge"], lines, behind, progress.read("knowledge")
    )
