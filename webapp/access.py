"""Who may open a view. Every view carries exactly one marker of this module.

The marker is checked at start-up, so that a route added without thinking about access
stops the application instead of being open by accident.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., object])

_MARKER: Final = "__access__"


def public(view: View) -> View:
    """Anyone may open it, without a login."""
    setattr(view, _MARKER, "public")
    return view


def access_of(view: Callable[..., object]) -> str | None:
    """The marker of a view function, or None where it has none."""
    return getattr(view, _MARKER, None)


def check(app: Flask) -> None:
    """Raise RuntimeError naming every route whose view has no access marker."""
    bare = [endpoint for endpoint, view in app.view_functions.items() if access_of(view) is None]
    if bare:
        raise RuntimeError(f"views without an access marker: {', '.join(sorted(bare))}")
