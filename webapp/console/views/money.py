"""What staff have to look at about money: incidents, refunds that failed, bills compared."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import staff_required
from webapp.console.views import bp
from webapp.console.views.overview import actor
from webapp.deposits import forms, pages, queries, service
from webapp.deposits.models import CHANNELS
from webapp.errors import NotFound


@bp.get("/money")
@staff_required("deposits")
def money() -> str:
    return render_template(
        "console/money.html",
        incidents=queries.incidents(),
        resolved=queries.incidents(resolved=True, limit=20),
        refunds=queries.troubled_refunds(),
        refund_states=pages.REFUND_STATES,
        days=queries.bill_days(),
        channels=CHANNELS,
    )


@bp.get("/money/<channel>/<day>")
@staff_required("deposits")
def bill(channel: str, day: str) -> str:
    """What differs between a day's bill and our own record."""
    compared = next(
        (one for one in queries.bill_days(400) if (one.channel, one.day) == (channel, day)), None
    )
    if compared is None:
        raise NotFound("这一天的账单还没有核对过。")
    return render_template(
        "console/bill.html",
        compared=compared,
        lines=queries.bill_differences(channel, day),
        label=CHANNELS[channel],
        verdicts=pages.LINE_VERDICTS,
    )


@bp.post("/money/incidents/<int:number>/resolve")
@staff_required("deposits")
def resolve_incident(number: int) -> BaseResponse:
    note = forms.read_reason(request.form.get("note", ""), needed=True)
    service.resolve_incident(actor=actor(), incident_id=number, note=note, now=clock.now())
    return htmx.redirect_to(url_for("console.money"))


@bp.post("/money/refunds/<int:number>/retry")
@staff_required("deposits")
def retry_refund(number: int) -> BaseResponse:
    service.retry_refund(actor=actor(), refund_id=number, now=clock.now())
    return htmx.redirect_to(url_for("console.money"))


@bp.post("/money/refunds/<int:number>/note")
@staff_required("deposits", fresh=True)
def note_refund(number: int) -> BaseResponse:
    """The money went back another way."""
    note = forms.read_reason(request.form.get("note", ""), needed=True)
    service.note_refund(actor=actor(), refund_id=number, note=note, now=clock.now())
    return htmx.redirect_to(url_for("console.money"))
