"""The knowledge base: find documents, take files in, replace and remove, try a question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx, uploads
from webapp.access import staff_required
from webapp.backends import embedder
from webapp.console import forms, queries, service
from webapp.console.views import bp
from webapp.console.views.catalogue import NUMBER
from webapp.console.views.overview import PAGE_SIZE, actor, asked_page
from webapp.errors import BadInput, NotFound
from webapp.knowledge import files
from webapp.knowledge import queries as documents
from webapp.knowledge import service as base
from webapp.knowledge.labels import why_in_chinese
from webapp.knowledge.service.changes import upload_of
from webapp.knowledge.shipped import SHIPPED
from webapp.pagination import Page

CHANGES: Final = 10
NOTHING: Final[dict[str, Any]] = {"counts": None, "rejected": [], "taken": [], "failure": ""}


@bp.get("/knowledge")
@staff_required("knowledge")
def knowledge() -> str:
    """Documents; for htmx, how far the indexes are."""
    if htmx.wants_fragment():
        return render_template(
            "console/_knowledge_state.html",
            state=base.state(),
            preparation=base.preparation(),
            why=why_in_chinese,
        )
    words = request.args.get("q", "").strip()[:60]
    collection, number = request.args.get("collection", "")[:40], asked_page()
    rows, total = queries.documents(
        words=words, collection=collection, model=embedder.name(), page=number, size=PAGE_SIZE
    )
    given = {"q": words, "collection": collection}
    kept: dict[str, Any] = {name: value for name, value in given.items() if value}
    changes, _ = queries.changes(page=1, size=CHANGES)
    return render_template(
        "console/knowledge.html",
        state=base.state(),
        preparation=base.preparation(),
        why=why_in_chinese,
        collections=queries.collections(),
        changes=changes,
        paging=Page(
            rows, number, PAGE_SIZE, total, lambda n: url_for("console.knowledge", page=n, **kept)
        ),
        words=words,
        collection=collection,
        shipped=SHIPPED,
    )


@bp.get("/knowledge/changes")
@staff_required("knowledge")
def changes() -> str:
    """All that was asked of the knowledge base."""
    number = asked_page()
    rows, total = queries.changes(page=number, size=PAGE_SIZE)
    paging = Page(
        list(rows), number, PAGE_SIZE, total, lambda n: url_for("console.changes", page=n)
    )
    return render_template("console/changes.html", paging=paging)


@bp.get("/knowledge/try")
@staff_required("knowledge")
def try_question() -> str:
    """What is found for a question, with the measures behind it."""
    question = request.args.get("question", "").strip()[:200]
    return htmx.render(
        "console/tried.html",
        "console/_tried.html",
        question=question,
        examined=base.examine(question) if question else None,
    )


@bp.get("/knowledge/add")
@staff_required("knowledge")
def add_documents() -> str:
    replaced = _replaced(request.args.get("document"))
    form = forms.UploadForm(collection=request.args.get("collection", "")[:40])
    if replaced is not None:
        form = forms.UploadForm(
            replaced.collection,
            replaced.title,
            replaced.source,
            replaced.date or "",
            replaced.series or "",
        )
    return _upload_form(form, replaced, {})


@bp.post("/knowledge/add")
@staff_required("knowledge")
def upload_documents() -> BaseResponse | tuple[str, int]:
    request.max_content_length = uploads.MOST_BYTES + uploads.FORM_BYTES
    sent = request.files.get("file")
    name = Path((sent.filename if sent else None) or "").name
    replaced = _replaced(request.form.get("document"))
    form, wrong = forms.read_upload(request.form, file=name, replaced=replaced)
    if wrong or sent is None:
        return _upload_form(form, replaced, wrong), 422
    with uploads.arriving() as draft:
        sent.save(draft)
        try:
            change = service.upload_documents(
                actor=actor(),
                name=name,
                draft=draft,
                collection=form.collection,
                given=form.given,
                replaced=replaced,
            )
        except BadInput as error:
            return _upload_form(form, replaced, {"file": error.message}), 422
    return _to_change(change.id)


@bp.get(f"/knowledge/changes/{NUMBER}")
@staff_required("knowledge")
def change(number: int) -> str | tuple[str, int]:
    found = base.change_by_id(number)
    moving = found.state in ("checking", "applying")
    page = htmx.render(
        "console/change.html",
        "console/_change.html",
        change=found,
        moving=moving,
        is_there=found.kind == "removal" or upload_of(found).exists(),
        report=NOTHING | json.loads(found.report),
    )
    # 286 tells htmx to stop asking.
    return (page, 286) if htmx.wants_fragment() and not moving else page


@bp.post(f"/knowledge/changes/{NUMBER}/<step>")
@staff_required("knowledge")
def step_change(number: int, step: str) -> BaseResponse:
    service.step_change(actor=actor(), change_id=number, step=step)
    return _to_change(number)


@bp.get(f"/knowledge/documents/{NUMBER}")
@staff_required("knowledge")
def document(number: int) -> str:
    row = queries.document(number, model=embedder.name())
    if row is None:
        raise NotFound("这篇文档已经移走了。")
    passages, page = documents.passages_of(number), asked_page()
    shown = passages[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    return render_template(
        "console/document.html",
        row=row,
        paging=Page(
            shown,
            page,
            PAGE_SIZE,
            len(passages),
            lambda n: url_for("console.document", number=number, page=n),
        ),
        is_shipped=row.document.collection in SHIPPED,
    )


@bp.get(f"/knowledge/documents/{NUMBER}/remove")
@staff_required("knowledge")
def ask_removal(number: int) -> str:
    """Asks first."""
    found = _document(number)
    service.refuse_shipped(found.collection)
    return render_template(
        "console/removal.html",
        title="移走这篇文档？",
        what=f"“{found.title}”这一篇文档",
        action=url_for("console.remove_document", number=number),
        back=url_for("console.document", number=number),
    )


@bp.post(f"/knowledge/documents/{NUMBER}/remove")
@staff_required("knowledge")
def remove_document(number: int) -> BaseResponse:
    found = _document(number)
    change = service.remove_documents(actor=actor(), collection=found.collection, document=found)
    return _to_change(change.id)


@bp.get("/knowledge/collections/<name>/remove")
@staff_required("knowledge")
def ask_collection_removal(name: str) -> str:
    """Asks first."""
    service.refuse_shipped(name)
    return render_template(
        "console/removal.html",
        title="移走这个集合？",
        what=f"集合 {name} 和其中全部 {_collection(name).documents} 篇文档",
        action=url_for("console.remove_collection", name=name),
        back=url_for("console.knowledge", collection=name),
    )


@bp.post("/knowledge/collections/<name>/remove")
@staff_required("knowledge")
def remove_collection(name: str) -> BaseResponse:
    change = service.remove_documents(actor=actor(), collection=_collection(name).name)
    return _to_change(change.id)


def _upload_form(
    form: forms.UploadForm, replaced: documents.DocumentRow | None, wrong: dict[str, str]
) -> str:
    return render_template(
        "console/upload.html",
        form=form,
        replaced=replaced,
        wrong=wrong,
        suffixes=[s for s in files.SUFFIXES if replaced is None or s not in files.LINES],
        collections=[row.name for row in queries.collections() if row.name not in SHIPPED],
    )


def _replaced(number: str | None) -> documents.DocumentRow | None:
    """The document a file is a new version of. Raises NotFound, and Conflict for a shipped
    one."""
    if not number:
        return None
    found = _document(int(number) if number.isascii() and number.isdigit() else 0)
    service.refuse_shipped(found.collection)
    return found


def _document(number: int) -> documents.DocumentRow:
    found = documents.document(number)
    if found is None:
        raise NotFound("这篇文档已经移走了。")
    return found


def _collection(name: str) -> queries.CollectionRow:
    found = next((row for row in queries.collections() if row.name == name), None)
    if found is None:
        raise NotFound("没有这个集合，或者它已经空了。")
    return found


def _to_change(number: int) -> BaseResponse:
    return htmx.redirect_to(url_for("console.change", number=number))
