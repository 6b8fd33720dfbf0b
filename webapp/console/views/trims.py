"""One trim in the catalogue: its values, one of them edited, a trim added, what is doubtful."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import staff_required
from webapp.catalogue import queries as cars
from webapp.catalogue.models import Parameter
from webapp.catalogue.reading.plausible import RULES
from webapp.catalogue.reading.telling import as_written
from webapp.catalogue.service.added import CHOICES_OF, FIELDS, REQUIRED, Unsure, WrongFields
from webapp.catalogue.vocabulary import CONFIDENCE_LABELS
from webapp.catalogue.wording import source_text, spec_text
from webapp.console import queries, service
from webapp.console.views import bp
from webapp.console.views.overview import actor, asked_page
from webapp.errors import BadInput, NotFound
from webapp.pagination import Page

NUMBER: Final = "<int(min=1, max=2147483647):number>"
DOUBTS: Final = 50


class Section(NamedTuple):
    """Parameters of one section of the table; `known` of them have a value."""

    name: str
    parameters: Sequence[Parameter]
    known: int
    is_open: bool


@bp.get(f"/catalogue/trims/{NUMBER}")
@staff_required("catalogue")
def trim(number: int) -> str:
    """Parameters by section, or those of a name, with their current values; `saved` names the
    one that was just edited."""
    row = _trim(number)
    find, saved = _looked_for(), request.args.get("saved", "")
    parameters = [
        p for p in queries.parameters() if find.casefold() in f"{p.label} {p.key}".casefold()
    ]
    specs = {spec.key: spec for spec in cars.specs_of([number])}
    return render_template(
        "console/trim.html",
        trim=row,
        find=find,
        saved=next((p for p in parameters if p.key == saved), None),
        sections=_sections(parameters, set(specs), saved, bool(find)),
        specs=specs,
        spec_text=spec_text,
    )


def _sections(
    parameters: Sequence[Parameter], known: set[str], saved: str, all_open: bool
) -> list[Section]:
    found = []
    for name, group in groupby(parameters, key=lambda parameter: parameter.section):
        rows = list(group)
        is_open = all_open or any(row.key == saved for row in rows)
        found.append(Section(name, rows, sum(row.key in known for row in rows), is_open))
    return found


@bp.get(f"/catalogue/trims/{NUMBER}/values/<key>")
@staff_required("catalogue")
def value(number: int, key: str) -> str:
    """One value to be edited, with all it has been."""
    return _value_page(number, key)


@bp.post(f"/catalogue/trims/{NUMBER}/values/<key>")
@staff_required("catalogue")
def set_value(number: int, key: str) -> BaseResponse | tuple[str, int]:
    change = service.ValueChange(
        key, *(request.form.get(name, "") for name in service.ValueChange._fields[1:])
    )
    if "same" in request.form:  # the source said so all along, it was read wrongly
        held = next(iter(cars.specs_of([number], keys=[key])), None)
        if held is not None:
            origin = held.source
            change = change._replace(
                source=origin.name, captured=origin.captured, confidence=origin.confidence
            )
    try:
        service.set_value(
            actor=actor(), trim_id=number, change=change, today=clock.today_in_china()
        )
    except BadInput as error:
        return _value_page(number, key, change, error.message), 422
    find = _looked_for() or None
    return htmx.redirect_to(
        url_for("console.trim", number=number, find=find, saved=key, _anchor=f"p-{key}")
    )


def _value_page(
    number: int, key: str, change: service.ValueChange | None = None, problem: str = ""
) -> str:
    row = _trim(number)
    chosen = next((p for p in queries.parameters() if p.key == key), None)
    if chosen is None:
        raise NotFound(f"没有“{key[:40]}”这个参数。")
    held = next(iter(cars.specs_of([number], keys=[key])), None)
    # What is typed is prefilled with the old value, its origin never: that has to be said anew.
    written = as_written(key, held) if held else ""
    return render_template(
        "console/value.html",
        trim=row,
        find=_looked_for(),
        parameter=chosen,
        held=held,
        held_source=source_text(held.source) if held else "",
        change=change or service.ValueChange(key, written, "", "", "", ""),
        problem=problem,
        history=[(as_written(key, past.value), past) for past in queries.history(number, key)],
        confidences=CONFIDENCE_LABELS,
        sources=queries.source_names(),
    )


@bp.get("/catalogue/trims/new")
@staff_required("catalogue")
def new_trim() -> str:
    return _new_page({name: request.args.get(name, "") for name in ("brand", "series")})


@bp.post("/catalogue/trims/new")
@staff_required("catalogue")
def add_trim() -> BaseResponse | tuple[str, int]:
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        number = service.add_trim(
            actor=actor(),
            fields=typed,
            sure="sure" in request.form,
            today=clock.today_in_china(),
        )
    except Unsure as error:
        return _new_page(typed, doubts=error.doubts), 422
    except WrongFields as error:
        return _new_page(typed, problems=error.fields, problem=error.message), 422
    return htmx.redirect_to(url_for("console.trim", number=number, added=1))


def _new_page(
    typed: dict[str, str],
    *,
    doubts: Sequence[str] = (),
    problems: dict[str, str] | None = None,
    problem: str = "",
) -> str:
    return render_template(
        "console/new_trim.html",
        fields=FIELDS,
        required=REQUIRED,
        choices=CHOICES_OF,
        typed=typed,
        doubts=doubts,
        problems=problems or {},
        problem=problem,
        sources=queries.source_names(),
        brands=queries.brand_names(),
    )


@bp.get("/catalogue/doubts")
@staff_required("catalogue")
def doubts() -> str:
    """What can hardly be true, by trim, of all rules or of one; with `all` also what was
    explained."""
    everything, page, rule = "all" in request.args, asked_page(), request.args.get("rule", "")
    found = cars.doubted()
    listed = [row for row in found if everything or row.reason is None]
    counts = Counter(row.doubt.rule for row in listed)
    shown = [row for row in listed if rule in ("", row.doubt.rule)]
    kept: dict[str, Any] = ({"all": 1} if everything else {}) | ({"rule": rule} if rule else {})
    return render_template(
        "console/doubts.html",
        paging=Page(
            shown[(page - 1) * DOUBTS : page * DOUBTS],
            page,
            DOUBTS,
            len(shown),
            lambda n: url_for("console.doubts", page=n, **kept),
        ),
        everything=everything,
        explained=sum(row.reason is not None for row in found),
        total=len(found),
        rule=rule,
        rules={key: (label, counts[key]) for key, label in RULES.items() if counts[key]},
    )


@bp.post("/catalogue/doubts")
@staff_required("catalogue")
def explain_doubt() -> BaseResponse:
    """Say why a doubtful value is right."""
    number = request.form.get("trim", "")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise BadInput("没有说是哪一款车，请刷新页面。")
    rule, said = request.form.get("rule", ""), request.form.get("said", "")
    reason = request.form.get("reason", "")
    service.explain_doubt(actor=actor(), trim_id=int(number), rule=rule, said=said, reason=reason)
    everything = 1 if "all" in request.form else None
    kept = request.form.get("kept", "")
    return htmx.redirect_to(
        url_for("console.doubts", all=everything, rule=kept if kept in RULES else None)
    )


def _trim(number: int) -> cars.TrimRow:
    trims = cars.trims_by_id([number])
    if not trims:
        raise NotFound(f"没有编号为 {number} 的车型。")
    return trims[0]


def _looked_for() -> str:
    """What the parameters shown have in their name."""
    return request.values.get("find", "").strip()[:40]
