"""Rules: what is in force, what ends soon, what was before; a term corrected or followed."""

from __future__ import annotations

from typing import Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import staff_required
from webapp.console import rule_forms
from webapp.console.views import bp
from webapp.console.views.overview import actor
from webapp.errors import NotFound
from webapp.knowledge import queries as documents
from webapp.rules import Term, book, queries, service
from webapp.rules.cli import ENDING_DAYS
from webapp.rules.reading import RuleFileError, shipped
from webapp.rules.records import BASIS_LABELS, KIND_LABELS, KINDS, REGIONS
from webapp.rules.wording import scope_in_words, value_of

_TERM: Final = "<string(maxlength=200):code>/<string(maxlength=200):name>"


@bp.get("/rules")
@staff_required("rules")
def rules() -> str:
    """All rules by kind; above them what ends soon."""
    found, today = book(), clock.today_in_china()
    words = request.args.get("q", "").strip()[:40]
    kind = request.args.get("kind", "")
    rows = [
        (rule, [term for term in found.terms_of(rule.code) if term.rule.code == rule.code])
        for rule in sorted(found.tables.rules.values(), key=lambda r: (KINDS.index(r.kind), r.code))
        if kind in ("", rule.kind)
        and words.casefold() in f"{rule.title} {rule.document} {rule.code}".casefold()
    ]
    return render_template(
        "console/rules.html",
        rows=rows,
        ending=found.ending(today, within=ENDING_DAYS),
        doubled=[found.tables.terms[own] for own in found.doubled()],
        days=ENDING_DAYS,
        now=lambda terms: dict.fromkeys(value_of(t) for t in terms if t.covers(today)),
        words=words,
        kind=kind,
        kinds=KIND_LABELS,
        regions=REGIONS,
        value_of=value_of,
    )


@bp.get("/rules/<string(maxlength=200):code>")
@staff_required("rules")
def rule(code: str) -> str:
    found = book()
    shown = found.rule(code)
    if shown is None:
        raise NotFound(f"没有代码是 {code[:60]} 的规定。")
    return render_template(
        "console/rule.html",
        rule=shown,
        saved="saved" in request.args,
        terms=found.terms_of(code),
        edited=found.edited,
        shipped=shipped().terms,
        history=queries.history([code, *{t.rule.code for t in found.terms_of(code)}]),
        pages=documents.documents_resting_on(code),
        today=clock.today_in_china(),
        kinds=KIND_LABELS,
        bases=BASIS_LABELS,
        scope_in_words=scope_in_words,
        regions=REGIONS,
        value_of=value_of,
    )


@bp.get(f"/rules/{_TERM}")
@staff_required("rules")
def term(code: str, name: str) -> str:
    """The form to correct a term; with `follow` to enter what comes after it."""
    found, follow = _term(code, name), "follow" in request.args
    form = rule_forms.filled(found, follow=follow, today=clock.today_in_china())
    return _form(found, form, {}, follow=follow)


@bp.post(f"/rules/{_TERM}")
@staff_required("rules")
def save_term(code: str, name: str) -> BaseResponse | tuple[str, int]:
    found, follow = _term(code, name), "follow" in request.form
    cells, wrong = rule_forms.read_cells(request.form, found, clock.today_in_china())
    save = service.follow_term if follow else service.save_term
    if not wrong:
        try:
            save(term_id=found.id, cells=cells, actor=actor())
        except RuleFileError as error:
            wrong = rule_forms.said_of(error)
    if wrong:
        return _form(found, request.form, wrong, follow=follow), 422
    return htmx.redirect_to(url_for("console.rule", code=found.rule.code, saved=1))


@bp.post(f"/rules/{_TERM}/withdraw")
@staff_required("rules")
def withdraw_term(code: str, name: str) -> BaseResponse:
    found = _term(code, name)
    service.withdraw_term(term_id=found.id, actor=actor())
    kept = book().rule(found.rule.code) is not None
    return htmx.redirect_to(
        url_for("console.rule", code=found.rule.code) if kept else url_for("console.rules")
    )


def _term(code: str, name: str) -> Term:
    found = book().tables.terms.get(f"{code}/{name}")
    if found is None:
        raise NotFound("没有这一条规定，它可能已经撤回了。")
    return found


def _form(term: Term, form: object, wrong: dict[str, str], *, follow: bool) -> str:
    return render_template(
        "console/term.html",
        term=term,
        form=form,
        wrong=wrong,
        follow=follow,
        rule_fields=rule_forms.RULE_FIELDS,
        term_fields=rule_forms.fields_of(term),
        required=rule_forms.REQUIRED,
        hints=rule_forms.HINTS,
        value_of=value_of,
        bases=BASIS_LABELS,
    )
