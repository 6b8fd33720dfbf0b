"""What deposits are taken for, as staff make and end it."""

from __future__ import annotations

from flask import render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import staff_required
from webapp.catalogue import addresses
from webapp.console.views import bp
from webapp.console.views.overview import actor
from webapp.deposits import forms
from webapp.deposits import service as deposits
from webapp.deposits.models import KINDS, Offer
from webapp.deposits.offers import queries, service
from webapp.deposits.terms import EFFECTS
from webapp.errors import DomainError, NotFound

MOST_SHOWN = 200


@bp.get("/offers")
@staff_required("deposits")
def offers() -> str:
    return render_template(
        "console/offers.html",
        rows=queries.offers(MOST_SHOWN),
        kinds=KINDS,
        now=clock.now(),
        saved=request.args.get("saved", ""),
    )


@bp.get("/offers/new")
@bp.get("/offers/new/<int:number>", endpoint="new_offer")
@staff_required("deposits")
def begin_offer(number: int | None = None) -> str:
    """The empty form, for the trim of this number where one is given."""
    return _form(None, forms.filled(None, addresses.trim(number) if number else ""), {})


@bp.post("/offers")
@staff_required("deposits")
def add_offer() -> BaseResponse | tuple[str, int]:
    return _save(None)


@bp.get("/offers/<int:number>")
@staff_required("deposits")
def offer(number: int) -> str:
    found = _load(number)
    return _form(found, forms.filled(found), {})


@bp.post("/offers/<int:number>")
@staff_required("deposits")
def change_offer(number: int) -> BaseResponse | tuple[str, int]:
    return _save(_load(number))


@bp.post("/offers/<int:number>/end")
@staff_required("deposits")
def end_offer(number: int) -> BaseResponse:
    service.end(actor=actor(), offer_id=number)
    return _back(number)


@bp.post("/offers/<int:number>/reopen")
@staff_required("deposits")
def reopen_offer(number: int) -> BaseResponse:
    service.reopen(actor=actor(), offer_id=number)
    return _back(number)


@bp.post("/offers/<int:number>/sold")
@staff_required("deposits")
def sell_car(number: int) -> BaseResponse:
    """The single car went to somebody without a deposit: everybody has the money back."""
    found = _load(number)
    if found.stock_number is None:
        raise NotFound("这项预约不是单独一台车。")
    deposits.mark_sold(actor=actor(), stock_number=found.stock_number, now=clock.now())
    return _back(number)


def _save(found: Offer | None) -> BaseResponse | tuple[str, int]:
    given, wrong = forms.read_offer(request.form)
    if given is not None:
        try:
            number = service.save(actor=actor(), offer_id=found.id if found else None, given=given)
        except DomainError as error:
            field = "stock_number" if error.status == 409 else "car"
            return _form(found, request.form.to_dict(), {field: error.message}), error.status
        return _back(number)
    return _form(found, request.form.to_dict(), wrong), 422


def _form(found: Offer | None, form: dict[str, str], wrong: dict[str, str]) -> str:
    return render_template(
        "console/offer.html", offer=found, form=form, wrong=wrong, kinds=KINDS, effects=EFFECTS
    )


def _load(number: int) -> Offer:
    found = queries.offer(number)
    if found is None:
        raise NotFound("没有这项预约。")
    return found


def _back(number: int) -> BaseResponse:
    return htmx.redirect_to(url_for("console.offers", saved=number))
