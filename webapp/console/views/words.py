"""Words: what people call brands and series, and words of our own, each with a box that shows
what a change does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import staff_required
from webapp.catalogue.filters import SORTS
from webapp.catalogue.filters.words import phrase
from webapp.console import service
from webapp.console.telling import NAME_LABELS
from webapp.console.views import bp
from webapp.console.views.overview import PAGE_SIZE, actor, asked_page
from webapp.errors import BadInput
from webapp.pagination import Page
from webapp.search import queries
from webapp.search import service as search
from webapp.search.aliases import shipped_aliases
from webapp.search.understanding.result import Understanding

NUMBER: Final = "<int(min=1, max=2147483647):number>"
ALIAS_FIELDS: Final = ("kind", "alias", "name", "members", "sentence")
SYNONYM_FIELDS: Final = ("word", "meaning", "said")
Readings = list[tuple[str, list[str]]]
SENTENCE_LENGTH: Final = 200
INTENT_LABELS: Final = {
    "search": "找车",
    "compare": "对比",
    "lookup": "查参数",
    "consult": "咨询",
    "other": "其他",
}


@bp.get("/words")
@staff_required("words")
def words() -> str:
    """The tables; with a sentence and an alias or synonym in the address, how the sentence is
    read before and after."""
    return _page()


def _page(*, alias_problem: str = "", synonym_problem: str = "") -> str:
    alias, synonym = _sent(ALIAS_FIELDS), _sent(SYNONYM_FIELDS)
    alias_readings, alias_wrong = _tried(_alias_readings, alias)
    synonym_readings, synonym_wrong = _tried(_synonym_readings, synonym)
    looked_for, edited = request.args.get("q", "").strip()[:40], "edited" in request.args
    number = asked_page()
    rows, total = queries.aliases_like(
        looked_for, edited=edited, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    kept: dict[str, Any] = {"_anchor": "all"} | ({"q": looked_for} if looked_for else {})
    kept |= {"edited": 1} if edited else {}
    return render_template(
        "console/words.html",
        paging=Page(
            list(rows), number, PAGE_SIZE, total, lambda n: url_for("console.words", page=n, **kept)
        ),
        looked_for=looked_for,
        edited=edited,
        form=alias,
        problem=alias_problem or alias_wrong,
        readings=alias_readings,
        shipped=shipped_aliases(),
        kinds=NAME_LABELS,
        synonyms=[(row, search.meaning_in_words(row.meaning)) for row in queries.synonyms()],
        synonym=synonym,
        synonym_problem=synonym_problem or synonym_wrong,
        synonym_readings=synonym_readings,
    )


@bp.post("/words/aliases")
@staff_required("words")
def save_alias() -> BaseResponse | tuple[str, int]:
    form = _sent(ALIAS_FIELDS)
    del form["sentence"]
    try:
        service.save_alias(actor=actor(), **form)
    except BadInput as error:
        return _page(alias_problem=error.message), 422
    return htmx.redirect_to(url_for("console.words", q=form["alias"][:40], _anchor="all"))


@bp.post(f"/words/aliases/{NUMBER}/forget")
@staff_required("words")
def forget_alias(number: int) -> BaseResponse:
    service.forget_alias(actor=actor(), alias_id=number)
    return htmx.redirect_to(url_for("console.words", edited=1, _anchor="all"))


@bp.post("/words/synonyms")
@staff_required("words")
def save_synonym() -> BaseResponse | tuple[str, int]:
    form = _sent(SYNONYM_FIELDS)
    try:
        service.save_synonym(actor=actor(), word=form["word"], meaning=form["meaning"])
    except BadInput as error:
        return _page(synonym_problem=error.message), 422
    return htmx.redirect_to(url_for("console.words", _anchor="synonyms"))


@bp.post(f"/words/synonyms/{NUMBER}/forget")
@staff_required("words")
def forget_synonym(number: int) -> BaseResponse:
    service.forget_synonym(actor=actor(), synonym_id=number)
    return htmx.redirect_to(url_for("console.words", _anchor="synonyms"))


def _sent(names: Sequence[str]) -> dict[str, str]:
    """Fields of a form, in the address or posted."""
    return {name: request.values.get(name, "").strip() for name in names}


def _tried(readings: Callable[..., Readings], form: dict[str, str]) -> tuple[Readings, str]:
    """What a form shows of its sentence, and what is wrong with it."""
    try:
        return readings(**form), ""
    except BadInput as error:
        return [], error.message


def _synonym_readings(word: str, meaning: str, said: str) -> Readings:
    """(title, lines): now alone, or now and with the synonym. Raises BadInput, also where there
    is no sentence to try it with."""
    said = said[:SENTENCE_LENGTH]
    if not word:
        return _now(said)
    if not said:
        search.read_synonym(word=word, meaning=meaning)
        return []
    before, after = search.preview_synonym(said, word=word, meaning=meaning)
    return [("现在", _lines(before)), ("改了以后", _lines(after))]


def _alias_readings(sentence: str, **alias: str) -> Readings:
    """(title, lines): now alone, or now and with the alias. Raises BadInput, also where there is
    no sentence to try it with."""
    sentence = sentence[:SENTENCE_LENGTH]
    if not alias["alias"]:
        return _now(sentence)
    if not sentence:
        search.read_alias(**alias)
        return []
    before, after = search.preview_alias(sentence, **alias)
    return [("现在", _lines(before)), ("改了以后", _lines(after))]


def _now(sentence: str) -> Readings:
    return [("现在", _lines(search.read_sentence(sentence)))] if sentence else []


def _lines(reading: Understanding) -> list[str]:
    lines = [f"意图：{INTENT_LABELS[reading.intent]}"]
    lines += [
        f"条件：{phrase(read.condition)}{'（推测）' if read.inferred else ''}"
        for read in reading.conditions
    ]
    if reading.entities:
        lines.append(f"名称：{'、'.join(reading.entities)}")
    if reading.sort:
        lines.append(f"排序：{SORTS[reading.sort]}")
    if reading.unread:
        lines.append(f"没读懂：{'、'.join(word.text for word in reading.unread)}")
    lines += [f"没用作条件：{one.text}（{one.why}）" for one in reading.unsupported]
    return lines
