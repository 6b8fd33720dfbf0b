"""A person's deposits: reading the terms, confirming, paying, asking for the money back."""

from __future__ import annotations

from typing import Final, cast

from flask import Blueprint, Response, current_app, make_response, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from webapp import clock, htmx
from webapp.access import login_required, public, verified_required
from webapp.accounts import login
from webapp.accounts import queries as people
from webapp.backends.payments.port import Scene
from webapp.catalogue import addresses
from webapp.catalogue import queries as catalogue
from webapp.config import standin_page
from webapp.deposits import errors, evidence, forms, pages, proof, qr, queries, service
from webapp.deposits.models import CHANNELS, Deposit, Offer, PaymentAttempt
from webapp.deposits.offers import queries as offers
from webapp.deposits.service import channels
from webapp.deposits.terms import text_of
from webapp.errors import BadInput, DomainError, NotFound, Suggestion
from webapp.extensions import limiter

bp = Blueprint("deposits", __name__, url_prefix="/deposits")

OWN: Final = "/<string(minlength=8,maxlength=20):number>"
_STOP_POLLING: Final = 286


@bp.after_request
def keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/")
@login_required
def index() -> str:
    rows = [_shown(deposit) for deposit in queries.own_deposits(login.me().account.id)]
    return render_template("deposits/index.html", rows=rows)


@bp.get("/new")
@public
def new() -> str:
    """The first step: what the offer is, before anybody logs in."""
    return _steps(1, _load_offer(request.args.get("offer", "")))


@bp.get("/confirm")
@verified_required
def confirm() -> BaseResponse | str:
    offer = _load_offer(request.args.get("offer", ""))
    own = _own_open(offer)
    return _steps(2, offer) if own is None else htmx.redirect_to(_address(own))


@bp.post("/")
@verified_required
@limiter.limit("30/hour")
def open() -> BaseResponse | tuple[str, int]:
    """The third step begins: the deposit with the terms as they were read, and its payment."""
    form, now = request.form, clock.now()
    offer = _load_offer(form.get("offer", ""))
    if wrong := forms.read_agreed(form, offer.kind):
        return _steps(2, offer, wrong), 422
    try:
        deposit = service.open_deposit(
            account_id=login.me().account.id,
            offer_id=offer.id,
            agreed=forms.read_digest(form.get("terms", "")),
            now=now,
            wait=form.get("wait") == "yes",
        )
    except DomainError as error:
        error.suggestions = (_again(offer), *_car(offer))
        raise
    if deposit.state == "unpaid" and "channel" in form:
        return _start(deposit, form["channel"])
    return htmx.redirect_to(_address(deposit))


@bp.get(OWN)
@login_required
def deposit(number: str) -> str:
    return _page(_load(number))


@bp.get(f"{OWN}/watch")
@login_required
def watch(number: str) -> BaseResponse:
    """The time that is left; once something else is to be shown, the page is loaded anew."""
    found = _load(number)
    attempt = _open_attempt(found)
    watched = pages.watched(found, attempt, clock.now())
    if watched is None or watched.key != request.args.get("seen"):
        answer = make_response("", _STOP_POLLING)
        answer.headers["HX-Redirect"] = _address(found)
        return answer
    return make_response(render_template("deposits/_clock.html", watched=watched))


@bp.post(f"{OWN}/pay")
@verified_required
@limiter.limit("30/minute")
def pay(number: str) -> BaseResponse | tuple[str, int]:
    return _start(_load(number), request.form.get("channel", ""))


@bp.get(f"{OWN}/go")
@login_required
def go(number: str) -> BaseResponse:
    """The way to the channel's own page, which is left by a link: a form may not lead there."""
    found = _load(number)
    attempt = _open_attempt(found)
    if attempt is None or _kind(attempt) != "redirect":
        return htmx.redirect_to(_address(found))
    watched = pages.watched(found, attempt, clock.now())
    return make_response(
        render_template("deposits/go.html", deposit=found, attempt=attempt, watched=watched)
    )


@bp.get(f"{OWN}/back")
@login_required
def back(number: str) -> BaseResponse:
    """Where a channel sends the browser back to. What it says there proves nothing and is not
    read: Alipay itself is asked. WeChat Pay wants that only where the payer presses a button."""
    attempt = queries.live_attempt(_load(number).id)
    if attempt is not None and attempt.channel == "alipay":
        return _asked(number)
    return htmx.redirect_to(url_for("deposits.deposit", number=number))


@bp.post(f"{OWN}/check")
@login_required
@limiter.limit("30/minute")
def check(number: str) -> BaseResponse:
    return _asked(number)


def _asked(number: str) -> BaseResponse:
    found = _load(number)
    if found.state == "unpaid":
        service.ask_channel(deposit_id=found.id, now=clock.now())
    return htmx.redirect_to(url_for("deposits.deposit", number=number))


@bp.post(f"{OWN}/cancel")
@login_required
def cancel(number: str) -> BaseResponse:
    service.cancel(deposit_id=_load(number).id, now=clock.now())
    return htmx.redirect_to(url_for("deposits.deposit", number=number))


@bp.post(f"{OWN}/refund")
@login_required
@limiter.limit("30/minute")
def refund(number: str) -> BaseResponse | tuple[str, int]:
    found = _load(number)
    text = request.form.get("reason", "")
    try:
        reason = forms.read_reason(text)
    except BadInput as error:
        return _page(found, {"reason": error.message}, text[:200]), 422
    service.ask_refund(deposit_id=found.id, now=clock.now(), reason=reason)
    return htmx.redirect_to(_address(found))


@bp.get(f"{OWN}/receipt")
@login_required
def receipt(number: str) -> str:
    found = _load(number)
    return render_template(
        "deposits/receipt.html",
        shown=_shown(found),
        attempts=queries.settled_attempts(found.id),
        refunds=queries.refunds(found.id),
        refund_states=pages.REFUND_STATES,
        made_at=clock.now(),
    )


@bp.get(f"{OWN}/evidence.zip")
@login_required
@limiter.limit("30/minute")
def evidence_pack(number: str) -> BaseResponse:
    found, now = _load(number), clock.now()
    answer = make_response(evidence.pack(proof.files_of(found, now), now))
    answer.headers["Content-Type"] = "application/zip"
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.number}.zip"'
    return answer


def _load(number: str) -> Deposit:
    """One of this person's own; NotFound for any other."""
    found = queries.own_deposit(number, login.me().account.id)
    if found is None:
        raise NotFound(
            "没有这笔订金，或者它不是你的。",
            suggestions=[Suggestion("我的订金", url_for("deposits.index"))],
        )
    return found


def _load_offer(text: str) -> Offer:
    """An offer that is open. Raises NotFound, OfferEnded."""
    number = forms.read_number(text)
    found = offers.offer(number) if number else None
    if found is None:
        raise NotFound("没有这项预约，可能已经撤下。请从车的页面重新进入。")
    if not found.is_open(clock.now()):
        raise errors.OfferEnded(suggestions=_car(found)[:1])
    return found


def _own_open(offer: Offer) -> Deposit | None:
    """This person's deposit of the offer, where confirming the terms as they are now would lead to
    that and open no other; None for guests."""
    if not current_user.is_authenticated:
        return None
    own = queries.open_for(login.me().account.id, offer.id)
    if own is not None and own.state == "unpaid" and own.terms != text_of(offer.snapshot()):
        return None
    return own


def _steps(step: int, offer: Offer, wrong: dict[str, str] | None = None) -> str:
    me = login.me().account.id if current_user.is_authenticated else None
    taken = offer.stock_number is not None and not queries.is_car_free(offer.stock_number, me)
    verified = current_user.is_authenticated and current_user.is_verified
    row = people.real_name_of(me) if verified and me is not None else None
    own = _own_open(offer)
    return htmx.render(
        "deposits/new.html",
        "deposits/_steps.html",
        step=step,
        reading=pages.reading(offer, clock.now()),
        car=next(iter(_car(offer)), None),
        own=own,
        own_label=pages.LABELS[own.state] if own else "",
        taken=taken,
        places=queries.places_left(offer) if taken else 0,
        verified=verified,
        name=row.name_mask if row else "",
        channels=_offered(_scene()),
        inside=_scene() == "wechat",
        agreed=request.form,
        wrong=wrong or {},
    )


def _page(deposit: Deposit, wrong: dict[str, str] | None = None, reason: str = "") -> str:
    attempt = _open_attempt(deposit)
    return render_template(
        "deposits/deposit.html",
        shown=_shown(deposit),
        attempt=attempt,
        watched=pages.watched(deposit, attempt, clock.now()),
        code=_code(attempt),
        channels=_offered(_scene()),
        inside=_scene() == "wechat",
        cashier=_cashier(attempt),
        left_fen=queries.money(deposit.id).held,
        refunds=queries.refunds(deposit.id),
        refund_states=pages.REFUND_STATES,
        again=_again_of(deposit),
        wrong=wrong or {},
        reason=reason,
    )


def _again_of(deposit: Deposit) -> str:
    """Where one that is over can be booked anew; empty where it cannot."""
    offer = offers.offer(deposit.offer_id) if deposit.offer_id else None
    is_over = deposit.state in ("expired", "cancelled", "returned")
    if not is_over or offer is None or not offer.is_open(clock.now()):
        return ""
    return url_for("deposits.new", offer=offer.id)


def _open_attempt(deposit: Deposit) -> PaymentAttempt | None:
    """The payment that can be gone on with, which one that is being closed cannot."""
    attempt = queries.live_attempt(deposit.id) if deposit.state == "unpaid" else None
    return attempt if attempt is not None and attempt.state != "closing" else None


def _shown(deposit: Deposit) -> pages.Shown:
    return pages.shown(
        deposit,
        clock.now(),
        refunds=queries.refunds(deposit.id) if deposit.state == "returning" else (),
        place=queries.place_in_queue(deposit),
    )


def _start(deposit: Deposit, channel: str) -> BaseResponse | tuple[str, int]:
    """Open the payment, closing another one first, and lead to it. What goes wrong is said on the
    deposit's own page, where it can be tried again."""
    if channel not in CHANNELS:
        raise BadInput("请选择微信支付或支付宝。")
    scene = _scene()
    payer = _payer() if scene == "wechat" and channel == "wechatpay" else ""
    if scene == "wechat" and not payer:
        # Without an openid of the merchant's application a code for another phone is all there is.
        scene = "desktop" if channel == "wechatpay" else "phone"
    try:
        attempt = service.start_payment(
            deposit_id=deposit.id,
            channel=channel,
            scene=scene,
            back=url_for("deposits.back", number=deposit.number, _external=True),
            now=clock.now(),
            address=request.remote_addr or "",
            payer=payer,
        )
    except DomainError as error:
        error.suggestions = (Suggestion("回到这笔订金", _address(deposit)),)
        raise
    if _kind(attempt) == "redirect":
        return htmx.redirect_to(url_for("deposits.go", number=deposit.number))
    return htmx.redirect_to(_address(deposit))


def _scene() -> Scene:
    agent = request.user_agent.string
    if "MicroMessenger" in agent:
        return "wechat"
    return "phone" if "Mobi" in agent or "Android" in agent else "desktop"


def _offered(scene: Scene) -> dict[str, str]:
    """The channels that can be paid by here: WeChat opens no Alipay."""
    return {
        key: label
        for key, label in CHANNELS.items()
        if channels.channel(key) and not (scene == "wechat" and key == "alipay")
    }


def _payer() -> str:
    app = cast(str, current_app.config["WXPAY_APPID"])
    return people.openid_of(login.me().account.id, "wechat", app) or ""


def _kind(attempt: PaymentAttempt) -> str:
    return attempt.action.kind if attempt.action else ""


def _code(attempt: PaymentAttempt | None) -> Markup:
    if attempt is None or attempt.action is None or attempt.action.kind != "qr":
        return Markup()
    return qr.svg(attempt.action.value)


def _cashier(attempt: PaymentAttempt | None) -> str:
    """Where the stand-in of WeChat Pay takes the money in place of a phone; empty for the real
    one."""
    base = standin_page("WXPAY_BASE", current_app.config)
    return f"{base}cashier/{attempt.number}" if attempt and base else ""


def _car(offer: Offer) -> list[Suggestion]:
    """The page of the car it is for, if it is for one."""
    if offer.trim_id and (trims := catalogue.trims_by_id([offer.trim_id])):
        return [Suggestion(trims[0].full_name, addresses.trim(offer.trim_id))]
    if offer.series_id and (head := catalogue.series_head(offer.series_id)):
        return [Suggestion(head.branded_name, addresses.series(offer.series_id))]
    return []


def _again(offer: Offer) -> Suggestion:
    return Suggestion("重新阅读条款", url_for("deposits.new", offer=offer.id))


def _address(deposit: Deposit) -> str:
    return url_for("deposits.deposit", number=deposit.number)
