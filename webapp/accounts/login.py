"""Flask-Login's side: who is signed in, by the token in the session cookie."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from flask import Flask, Response, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response as BaseResponse

from webapp import basket, clock, htmx, visitor
from webapp.accounts import queries, service
from webapp.accounts.models import Account, LoginSession
from webapp.accounts.roles import Permission, allows
from webapp.registry import registry
from webapp.transactions import transaction

login_manager = LoginManager()


class User(UserMixin):  # type: ignore[misc]
    """The signed-in person of one request."""

    def __init__(self, account: Account, login: LoginSession, token: str) -> None:
        self.account = account
        self.login = login
        self._token = token

    def get_id(self) -> str:
        """What the session cookie holds: the token, which can be revoked, not the account."""
        return self._token

    def is_fresh(self) -> bool:
        return now() - self.login.fresh_at <= service.FRESH

    @property
    def is_verified(self) -> bool:
        """Whether a real-name check has passed."""
        row = queries.real_name_of(self.account.id)
        return row is not None and row.state == "verified"

    def may(self, permission: Permission) -> bool:
        return allows(self.account.role, permission)


def init_app(app: Flask) -> None:
    login_manager.session_protection = "basic"
    login_manager.init_app(app)
    login_manager.user_loader(_load)
    login_manager.unauthorized_handler(_ask)
    login_manager.needs_refresh_handler(_ask)
    basket.changed.connect(_keep_basket, app)


def now() -> datetime:
    return clock.now()


def _load(token: str) -> User | None:
    found = service.use_session(token=token, now=now())
    return User(found.account, found.session, token) if found else None


def me() -> User:
    """The signed-in person; only behind a marker that requires a login."""
    return cast(User, current_user)


def sign_in(account: Account, provider: str) -> None:
    """A new session for this browser; what it gathered as a guest becomes the account's.

    Nothing of the old session cookie is carried over but the comparison and the choice that no
    history be kept, so that whoever planted it gains nothing.
    """
    own = [] if current_user.is_authenticated else basket.basket()
    together = basket.union(own, [int(item) for item in account.basket.split()])
    with transaction():
        for data in registry().personal.values():
            data.adopt(account.id)
        token = service.open_session(
            account_id=account.id,
            provider=provider,
            user_agent=request.user_agent.string,
            address=request.remote_addr or "",
            now=now(),
        )
    sign_out()
    visitor.forget()
    found = _load(token)
    assert found is not None
    login_user(found)
    basket.replace(together)


def sign_out() -> None:
    """End this browser's session, and forget the comparison: it belongs to the account.

    Who had the account keep no history is not watched as a guest from then on either.
    """
    if current_user.is_authenticated:
        user = me()
        keeps_history = user.account.keeps_history
        service.close_session(account_id=user.account.id, session_id=user.login.id)
        logout_user()
        visitor.forget()
        if not keeps_history:
            visitor.keep_history(False)


def _ask() -> BaseResponse:
    """To the login page, and back to where the visitor was; a form is shown again, not resent."""
    if request.method == "GET" and not htmx.wants_fragment():
        following = request.full_path.rstrip("?")
    else:
        following = request.headers.get("HX-Current-URL") or request.referrer or "/"
        following = "/" + following.split("//", 1)[-1].partition("/")[2]
    address = url_for("accounts.login", next=following)
    if htmx.wants_fragment():
        return Response(status=401, headers={"HX-Redirect": address})
    return redirect(address, 303)


def _keep_basket(_app: Flask, trim_ids: list[int]) -> None:
    if current_user.is_authenticated:
        service.remember_basket(account=me().account, trim_ids=trim_ids)
