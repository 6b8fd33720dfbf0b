"""Words: what people call brands and series, and words of our own, each with a box that shows
what a change does."""

from __future__ import annotations

from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import staff_required
from webapp.cars.filters.words import phrase
from webapp.console import service
from webapp.console.views import bp
from webapp.console.views.overview import PAGE_SIZE, actor, asked_page
from webapp.errors import BadInput
from webapp.pagination import Page
from webapp.search import queries
from webapp.search import service as search
from webapp.search.understanding.result import Understanding

NUMBER: Final = "<int(min=1, max=2147483647):number>"
FIELDS: Final = ("kind", "alias", "name", "members")
SYNONYM_FIELDS: Final = ("word", "meaning", "said")
Readings = list[tuple[str, list[str]]]
SENTENCE_LENGTH: Final = 200
KIND_LABELS: Final = {"brand": "品牌", "series": "车系", "group": "一组品牌"}
INTENT_LABELS: Final = {
    "search": "找车", "compare": "对比", "lookup": "查参数", "consult": "咨询", "other": "其他",
}  # fmt: skip


@bp.get("/words")
@staff_required("words")
def words() -> str:
    """The tables; with a sentence and an alias or synonym in the address, how the sentence is
    read before and after."""
    synonym = {name: request.args.get(name, "").strip() for name in SYNONYM_FIELDS}
    problem, readings = "", []
    if synonym["said"]:
        try:
            readings = _synonym_readings(**synonym)
        except BadInput as error:
            problem = error.message
    return _page(synonym, problem, readings)


def _page(synonym: dict[str, str], problem: str, readings: Readings) -> str:
    looked_for, edited = request.args.get("q", "").strip()[:40], "edited" in request.args
    number = asked_page()
    rows, total = queries.aliases_like(
        looked_for, edited=edited, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    kept: dict[str, Any] = ({"q": looked_for} if looked_for else {}) | (
        {"edited": 1} if edited else {}
    )
    form = {name: request.args.get(name, "").strip() for name in FIELDS}
    sentence = request.args.get("sentence", "").strip()[:SENTENCE_LENGTH]
    return render_template(
        "console/words.html",
        paging=Page(
            list(rows), number, PAGE_SIZE, total, lambda n: url_for("console.words", page=n, **kept)
        ),
        looked_for=looked_for,
        edited=edited,
        form=form,
        sentence=sentence,
        readings=_readings(sentence, form),
        kinds=KIND_LABELS,
        synonyms=[(row, search.meaning_in_words(row.meaning)) for row in queries.synonyms()],
        synonym=synonym,
        problem=problem,
        synonym_readings=readings,
    )


@bp.post("/words/aliases")
@staff_required("words")
def save_alias() -> BaseResponse:
    form = {name: request.form.get(name, "").strip() for name in FIELDS}
    service.save_alias(actor=actor(), **form)
    return htmx.redirect_to(url_for("console.words", q=form["alias"]))


@bp.post(f"/words/aliases/{NUMBER}/forget")
@staff_required("words")
def forget_alias(number: int) -> BaseResponse:
    service.forget_alias(actor=actor(), alias_id=number)
    return htmx.redirect_to(url_for("console.words", edited=1))


@bp.post("/words/synonyms")
@staff_required("words")
def save_synonym() -> BaseResponse | tuple[str, int]:
    form = {name: request.form.get(name, "").strip() for name in SYNONYM_FIELDS}
    try:
        service.save_synonym(actor=actor(), word=form["word"], meaning=form["meaning"])
    except BadInput as error:
        return _page(form, error.message, []), 422
    return htmx.redirect_to(url_for("console.words", _anchor="synonyms"))


@bp.post(f"/words/synonyms/{NUMBER}/forget")
@staff_required("words")
def forget_synonym(number: int) -> BaseResponse:
    service.forget_synonym(actor=actor(), synonym_id=number)
    return htmx.redirect_to(url_for("console.words", _anchor="synonyms"))


def _synonym_readings(word: str, meaning: str, said: str) -> Readings:
    """Raises BadInput."""
    if not word:
        return [("现在", _lines(search.read_sentence(said)))]
    before, after = search.preview_synonym(said[:SENTENCE_LENGTH], word=word, meaning=meaning)
    return [("现在", _lines(before)), ("改了以后", _lines(after))]


def _readings(sentence: str, form: dict[str, str]) -> Readings:
    """(title, lines): now alone, or now and with the alias in the form."""
    if not sentence:
        return []
    if not form["alias"]:
        return [("现在", _lines(search.read_sentence(sentence)))]
    before, after = search.preview_alias(sentence, **form)
    return [("现在", _lines(before)), ("改了以后", _lines(after))]


def _lines(reading: Understanding) -> list[str]:
    lines = [f"意图：{INTENT_LABELS[reading.intent]}"]
    lines += [
        f"条件：{phrase(read.condition)}{'（推测）' if read.inferred else ''}"
        for read in reading.conditions
    ]
    if reading.entities:
        lines.append(f"名称：{'、'.join(reading.entities)}")
    if reading.sort:
        lines.append(f"排序：{reading.sort}")
    if reading.unread:
        lines.append(f"没读懂：{'、'.join(word.text for word in reading.unread)}")
    return lines
