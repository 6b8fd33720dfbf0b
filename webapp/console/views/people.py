"""Accounts: find, suspend, end sessions, give roles. Identities are never shown."""

from __future__ import annotations

from typing import Any, Final

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import staff_required
from webapp.accounts.roles import ROLE_LABELS, STATE_LABELS, may_act
from webapp.console import queries, service
from webapp.console.views import bp
from webapp.console.views.overview import PAGE_SIZE, actor, asked_page
from webapp.pagination import Page

NUMBER: Final = "<int(min=1, max=2147483647):number>"


@bp.get("/accounts")
@staff_required("accounts")
def accounts() -> str:
    words, staff = request.args.get("q", "").strip()[:40], "staff" in request.args
    number = asked_page()
    kept: dict[str, Any] = ({"q": words} if words else {}) | ({"staff": 1} if staff else {})
    rows, total = queries.accounts(words=words, staff=staff, page=number, size=PAGE_SIZE)

    def address(page: int) -> str:
        return url_for("console.accounts", page=page, **kept)

    return render_template(
        "console/accounts.html",
        paging=Page(rows, number, PAGE_SIZE, total, address),
        words=words,
        staff=staff,
        roles=ROLE_LABELS,
        states=STATE_LABELS,
        may_act=may_act,
    )


@bp.post(f"/accounts/{NUMBER}/role")
@staff_required("roles", fresh=True)
def set_role(number: int) -> BaseResponse:
    service.set_role(actor=actor(), account_id=number, role=request.form.get("role") or None)
    return _back()


@bp.post(f"/accounts/{NUMBER}/suspend")
@staff_required("accounts")
def suspend(number: int) -> BaseResponse:
    service.suspend(actor=actor(), account_id=number, suspended=request.form.get("do") == "suspend")
    return _back()


@bp.post(f"/accounts/{NUMBER}/end-sessions")
@staff_required("accounts")
def end_sessions(number: int) -> BaseResponse:
    service.end_sessions(actor=actor(), account_id=number)
    return _back()


def _back() -> BaseResponse:
    return htmx.redirect_to(url_for("console.accounts", q=request.form.get("q") or None))
