"""The comparison basket: ids of up to six trims in the visitor's signed session cookie."""

from __future__ import annotations

from flask import session

from webapp.cars.pages.comparison import MAX_TRIMS

_KEY = "basket"


def basket() -> list[int]:
    """Trim ids in the order in which they were added."""
    stored = session.get(_KEY, [])
    return [item for item in stored if isinstance(item, int)][:MAX_TRIMS]


def add(trim_id: int) -> bool:
    """Put a trim in; False where the basket is full. Safe to repeat."""
    ids = basket()
    if trim_id in ids:
        return True
    if len(ids) >= MAX_TRIMS:
        return False
    _store([*ids, trim_id])
    return True


def remove(trim_id: int) -> None:
    """Take a trim out; safe to repeat."""
    _store([item for item in basket() if item != trim_id])


def _store(ids: list[int]) -> None:
    session.permanent = True  # survives the browser's and the server's restart
    session[_KEY] = ids
