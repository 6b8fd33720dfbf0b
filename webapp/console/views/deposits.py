"""Deposits as staff see them: what came in, what to do with it, and what each act needs."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import staff_required
from webapp.console.queries import nicknames
from webapp.console.views import bp
from webapp.console.views.overview import PAGE_SIZE, actor, asked_page
from webapp.deposits import forms, pages, queries, service
from webapp.deposits.models import CHANNELS, LEAST_FEN, Deposit
from webapp.errors import BadInput, DomainError, NotFound
from webapp.pagination import Page

NUMBER: Final = "<string(minlength=8,maxlength=20):number>"


@bp.get("/deposits")
@staff_required("deposits")
def deposits() -> str:
    """Those whose money is here first, unless a state is asked for; `q` is a number or a title."""
    state = request.args.get("state", "held")
    state = state if state in pages.LABELS else ""
    words = request.args.get("q", "").strip()[:40]
    if words:
        state = ""
    number = asked_page()
    found, total = queries.incoming(
        state, q=words, limit=PAGE_SIZE, offset=(number - 1) * PAGE_SIZE
    )
    given = {"state": state or "all", **({"q": words} if words else {})}
    return render_template(
        "console/deposits.html",
        paging=Page(
            [pages.shown(row, clock.now()) for row in found],
            number,
            PAGE_SIZE,
            total,
            lambda page: f"{url_for('console.deposits')}?{urlencode(given | {'page': page})}",
        ),
        counts=queries.counts(),
        labels=pages.LABELS,
        state=state,
        words=words,
        names=nicknames([row.account_id for row in found if row.account_id is not None]),
    )


@bp.get(f"/deposits/{NUMBER}")
@staff_required("deposits")
def deposit(number: str) -> str:
    return _page(_load(number))


@bp.post(f"/deposits/{NUMBER}/visited")
@staff_required("deposits")
def confirm_visit(number: str) -> BaseResponse:
    service.mark_visited(actor=actor(), deposit_id=_load(number).id, now=clock.now())
    return _back(number)


@bp.post(f"/deposits/{NUMBER}/done")
@staff_required("deposits")
def confirm_sale(number: str) -> BaseResponse:
    service.mark_done(actor=actor(), deposit_id=_load(number).id, now=clock.now())
    return _back(number)


@bp.post(f"/deposits/{NUMBER}/decline")
@staff_required("deposits")
def decline_deposit(number: str) -> BaseResponse | tuple[str, int]:
    found = _load(number)
    try:
        reason = forms.read_reason(request.form.get("reason", ""), needed=True)
    except BadInput as error:
        return _page(found, {"decline": error.message}), 422
    service.decline(actor=actor(), deposit_id=found.id, reason=reason, now=clock.now())
    return _back(number)


@bp.post(f"/deposits/{NUMBER}/refund")
@staff_required("deposits", fresh=True)
def refund_deposit(number: str) -> BaseResponse | tuple[str, int]:
    """By hand, all or a part, with a reason."""
    found = _load(number)
    left = queries.money(found.id).held
    wrong: dict[str, str] = {}
    fen, reason = 0, ""
    try:
        fen = forms.read_money(request.form.get("amount", ""), min(LEAST_FEN, left), left)
    except BadInput as error:
        wrong["amount"] = error.message if left else "这笔订金没有可以退的钱了。"
    try:
        reason = forms.read_reason(request.form.get("reason", ""), needed=True)
    except BadInput as error:
        wrong["reason"] = error.message
    if wrong:
        return _page(found, wrong), 422
    try:
        service.refund_by_hand(
            actor=actor(), deposit_id=found.id, fen=fen, reason=reason, now=clock.now()
        )
    except DomainError as error:
        return _page(found, {"amount": error.message}), error.status
    return _back(number)


def _page(found: Deposit, wrong: dict[str, str] | None = None) -> str:
    owner = [found.account_id] if found.account_id is not None else []
    return render_template(
        "console/deposit.html",
        shown=pages.shown(
            found,
            clock.now(),
            refunds=queries.refunds(found.id),
            place=queries.place_in_queue(found),
        ),
        owner=nicknames(owner).get(found.account_id or 0, ""),
        money=queries.money(found.id),
        attempts=queries.attempts(found.id),
        attempt_states=pages.ATTEMPT_STATES,
        refunds=queries.refunds(found.id),
        refund_states=pages.REFUND_STATES,
        notices=queries.notices(found.id),
        verdicts=pages.VERDICTS,
        effect_said=pages.effect_said,
        channels=CHANNELS,
        form=request.form,
        wrong=wrong or {},
    )


def _load(number: str) -> Deposit:
    found = queries.deposit_by_number(number)
    if found is None:
        raise NotFound("没有这个单号的订金。")
    return found


def _back(number: str) -> BaseResponse:
    return htmx.redirect_to(url_for("console.deposit", number=number))
