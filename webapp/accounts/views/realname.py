"""The real-name check: what for, what is kept, the form and its result."""

from __future__ import annotations

from flask import current_app, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from webapp import htmx
from webapp.access import fresh_login_required
from webapp.accounts import forms, login, queries, service
from webapp.accounts.views import bp
from webapp.backends.identity import InvalidPerson
from webapp.config import standin_page
from webapp.errors import BadInput
from webapp.extensions import limiter


def _is_tried(response: BaseResponse) -> bool:
    """A slip that we find ourselves costs nothing."""
    return response.status_code != 422


@bp.get("/realname")
@fresh_login_required
def check_real_name() -> str:
    return _page({})


@bp.post("/realname")
@fresh_login_required
@limiter.limit("10/day", deduct_when=_is_tried)
def submit_real_name() -> tuple[str, int] | BaseResponse:
    following = forms.own_path(request.form.get("next"))
    try:
        service.submit_real_name(
            account_id=login.me().account.id,
            name=request.form.get("name", ""),
            number=request.form.get("number", ""),
            agreed=request.form.get("agree") == "yes",
            now=login.now(),
        )
    except InvalidPerson as error:
        return _page({error.field: str(error)}), 422
    except BadInput as error:
        return _page({"agree": error.message}), 422
    return htmx.redirect_to(url_for("accounts.check_real_name", next=following))


def _page(errors: dict[str, str]) -> str:
    """What was typed is sent back with a slip that we find ourselves, so that one digit is mended
    and not eighteen typed again; after a check by the provider nothing is."""
    return render_template(
        "accounts/realname.html",
        row=queries.real_name_of(login.me().account.id),
        available=service.available(),
        errors={"name": "", "number": "", "agree": ""} | errors,
        name=request.form.get("name", "")[:30],
        number=request.form.get("number", "")[:24],
        following=forms.own_path(request.values.get("next")),
        tries=service.TRIES_A_DAY,
        demo=standin_page("IDCHECK_A_URL", current_app.config),
    )
