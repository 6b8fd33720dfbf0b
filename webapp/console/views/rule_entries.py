"""Rules that were not there before, and observed prices, entered by the staff."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import staff_required
from webapp.catalogue.vocabulary import ENERGY_LABELS
from webapp.console import rule_forms
from webapp.console.views import bp
from webapp.console.views.overview import actor
from webapp.costs.energy import ITEM_LABELS
from webapp.errors import Conflict
from webapp.rules import book, service
from webapp.rules.reading import RuleFileError
from webapp.rules.records import BASIS_LABELS, FORM_LABELS, KIND_LABELS, REGIONS
from webapp.rules.wording import plain


@bp.get("/new-rule")
@staff_required("rules")
def new_rule() -> str:
    """The form of a rule that nothing here stands for yet, with its first term."""
    today = clock.today_in_china().isoformat()
    return _rule_form({"form": request.args.get("form", "rate"), "verified_on": today}, {})


@bp.post("/new-rule")
@staff_required("rules")
def add_rule() -> BaseResponse | tuple[str, int]:
    cells, wrong = rule_forms.read_new(request.form, clock.today_in_china())
    if not wrong:
        try:
            energies = request.form.getlist("energy")
            code = service.add_rule(cells=cells, energies=energies, actor=actor())
            return htmx.redirect_to(url_for("console.rule", code=code, saved=1))
        except RuleFileError as error:
            wrong = rule_forms.said_of(error)
        except Conflict as error:
            wrong = {"code": error.message}
    return _rule_form(request.form, wrong), 422


@bp.get("/prices")
@staff_required("rules")
def prices() -> str:
    """What petrol and power were observed to cost, and the form of a newer price."""
    return _prices({"captured": clock.today_in_china().isoformat()}, {})


@bp.post("/prices")
@staff_required("rules")
def save_price() -> BaseResponse | tuple[str, int]:
    cells, wrong = rule_forms.read_price(request.form, clock.today_in_china())
    if not wrong:
        try:
            key = service.save_observation(cells=cells, actor=actor())
            return htmx.redirect_to(url_for("console.prices", saved=key))
        except RuleFileError as error:
            wrong = rule_forms.said_of(error)
    return _prices(request.form, wrong), 422


def _rule_form(form: Mapping[str, str], wrong: dict[str, str]) -> str:
    return render_template(
        "console/new_rule.html",
        form=form,
        energies_chosen=request.form.getlist("energy"),
        wrong=wrong,
        choices={
            "kind": ("种类", KIND_LABELS),
            "jurisdiction": ("适用地区", REGIONS),
            "basis": ("按哪一天算", BASIS_LABELS),
            "form": ("内容的形式", FORM_LABELS),
        },
        energies=ENERGY_LABELS,
        fields=rule_forms,
    )


def _prices(form: Mapping[str, str], wrong: dict[str, str]) -> str:
    today = clock.today_in_china()
    rows = sorted(
        book().tables.observations.values(), key=lambda row: (row.item, row.region, row.valid_from)
    )
    return render_template(
        "console/prices.html",
        rows=[row for row in reversed(rows) if row.item in ITEM_LABELS],
        saved=book().tables.observations.get(request.args.get("saved", "")),
        form=form,
        wrong=wrong,
        today=today,
        articles=ITEM_LABELS,
        regions=REGIONS,
        plain=plain,
        fields=rule_forms,
    )
