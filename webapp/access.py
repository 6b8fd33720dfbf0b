"""Who may open a view. Every view carries exactly one marker of this module.

The marker is checked at start-up, so that a route added without thinking about access
stops the application instead of being open by accident. Who is signed in, and what a guest
sees instead, is `webapp.accounts.login`'s.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Final, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask_login import current_user, login_fresh

from webapp.errors import Forbidden

View = TypeVar("View", bound=Callable[..., object])

_MARKER: Final = "__access__"


def public(view: View) -> View:
    """Anyone may open it, without a login."""
    setattr(view, _MARKER, "public")
    return view


def login_required(view: View) -> View:
    """Anyone who is signed in; guests go to the login page."""
    return _guarded(view, "login", _login)


def fresh_login_required(view: View) -> View:
    """Anyone who proved within the last minutes who they are; others log in once more."""
    return _guarded(view, "fresh login", _fresh_login)


def verified_required(view: View) -> View:
    """Anyone whose real name was checked; others are led there and back."""
    return _guarded(view, "verified", _verified)


def staff_required(permission: str, *, fresh: bool = False) -> Callable[[View], View]:
    """Staff whose role has the permission (`webapp.accounts.roles`); 403 for everyone else. Where
    the login must be fresh, others log in once more first."""

    def require() -> object:
        response = _login()
        if response is None and not current_user.may(permission):
            raise Forbidden
        return _fresh_login() if response is None and fresh else response

    return lambda view: _guarded(view, f"staff {permission}", require)


def _login() -> object:
    """None for who is signed in, else the answer to give."""
    if current_user.is_authenticated:
        return None
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]


def _fresh_login() -> object:
    response = _login()
    if response is None and not (login_fresh() and current_user.is_fresh()):
        return current_app.login_manager.needs_refresh()  # type: ignore[attr-defined]
    return response


def _verified() -> object:
    response = _login()
    if response is None and not current_user.is_verified:
        return redirect(
            url_for("accounts.check_real_name", next=request.full_path.rstrip("?")), 303
        )
    return response


def _guarded(view: View, marker: str, require: Callable[[], object]) -> View:
    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> object:
        refused = require()
        return view(*args, **kwargs) if refused is None else refused

    setattr(guarded, _MARKER, marker)
    return guarded  # type: ignore[return-value]


def access_of(view: Callable[..., object]) -> str | None:
    """The marker of a view function, or None where it has none."""
    return getattr(view, _MARKER, None)


def check(app: Flask) -> None:
    """Raise RuntimeError naming every route whose view has no access marker."""
    bare = [endpoint for endpoint, view in app.view_functions.items() if access_of(view) is None]
    if bare:
        raise RuntimeError(f"views without an access marker: {', '.join(sorted(bare))}")
