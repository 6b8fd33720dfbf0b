"""Pages of the knowledge base: what there is to read, a document, a passage in its document."""

from __future__ import annotations

from math import ceil

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from webapp import htmx
from webapp.access import public
from webapp.errors import BadInput, NotFound
from webapp.knowledge import queries, reading
from webapp.pagecache import cache_page
from webapp.pagination import Page

bp = Blueprint("knowledge", __name__, url_prefix="/knowledge")

bp.add_app_template_filter(reading.shown, "passage_html")

PAGE_SECONDS = 300
PAGE_PASSAGES = 100
ID = "<int(min=1, max=2147483647):%s>"


@bp.get("/")
@public
def index() -> str:
    """Our own pages by topic."""
    cache_page(PAGE_SECONDS)
    return render_template("knowledge/index.html", topics=reading.topics())


@bp.get("/pages/<slug>")
@public
def page(slug: str) -> Response:
    """One of our own pages by the name of its file, as other pages link to it."""
    found = queries.page_id(slug)
    if found is None:
        raise NotFound("没有这一页，可以在知识库里另找：/knowledge/")
    return redirect(url_for("knowledge.document", document_id=found), 302)


@bp.get("/documents/" + ID % "document_id")
@public
def document(document_id: int) -> str | Response:
    if (moved := queries.moved_to(document_id)) is not None:
        return redirect(url_for("knowledge.document", document_id=moved), 301)
    found = load_document(document_id)
    page = load_page(found)
    cache_page(PAGE_SECONDS)
    return render_template("knowledge/document.html", document=found, page=page, cited=None)


@bp.get("/passages/" + ID % "passage_id")
@public
def passage(passage_id: int) -> str:
    """The passage behind a citation: marked in its document; for htmx with its neighbours only."""
    row = load_passage(passage_id)
    cache_page(PAGE_SECONDS)
    if htmx.wants_fragment():
        return render_template(
            "knowledge/_passage.html",
            document=row.document,
            passages=reading.with_neighbours(row),
            cited=row.id,
        )
    page = load_page(row.document, number=row.position // PAGE_PASSAGES + 1)
    return render_template(
        "knowledge/document.html", document=row.document, page=page, cited=row.id
    )


def load_document(document_id: int) -> queries.DocumentRow:
    found = queries.document(document_id)
    if found is None:
        raise NotFound("这篇文档已经移走，可以在知识库里另找：/knowledge/")
    return found


def load_passage(passage_id: int) -> queries.PassageRow:
    found = queries.passages([passage_id])
    if not found:
        raise NotFound("这段内容在文档更新后已经改写或删去，旧的引用打不开了。")
    return found[0]


def load_page(found: queries.DocumentRow, *, number: int = 0) -> Page[queries.PassageRow]:
    """One page of a document's passages, by `page` in the address unless told."""
    asked = request.args.get("page", "1")
    rows = queries.passages_of(found.id)
    pages = max(1, ceil(len(rows) / PAGE_PASSAGES))
    if not number:
        written = asked.isascii() and asked.isdigit() and len(asked) < 10
        if not written or not 1 <= int(asked) <= pages:
            raise BadInput(f"参数 page={asked[:20]}：这篇文档有 {pages} 页")
        number = int(asked)
    start = (number - 1) * PAGE_PASSAGES
    return Page(
        items=rows[start : start + PAGE_PASSAGES],
        number=number,
        size=PAGE_PASSAGES,
        total=len(rows),
        url=lambda n: url_for("knowledge.document", document_id=found.id, page=n),
    )
