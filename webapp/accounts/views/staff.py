"""Staff without a provider: invitations, the login by name, and how it is set up."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import public, staff_required
from webapp.accounts import forms, login, queries, service
from webapp.accounts.views import bp
from webapp.errors import BadInput, Suggestion
from webapp.extensions import limiter


@bp.get("/invite")
@public
@limiter.limit("20/minute")
def invitation() -> str:
    """Looking uses nothing up: programs that preview links look too.

    The token is in the query, which unlike the path is in no log.
    """
    return _invitation(request.args.get("token", ""))


@bp.post("/invite")
@public
@limiter.limit("20/minute")
def accept_invitation() -> BaseResponse | tuple[str, int]:
    """Sign in, and on to the page that sets up how to come back."""
    token = request.form.get("token", "")
    try:
        account = service.accept_invite(
            token=token, nickname=request.form.get("nickname", ""), now=login.now()
        )
    except service.InviteOver as error:
        raise _with_ways_on(error) from None
    except BadInput as error:
        return _invitation(token, error.message), 422
    login.sign_in(account, "invite")
    return htmx.redirect_to(url_for("accounts.staff_key"))


def _invitation(token: str, problem: str = "") -> str:
    try:
        found = service.read_invite(token=token, now=login.now())
    except service.InviteOver as error:
        raise _with_ways_on(error) from None
    return render_template(
        "accounts/invitation.html",
        invitation=found,
        token=token,
        nickname=request.form.get("nickname", ""),
        problem=problem,
    )


def _with_ways_on(error: service.InviteOver) -> service.InviteOver:
    is_staff = current_user.is_authenticated and login.me().account.is_staff
    error.suggestions = (
        Suggestion("打开控制台", "/console/")
        if is_staff
        else Suggestion("工作人员登录", url_for("accounts.staff_login")),
    )
    return error


@bp.get("/staff-login")
@public
def staff_login() -> str:
    return _login_page(forms.own_path(request.args.get("next")))


@bp.post("/staff-login")
@public
@limiter.limit("20/minute")
def sign_in_staff() -> BaseResponse | tuple[str, int]:
    following = forms.own_path(request.form.get("next"))
    try:
        account = service.sign_in_staff(
            name=request.form.get("name", ""),
            password=request.form.get("password", ""),
            code=request.form.get("code", ""),
            now=login.now(),
        )
    except (service.NotLetIn, service.TooOften) as error:
        return _login_page(following, error.message), error.status
    login.sign_in(account, "staff")
    return htmx.redirect_to("/console/" if following == forms.HOME else following)


def _login_page(following: str, problem: str = "") -> str:
    return render_template(
        "accounts/staff_login.html",
        following=following,
        name=request.form.get("name", "")[:40],
        problem=problem,
    )


@bp.get("/staff-key")
@staff_required("console", fresh=True)
def staff_key() -> str:
    return _key_page({})


@bp.post("/staff-key")
@staff_required("console", fresh=True)
@limiter.limit("20/minute")
def set_up_staff_key() -> str | tuple[str, int]:
    """The recovery codes are in this answer and nowhere else."""
    try:
        codes = service.set_up_key(
            account=login.me().account,
            name=request.form.get("name", ""),
            password=request.form.get("password", ""),
            sealed=request.form.get("key", ""),
            code=request.form.get("code", ""),
            now=login.now(),
        )
    except service.Slip as error:
        return _key_page({error.field: error.message}), 422
    return render_template("accounts/recovery_codes.html", codes=codes)


def _key_page(wrong: dict[str, str]) -> str:
    account = login.me().account
    return render_template(
        "accounts/staff_key.html",
        account=account,
        present=queries.staff_key_of(account.id),
        codes_left=queries.recovery_codes_left(account.id),
        offer=service.offer_key(account, request.form.get("key", "")),
        name=request.form.get("name", "")[:30],
        wrong={"name": "", "password": "", "code": ""} | wrong,
    )
