"""The assistant: try a sentence."""

from __future__ import annotations

from flask import request

from webapp import htmx
from webapp.access import staff_required
from webapp.assistant.forms import QUESTION_LENGTH
from webapp.console import tries
from webapp.console.views import bp


@bp.get("/assistant/try")
@staff_required("knowledge")
def try_sentence() -> str:
    """How a sentence is read, planned and answered."""
    question = " ".join(request.args.get("question", "").split())[:QUESTION_LENGTH]
    before = request.args.get("before", "")[: tries.EARLIER * QUESTION_LENGTH]
    earlier = [" ".join(line.split())[:QUESTION_LENGTH] for line in before.splitlines()]
    return htmx.render(
        "console/sentence.html",
        "console/_sentence.html",
        question=question,
        before=before,
        most=QUESTION_LENGTH,
        reasons=tries.REASONS,
        tried=tries.tried(question, filter(None, earlier)) if question else None,
    )
